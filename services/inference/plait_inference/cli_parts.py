"""What the commands share: options, the model, errors for people, files. Heavy parts load inside."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, Final, Optional

import typer

from plait_shared.errors import Misconfigured, PlaitError

if TYPE_CHECKING:
    from plait_inference.models.tagger import Tagger

PASS_TOKENS: Final = 1024
SHIPPED_DATA: Final = Path(__file__).parent / "training" / "data"

Input = Annotated[str, typer.Option("--input", help="file of JSON lines, - for standard input")]
Output = Annotated[str, typer.Option("--output", help="file to write, - for standard output")]
Model = Annotated[
    Optional[Path],  # noqa: UP045 - typer reads it
    typer.Option("--model", help="artefact folder; the shipped one without it"),
]
Data = Annotated[
    Path, typer.Option("--data", help="folder of annotated *.jsonl", show_default="the messages that are shipped")
]
Public = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--public", help="folder of public sets, none by default"),
]
Settings = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--set", metavar="NAME=VALUE", help="of the recipe, as epochs=2 or adapt=whole; repeatable"),
]
Track = Annotated[
    str,
    typer.Option("--track", envvar="PLAIT_TRACK", help="tensorboard or wandb: where numbers go besides log.jsonl"),
]
TrunkOption = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option("--trunk", help="Hugging Face id or folder; without it, as in the artefact"),
]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda")]
EngineOption = Annotated[str, typer.Option("--engine", help="torch, or openvino on a CPU (plait-inference[openvino])")]
Threads = Annotated[int, typer.Option("--threads", help="CPU threads of the model, 0 for all")]


def tagger(model: Path | None, trunk: str | None, device: str, threads: int, engine: str = "torch") -> "Tagger":
    """The model that the options name, in single precision; raises Misconfigured."""
    limit(threads)
    from plait_inference.models.tagger import load_tagger

    return load_tagger(model, trunk=trunk, device=device, engine=engine)


def limit(threads: int) -> None:
    """Bound the threads of the model; 0 takes all cores."""
    from plait_inference.models.device import limit_threads

    limit_threads(threads)


@contextmanager
def errors() -> Iterator[None]:
    """A line for people instead of a traceback; exit status 2."""
    try:
        yield
    except PlaitError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error


@contextmanager
def streams(source: str, sink: str) -> Iterator[tuple[BinaryIO, BinaryIO]]:
    """Open both ends; an output file appears under its name only when it is complete."""
    partial = Path(f"{sink}.partial")
    with ExitStack() as stack:
        try:
            reading = sys.stdin.buffer if source == "-" else stack.enter_context(Path(source).open("rb"))
            writing = sys.stdout.buffer if sink == "-" else stack.enter_context(partial.open("wb"))
        except OSError as error:
            raise Misconfigured(f"cannot open {error.filename}: {error.strerror}") from error
        if sink != "-":
            stack.callback(partial.unlink, missing_ok=True)
        yield reading, writing
        if sink != "-":
            writing.close()
            partial.replace(sink)
