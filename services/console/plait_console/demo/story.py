"""The result of the week, laid out to be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.columns import Columns
from rich.console import Console, Group, RenderableType
from rich.markdown import Markdown
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from plait_console.demo import findings
from plait_console.demo.arrivals import Arrivals
from plait_console.demo.findings import Finding
from plait_console.shapes import fact_line

MOST = 8
PANEL_WIDTH = 58


@dataclass(frozen=True, slots=True)
class ThenAndNow:
    """The same question to the graph at two instants: the facts that held."""

    question: str
    before: Sequence[dict[str, Any]]
    after: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class OwnDigest:
    """A digest as its reader got it."""

    name: str
    note: str
    title: str
    body: str


def tell(
    console: Console, arrivals: Arrivals, times: Sequence[ThenAndNow], digests: Sequence[OwnDigest], going_on: str
) -> None:
    """Print everything, section by section."""
    console.print()
    console.rule(Text("What the week came to", style="bold"))
    _section(console, "Decisions", _chosen(findings.decisions(arrivals)))
    _section(console, "Actions", _chosen(findings.actions(arrivals)))
    _section(console, "Open questions", _chosen(findings.open_questions(arrivals)))
    _section(console, "Blocked work", _chosen(findings.blocked(arrivals)))
    _surges(console, arrivals)
    _times(console, times)
    _digests(console, digests)
    console.print()
    console.print(Panel(Text(going_on), title="Go on", title_align="left", border_style="green", highlight=False))


def _chosen(found: list[Finding]) -> list[Finding]:
    """The most telling, in the order of their time: what was undone, what has an owner and a date, what is sure."""
    ranked = sorted(found, key=lambda f: (f.undone, bool(f.owner), bool(f.due), f.weight), reverse=True)
    return sorted(ranked[:MOST], key=lambda finding: finding.at)


def _section(console: Console, title: str, found: Sequence[Finding]) -> None:
    console.print()
    console.print(Text(title, style="bold magenta"))
    if not found:
        console.print(Text("  none found", style="dim"))
    for finding in found:
        console.print(Padding(_finding(finding), (0, 0, 0, 2)))


def _finding(finding: Finding) -> RenderableType:
    head = Text("✗ " if finding.undone else "• ", style="red" if finding.undone else "green")
    head.append(finding.text, style="strike dim" if finding.undone else "bold")
    if finding.owner:
        head.append(f"  → {finding.owner}", style="cyan")
    if finding.due:
        head.append(f"  until {finding.due}" if finding.undone else f"  due {finding.due}", style="yellow")
    elif finding.undone:
        head.append("  taken back", style="red")
    if finding.quote is None:
        return head
    said = finding.quote
    source = Text(f"  {said.who}, {said.at:%a %H:%M} UTC, {said.where}", style="dim")
    if said.text != finding.text:
        source.append(": ").append(f"“{said.text}”", style="italic")
    return Group(head, source)


def _surges(console: Console, arrivals: Arrivals) -> None:
    for alert, people in findings.surges(arrivals):
        told = f"{alert.occurred_at:%a %H:%M} UTC, told to {people} {'person' if people == 1 else 'people'}"
        body = Group(Text(told, style="dim"), Markdown(alert.body))
        console.print()
        console.print(Panel(body, title=Text(alert.title), title_align="left", border_style="red"))


def _times(console: Console, times: Sequence[ThenAndNow]) -> None:
    if not times:
        return
    console.print()
    console.print(
        Text("Facts have a time: the same question as of Tuesday and as of Friday evening", style="bold magenta")
    )
    rows = Table(box=None, pad_edge=False, padding=(0, 3, 0, 2))
    for name in ("", "Tuesday 18:00 UTC", "Friday 18:00 UTC"):
        rows.add_column(name, overflow="fold")
    for row in times:
        rows.add_row(Text(row.question, style="bold"), _facts(row.before), _facts(row.after))
    console.print(rows)


def _facts(facts: Sequence[dict[str, Any]]) -> Text:
    return Text("\n".join(dict.fromkeys(map(fact_line, facts))) or "nothing known", style="" if facts else "dim")


def _digests(console: Console, digests: Sequence[OwnDigest]) -> None:
    if not digests:
        return
    console.print()
    console.print(Text("Two people, the same morning: each reads only what they may see", style="bold magenta"))
    panels = [
        Panel(
            Group(Text(own.title, style="bold"), Markdown(own.body)),
            title=f"{own.name} ({own.note})",
            width=PANEL_WIDTH,
        )
        for own in digests
    ]
    console.print(Columns(panels))
