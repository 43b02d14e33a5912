"""``plait-inference train``, ``evaluate``, ``benchmark`` and ``card``: models made and measured, from a shell."""

from pathlib import Path
from typing import Annotated, Optional

import typer

from plait_inference.cli_parts import (
    PASS_TOKENS,
    SHIPPED_DATA,
    Data,
    Model,
    Public,
    Settings,
    Threads,
    Track,
    TrunkOption,
    errors,
    limit,
    tagger,
)
from plait_shared.errors import Misconfigured


def train(  # noqa: PLR0913, PLR0917 - typer takes each option from the signature
    data: Data = SHIPPED_DATA,
    output: Annotated[Path, typer.Option("--output", help="artefact folder to make")] = Path("artefacts/office-2.2.0"),
    public: Public = None,
    trunk: TrunkOption = None,
    start: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--start", help="artefact folder to go on from, with fewer epochs; else from the trunk"),
    ] = None,
    settings: Settings = None,
    dev_share: Annotated[float, typer.Option(min=0.05, max=0.5)] = 0.2,
    fit_all: Annotated[bool, typer.Option(help="after measuring, train on all of it")] = False,
    track: Track = "",
    threads: Threads = 2,
) -> None:
    """Train tags on annotated messages; the same command again continues what was interrupted."""
    with errors():
        limit(threads)
        from plait_inference.training.recipe import Recipe, changed
        from plait_inference.training.train import Job
        from plait_inference.training.train import train as run

        job = Job(data, output, public, trunk or "default", start, dev_share, fit_all, track)
        manifest = run(job, changed(Recipe(), settings or ()), typer.echo)
        typer.echo(f"{manifest.name} {manifest.revision} in {output}")


def evaluate(
    data: Data = SHIPPED_DATA,
    model: Model = None,
    trunk: TrunkOption = None,
    dev_only: Annotated[
        Optional[bool],  # noqa: UP045
        typer.Option(
            "--dev-only/--all",
            help="only conversations that were not trained on, or all",
            show_default="--dev-only for the messages that are shipped, else --all",
        ),
    ] = None,
    write_card: Annotated[
        bool, typer.Option("--write-card", help="write down the scores on the shipped messages, in the card and beside")
    ] = False,
    threads: Threads = 2,
) -> None:
    """Print the scores on annotated messages and conversations, each beside a baseline without a model.

    On the messages that are shipped it does as training did, and fails when the scores are not those written down.
    """
    with errors():
        from plait_inference.models import artefact
        from plait_inference.models.backbone import load_trunk
        from plait_inference.training import items
        from plait_inference.training.card import differences, metrics_table
        from plait_inference.training.card import write as card_of
        from plait_inference.training.examples import read_folder, split
        from plait_inference.training.measure import measure, measure_as_it_is, readings_of

        examples = read_folder(data)
        measured = tagger(model, trunk, "auto", threads)
        shipped = data.resolve() == SHIPPED_DATA.resolve()
        dev = dev_only if dev_only is not None else shipped
        if write_card and not (shipped and dev):
            raise Misconfigured(
                "--write-card is for the shipped messages that were not trained on: leave out --data and --all"
            )
        if dev:
            _, examples = split(examples, float(measured.manifest.recipe["dev_share"]))
        if shipped and dev:
            found = measure(measured, examples, load_trunk(trunk or measured.manifest.trunk))
        else:
            found = measure_as_it_is(measured, examples)
        noted = items.measure(measured, items.read(data), measured.budget(PASS_TOKENS))
        for part, rows in (found | noted).items():
            typer.echo(metrics_table(rows, part) + "\n")
        if write_card:
            card_of(measured.manifest, found, readings_of(measured, examples), artefact.place_of(model))
        if write_card and model is None:
            items.promise(data, noted)
        elif shipped and dev and not write_card:
            now = found if model else found | noted  # what conversations score stands beside the notes, for one model
            _check(differences(measured.manifest.metrics | ({} if model else items.promised(data)), now))


def _check(lines: list[str]) -> None:
    if lines:
        raise Misconfigured("the scores are not those that were written down: " + "; ".join(lines))


def benchmark(
    public: Annotated[Path, typer.Option("--public", help="folder of public sets, one folder each")],
    model: Model = None,
    trunk: TrunkOption = None,
    threads: Threads = 2,
) -> None:
    """Print the scores on public sets, on what training leaves out of them; some minutes."""
    with errors():
        from plait_inference.training.card import metrics_table
        from plait_inference.training.public_scores import measure

        measured = tagger(model, trunk, "auto", threads)
        for name, rows in measure(measured, public, measured.budget(PASS_TOKENS)):
            typer.echo(metrics_table(rows, name) + "\n")


def card(model: Model = None) -> None:
    """Print the model card of an artefact, generated from its manifest."""
    with errors():
        from plait_inference.models import artefact
        from plait_inference.training.card import render

        typer.echo(render(artefact.read(artefact.place_of(model))))
