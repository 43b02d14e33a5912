"""import: files from other tools, through ingest."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plait_console.events import Item, Malformed
from plait_console.group import PlaitGroup
from plait_console.output import err, out
from plait_console.sending import Bookmark, Mark, Outcome, checksum, send_all
from plait_console.where import connect, stack_settings

if TYPE_CHECKING:
    from plait_console.settings import ConsoleSettings

app = typer.Typer(cls=PlaitGroup, no_args_is_help=True, help="Bring in what was said elsewhere before.")
Source = Annotated[Path, typer.Argument(exists=True, readable=True, help="The file, or the unpacked folder.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read everything and send nothing.")]
Resume = Annotated[bool, typer.Option("--resume/--no-resume", help="Only what an earlier run left or was refused.")]
Read = Callable[[], Iterator[Item | Malformed]]
SHOWN_REFUSALS = 50


@app.command()
def jsonl(path: Source, dry_run: DryRun = False, resume: Resume = True) -> None:
    """Import messages, one JSON object a line.

    Example: plait import jsonl messages.jsonl --dry-run
    """
    from plait_console.importers.jsonl import read_jsonl

    _run(path, lambda: read_jsonl(path), dry_run=dry_run, resume=resume)


@app.command("slack-export")
def slack_export(path: Source, dry_run: DryRun = False, resume: Resume = True) -> None:
    """Import a Slack export, zipped or unpacked, with who may read its private channels.

    Example: plait import slack-export heron-export.zip
    """
    from plait_console.importers.slack_export import read_slack_export

    _run(path, lambda: read_slack_export(path), dry_run=dry_run, resume=resume)


@app.command()
def mbox(path: Source, dry_run: DryRun = False, resume: Resume = True) -> None:
    """Import a mailbox in mbox format.

    Example: plait import mbox archive.mbox
    """
    from plait_console.importers.mbox import read_mbox

    _run(path, lambda: read_mbox(path), dry_run=dry_run, resume=resume)


@app.command()
def vtt(
    path: Source,
    meeting_id: Annotated[str | None, typer.Option(help="Id of the meeting, the same at every import.")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the meeting.")] = None,
    started_at: Annotated[str | None, typer.Option(help="Start, ISO 8601 with time zone.")] = None,
    dry_run: DryRun = False,
    resume: Resume = True,
) -> None:
    """Import a meeting's transcript in WebVTT.

    A JSON file beside it (planning.vtt → planning.json) may hold id, title, started_at, attendees and audience.

    Example: plait import vtt planning.vtt --meeting-id m-7 --title Planning --started-at 2026-03-02T10:00:00+00:00
    """
    from plait_console.importers.meeting import meeting_of, read_vtt, sidecar

    given = {"id": meeting_id, "title": title, "started_at": started_at}
    data = sidecar(path) | {name: value for name, value in given.items() if value}
    meeting = meeting_of(data, path.name)
    _run(path, lambda: read_vtt(path, meeting), dry_run=dry_run, resume=resume, more=repr(meeting))


def _run(path: Path, read: Read, *, dry_run: bool, resume: bool, more: str = "") -> None:
    outcome = Outcome()
    if dry_run:
        for item in read():
            if isinstance(item, Malformed):
                outcome.refused.append((item.place, item.cause))
            else:
                outcome.accepted += 1
        _report(outcome, "would be sent")
        return
    settings = connect()
    try:
        _send(path, read, settings, outcome, resume=resume, more=more)
    except KeyboardInterrupt:
        err().print(f"stopped after {outcome.done}; the same command goes on from there")
        raise
    _report(outcome, "accepted")


def _send(path: Path, read: Read, settings: "ConsoleSettings", outcome: Outcome, *, resume: bool, more: str) -> None:
    from rich.markup import escape
    from rich.progress import Progress

    from plait_console.door import open_door

    door = open_door(settings)
    bookmark = Bookmark(stack_settings().home / "imports", checksum(path, settings.ingest_url, more))
    outcome.mark = bookmark.read() if resume else Mark()
    total = sum(1 for _ in read())
    with Progress(console=err(), disable=not err().is_terminal) as bar:
        task = bar.add_task(escape(path.name), total=total)

        def note(now: Outcome) -> None:
            bookmark.write(path, now.mark)
            bar.update(task, completed=now.done)

        try:
            send_all(read(), door, outcome, progress=note)
        finally:
            door.close()


def _report(outcome: Outcome, word: str) -> None:
    for place, cause in outcome.refused[:SHOWN_REFUSALS]:
        err().print(f"{place}: {cause}", style="red", markup=False, highlight=False, soft_wrap=True)
    more = len(outcome.refused) - SHOWN_REFUSALS
    if more > 0:
        err().print(f"… and {more} more")
    parts = [f"{outcome.accepted} {word}"]
    parts += [f"{outcome.duplicates} known already"] if outcome.duplicates else []
    parts += [f"{outcome.ignored} with nothing to say"] if outcome.ignored else []
    parts += [f"{outcome.skipped} done by an earlier run"] if outcome.skipped else []
    parts += [f"{len(outcome.refused)} rejected"]
    out().print(" · ".join(parts), highlight=False)
    if outcome.refused:
        raise typer.Exit(1)
