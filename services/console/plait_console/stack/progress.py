"""What a person sees while the stack starts and stops."""

import re
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from plait_console.stack.part import PartState
from plait_console.stack.state import StackStatus

COLOURS = ("cyan", "green", "magenta", "yellow", "blue", "bright_red", "bright_cyan", "bright_green")
STILL = (PartState.READY, PartState.DONE, PartState.STOPPED, PartState.FAILED)
PATIENT = (PartState.WAITING,)


class Progress(Protocol):
    """Told of every change, from the loop that runs the stack: to be quick, and never to raise."""

    def changed(self, status: StackStatus) -> None:
        """The stack as it is now."""

    def line(self, part: str, text: str) -> None:
        """One line that a part wrote; only in the foreground."""


class Silent:
    """Shows nothing."""

    def changed(self, status: StackStatus) -> None:
        """Nothing."""

    def line(self, part: str, text: str) -> None:
        """Nothing."""


class RichProgress:
    """A line a part with what it is at and for how long; on no terminal, a line for each change.

    Parts' own lines are printed with their name before them. The moving lines end when the stack is ready.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Bars(
            SpinnerColumn(finished_text="•"),
            TextColumn("{task.description:<16}", markup=False),
            TextColumn("{task.fields[said]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=False,
        )
        self._tasks: dict[str, TaskID] = {}
        self._said: dict[str, str] = {}
        self._phase = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._still()

    def changed(self, status: StackStatus) -> None:
        """Show what is new."""
        if status.phase != self._phase:
            self._phase = status.phase
            self._new_phase(status)
        for part in status.parts:
            said = f"{part.state}{': ' if part.detail else ''}{part.detail}"
            if self._said.get(part.name) != said:
                self._said[part.name] = said
                self._show(part.name, part.state, said)

    def line(self, part: str, text: str) -> None:
        """Print it, named and coloured by its part."""
        colour = COLOURS[list(self._said).index(part) % len(COLOURS)] if part in self._said else "white"
        self._console.print(Text.assemble((f"{part:<16}", colour), text), soft_wrap=True)

    def _new_phase(self, status: StackStatus) -> None:
        if not self._console.is_terminal:
            return
        if status.phase in ("starting", "stopping"):
            for task in self._tasks.values():
                self._bars.remove_task(task)
            self._tasks.clear()
            self._said.clear()
            self._bars.start()
        else:
            self._still()

    def _still(self) -> None:
        if self._bars.live.is_started:
            self._bars.stop()

    def _show(self, part: str, state: PartState, said: str) -> None:
        if not self._console.is_terminal or not self._bars.live.is_started:
            if state not in PATIENT:
                self._console.print(Text(f"{part:<16}{said}"), soft_wrap=True)
            return
        if part not in self._tasks:
            self._tasks[part] = self._bars.add_task(part, total=1, said=said)
        self._bars.update(self._tasks[part], said=said, completed=1 if state in STILL else 0)


def address_table(status: StackStatus) -> Table:
    """Part, state, pid and address, for the end of ``up`` and for ``status``."""
    table = Table(box=None, pad_edge=False)
    for column in ("part", "state", "pid", "address"):
        table.add_column(column, overflow="fold")
    for part in status.parts:
        pid = str(part.process.pid) if part.process else ""
        table.add_row(part.name, str(part.state), pid, without_password(part.address))
    return table


def without_password(address: str) -> str:
    """An address as it may stand on a screen; ``plait status --json`` has the whole one."""
    return re.sub(r"(://[^:/@]+):[^@]+@", r"\1@", address)
