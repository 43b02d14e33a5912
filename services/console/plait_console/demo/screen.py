"""The week as it runs: the clock of the events, and a counter for every stage of the record's way."""

from collections.abc import Callable

from rich.console import Console, Group, RenderableType
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from plait_console.demo.arrivals import Arrivals
from plait_console.demo.replay import Sent

BAR_WIDTH = 40


class Screen:
    """Draws itself anew whenever rich asks for it."""

    def __init__(self, sent: Sent, total: int, arrivals: Arrivals, waiting: Callable[[], list[str]]) -> None:
        self._sent = sent
        self._total = total
        self._arrivals = arrivals
        self._waiting = waiting

    def __rich__(self) -> RenderableType:
        """The screen as it is now."""
        return Group(self._clock(), Text(), self._counters(), *self._remaining())

    def _clock(self) -> RenderableType:
        line = Table.grid(padding=(0, 2))
        at = f"{self._sent.at:%A %d %B, %H:%M} UTC" if self._sent.at else "before the week"
        bar = ProgressBar(total=self._total, completed=self._sent.steps, width=BAR_WIDTH)
        line.add_row(bar, f"{self._sent.steps}/{self._total}", Text(at, style="bold cyan"))
        return line

    def _counters(self) -> RenderableType:
        rows = Table.grid(padding=(0, 3))
        counts = self._arrivals.counts()
        rows.add_row(*[Text(name, style="dim") for name in counts])
        rows.add_row(*[Text(str(count), style=_style(name, count)) for name, count in counts.items()])
        return rows

    def _remaining(self) -> list[RenderableType]:
        if self._sent.steps < self._total:
            return []
        return [Text(), *[Text(f"waiting for {line}", style="dim", no_wrap=True) for line in self._waiting()]]


class Lines:
    """The same for an output that is no terminal: a line a day, and a line when something else is waited for."""

    def __init__(self, console: Console, sent: Sent, total: int, waiting: Callable[[], list[str]]) -> None:
        self._console = console
        self._sent = sent
        self._total = total
        self._waiting = waiting
        self._said = ""

    def note(self) -> None:
        """Say what has changed since the last time."""
        if self._sent.at and self._sent.steps < self._total:
            self._say(f"{self._sent.at:%A %d %B}", "")
        elif self._sent.at:
            for line in self._waiting()[:1]:
                stage, _, _ = line.partition(":")
                self._say(f"waiting for {stage}", line.removeprefix(stage))

    def _say(self, words: str, more: str) -> None:
        if words != self._said:
            self._said = words
            self._console.print(words + more, style="dim", soft_wrap=True)


def plain_counts(console: Console, arrivals: Arrivals) -> None:
    """The counters once, as one line, for an output that is no terminal."""
    counts = " · ".join(f"{count} {name}" for name, count in arrivals.counts().items())
    console.print(counts, highlight=False, soft_wrap=True)


def _style(name: str, count: int) -> str:
    if name == "dead letters":
        return "bold red" if count else "dim"
    return "bold green" if count else "dim"
