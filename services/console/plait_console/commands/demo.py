"""demo: a week of an invented team, through the real services."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from plait_console.commands.options import Home
from plait_console.output import err, page
from plait_console.where import stack_settings

if TYPE_CHECKING:
    from plait_console.stack.settings import StackSettings

SPEED = 20_000.0


def demo(
    home: Home = None,
    once: Annotated[bool, typer.Option("--once", help="Stop the stack again, if this command started it.")] = False,
    speed: Annotated[float, typer.Option(min=1, help="How many seconds of the week pass in one of ours.")] = SPEED,
    timeout: Annotated[float, typer.Option(min=1, help="Seconds to wait for the last record to arrive.")] = 240,
) -> None:
    """Tell a week of an invented team: chat, mail, meetings, tickets and code review, in half a minute.

    Starts the stack if none runs, and leaves it running unless --once is given. Exit code 1 when not everything
    arrived. Telling it again changes nothing: the same events have the same ids.

    Example: plait demo --once
    """
    from plait_console.demo.conduct import Conductor
    from plait_console.where import connect

    with _stack(home, stop_again=once):
        missing = Conductor(connect(home), page(), speed, timeout).run()
        for line in missing:
            err().print(f"not arrived: {line}", style="red", markup=False, highlight=False, soft_wrap=True)
        if missing:
            raise typer.Exit(1)


@contextmanager
def _stack(home: "Home", *, stop_again: bool) -> Iterator[None]:
    from plait_console.stack import commands
    from plait_console.stack.progress import RichProgress

    settings = stack_settings(home)
    ours = not _elsewhere() and not commands.status(settings).running
    if ours:
        _up(settings)
    try:
        yield
    finally:
        if ours and stop_again:
            with RichProgress(err()) as progress:
                commands.down(settings, progress)


def _up(settings: "StackSettings") -> None:
    from plait_console.stack import commands
    from plait_console.stack.progress import RichProgress

    with RichProgress(err()) as progress:
        commands.up(settings, progress, detach=True)


def _elsewhere() -> bool:
    """Whether the environment names services that run somewhere else."""
    from plait_console.settings import ConsoleSettings

    return "ingest_url" in ConsoleSettings.load().model_fields_set
