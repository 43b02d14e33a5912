"""``plait-inference pack``: what helps whoever writes a label pack."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plait_inference.cli_parts import PASS_TOKENS, Device, EngineOption, Model, Threads, TrunkOption, errors, tagger
from plait_inference.packs.check import report
from plait_inference.packs.fit import Fit
from plait_inference.packs.fitted import Packs
from plait_inference.packs.load import fit_packs, in_use, read_packs
from plait_inference.packs.pack import Pack
from plait_inference.passes import read_all

if TYPE_CHECKING:
    from plait_inference.models.tagger import Tagger

app = typer.Typer(no_args_is_help=True, help="Label packs: tags of your own from a few examples.")


@app.callback()
def root() -> None:
    """Keep ``check`` a command of its own; typer would make a single one the whole."""


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="label packs, or folders of them", show_default=False)],
    model: Model = None,
    trunk: TrunkOption = None,
    device: Device = "auto",
    threads: Threads = 2,
    engine: EngineOption = "torch",
) -> None:
    """Validate a pack, fit it, and say how well it reads its own examples and what would make it better."""
    with errors():
        packs = read_packs(files)
        read_with = tagger(model, trunk, device, threads, engine)
        typer.echo("\n\n".join("\n".join(report(one)) for one in _fits(packs, read_with)))


def fitted(packs: Sequence[Pack], model: "Tagger") -> Packs:
    """Packs, fitted with a model."""
    return in_use(_fits(packs, model))


def _fits(packs: Sequence[Pack], model: "Tagger") -> list[Fit]:
    return fit_packs(packs, lambda texts: read_all(model, texts, model.budget(PASS_TOKENS)))
