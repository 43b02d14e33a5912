"""Dead letters: list, show, replay."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plait_console.commands.options import AsJson
from plait_console.group import PlaitGroup
from plait_console.output import err, out, print_json, table, text_of
from plait_console.where import connect
from plait_shared.errors import Misconfigured

if TYPE_CHECKING:
    from plait_console.settings import ConsoleSettings
    from plait_schemas.records import DeadLetter

app = typer.Typer(cls=PlaitGroup, no_args_is_help=True, help="Dead letters: look at refused records, put them back.")
Id = Annotated[str, typer.Argument(metavar="ID", help="Id of a letter, or its beginning.")]


@app.command("list")
def list_letters(as_json: AsJson = False) -> None:
    """List every dead letter, oldest first.

    Example: plait dlq list
    """
    letters = _read(connect())
    if as_json:
        print_json([_without_value(letter) for letter in letters])
        return
    shown = table("id", "when", "stage", "topic", "offset", "error", "cause")
    for letter in letters:
        where = f"{letter.partition}/{letter.offset}" if letter.partition >= 0 else "HTTP"
        when = f"{letter.occurred_at:%Y-%m-%d %H:%M:%S}"
        shown.add_row(letter.id[:8], when, letter.stage, letter.topic, where, letter.error, letter.cause)
    out().print(shown) if letters else err().print("no dead letters")


@app.command()
def show(id_: Id, as_json: AsJson = False) -> None:
    """Show one dead letter whole, with the record's bytes as text or base64.

    Example: plait dlq show 3f2a91c0 --json
    """
    from plait_console.letters import chosen

    (letter,) = chosen(_read(connect()), [id_])
    if as_json:
        print_json(letter)
        return
    rows = table("", "")
    for name, value in _without_value(letter).items():
        rows.add_row(name, str(value))
    rows.add_row("value", text_of(letter.value or b""))
    out().print(rows)


@app.command()
def replay(
    ids: Annotated[list[str] | None, typer.Option("--id", help="Id of a letter, or its beginning; repeatable.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every letter that stood on a topic.")] = False,
    edit: Annotated[Path | None, typer.Option(help="File with the repaired bytes, for a single letter.")] = None,
) -> None:
    """Put refused records back on their topics, with their key, headers and bytes, or with repaired bytes.

    What came by HTTP can't be put back: send it again to its door.

    Example: plait dlq replay --id 3f2a91c0
    """
    from plait_console import letters
    from plait_shared.kafka_producer import KafkaBusProducer

    if bool(ids) == everything:
        raise Misconfigured("say which: --id ID, or --all")
    settings = connect()
    found = _read(settings)
    picked = letters.chosen(found, ids) if ids else [letter for letter in found if letters.replayable(letter)]
    if edit is not None and len(picked) != 1:
        raise Misconfigured("--edit repairs one letter: name it with --id")
    again = [letters.replay(letter, _content(edit)) for letter in picked]
    producer = KafkaBusProducer(settings)
    try:
        producer.send(again)
    finally:
        producer.close()
    left = 0 if ids else len(found) - len(picked)
    out().print(f"{len(again)} put back" + (f"; {left} came by HTTP and stay" if left else ""), highlight=False)


def _read(settings: "ConsoleSettings") -> "list[DeadLetter]":
    from plait_console.decoding import Reader
    from plait_console.letters import TOPIC, latest
    from plait_console.stream import Stream
    from plait_schemas.records import DeadLetter

    with Reader(settings) as reader, Stream(settings, [TOPIC], from_beginning=True) as stream:
        return latest(found for raw in stream.to_end() if isinstance(found := reader.read(raw), DeadLetter))


def _content(file: Path | None) -> bytes | None:
    if file is None:
        return None
    try:
        return file.read_bytes()
    except OSError as exc:
        raise Misconfigured(f"{file} can't be read: {exc.strerror}") from exc


def _without_value(letter: "DeadLetter") -> dict[str, object]:
    names = ("id", "occurred_at", "stage", "code_version", "topic", "partition", "offset", "error", "cause")
    about = {name: getattr(letter, name) for name in names}
    headers = {header.name: text_of(header.value) for header in letter.headers}
    return about | {"key": text_of(letter.key or b""), "headers": headers, "bytes": len(letter.value or b"")}
