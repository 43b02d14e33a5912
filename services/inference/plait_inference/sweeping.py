"""``plait-inference sweep``: which recipe trains best?"""

from pathlib import Path
from typing import Annotated, Optional

import typer

from plait_inference.cli_parts import SHIPPED_DATA, Data, Public, Settings, Threads, Track, TrunkOption, errors, limit


def sweep(  # noqa: PLR0913, PLR0917 - typer takes each option from the signature
    output: Annotated[Path, typer.Option("--output", help="folder of the study, with a folder a trial")],
    search: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--search",
            metavar="NAME=LOW:HIGH|NAME=a,b,c",
            help="setting of the recipe to try in a range (of floats above 0, by powers) or a list; repeatable",
        ),
    ] = None,
    grid: Annotated[bool, typer.Option("--grid", help="try every combination of the lists, in their order")] = False,
    trials: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--trials", min=1, help="how many in all", show_default="20, or all combinations of a grid"),
    ] = None,
    settings: Settings = None,
    data: Data = SHIPPED_DATA,
    public: Public = None,
    trunk: TrunkOption = None,
    track: Track = "",
    threads: Threads = 2,
) -> None:
    """Train with many recipes and compare them by the mean of their scores on the dev part; needs Optuna.

    The same command again continues what was interrupted; with more --trials it goes on. One at a time in a folder.

    Example: plait-inference sweep --output sweeps/rates --search learning_rate=1e-4:1e-2 --search rank=8,16,32
    """
    with errors():
        limit(threads)
        from plait_inference.training import sweep as sweeping
        from plait_inference.training.search import plan
        from plait_inference.training.train import Job
        from plait_inference.training.trials import SEED, seeds_table, trials_table

        wanted = plan(settings or (), search or (), grid=grid)
        job = Job(data, output, public, trunk or "default", track=track)
        found = sweeping.sweep(job, wanted, wanted.trials(trials), typer.echo)
        typer.echo("\n" + trials_table(found))
        if grid and SEED in wanted.spaces:
            typer.echo("\n" + seeds_table(found))
        best = max(found, key=lambda trial: trial.mean)
        typer.echo(f"\nthe best is {output / sweeping.folder_of(best.number)}, {best.mean:.4f}")
