"""What stands on the topics: tail, topics."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plait_console.commands.options import AsJson
from plait_console.output import out, page, plain, print_json, table
from plait_console.where import connect

if TYPE_CHECKING:
    from plait_shared.bus import RawRecord


def tail(
    topic: Annotated[str, typer.Argument(help="Full name, or short: message, enrichment, alert …")],
    from_beginning: Annotated[bool, typer.Option("--from-beginning", help="Start with the oldest record.")] = False,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="End after so many records.")] = None,
    as_json: AsJson = False,
) -> None:
    """Read a topic as it grows and show its records decoded; Ctrl-C ends it.

    A record that does not decode is shown with what is wrong with it. Nothing is committed.

    Example: plait tail enrichment --from-beginning --limit 5
    """
    from plait_console.decoding import Reader
    from plait_console.stream import Stream, topic_name

    settings = connect()
    reader = Reader(settings)
    with reader, Stream(settings, [topic_name(topic)], from_beginning=from_beginning) as stream:
        try:
            for raw in islice(stream.follow(), limit):
                _show(raw, reader.read(raw), as_json=as_json)
        except KeyboardInterrupt:
            return


def _show(raw: "RawRecord", found: Any, *, as_json: bool) -> None:
    from plait_console.decoding import Undecodable

    record = None if isinstance(found, Undecodable) else plain(found)
    error = found.cause if isinstance(found, Undecodable) else None
    if as_json:
        row = {"topic": raw.partition.topic, "partition": raw.partition.number, "offset": raw.offset}
        print_json(row | {"key": raw.key, "record": record, "error": error}, indent=None)
        return
    console = page()
    key = (raw.key or b"").decode("utf-8", "replace")
    console.rule(f"{raw.partition.topic} {raw.partition.number}/{raw.offset} · {key}", align="left", style="dim")
    if error is not None:
        console.print(f"does not decode: {error}", style="red", markup=False)
        return
    for line in lines(record, ""):
        console.print(line, markup=False, highlight=False, soft_wrap=True)


def lines(value: Any, indent: str) -> Iterator[str]:
    """A record as indented lines, short where nothing is lost: vectors by their length, empty fields not at all."""
    for name, item in value.items():
        if item in (None, "", [], {}):
            continue
        if isinstance(item, dict):
            yield f"{indent}{name}:"
            yield from lines(item, indent + "  ")
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            for entry in item:
                yield f"{indent}{name}: " + ", ".join(f"{k}={v}" for k, v in entry.items() if v not in (None, "", []))
        elif isinstance(item, list) and len(item) > 16 and all(isinstance(number, int | float) for number in item):
            yield f"{indent}{name}: {len(item)} numbers"
        else:
            yield f"{indent}{name}: {item}"


def topics(as_json: AsJson = False) -> None:
    """List the catalogue's topics with partitions, offsets' span and how far every group is behind.

    Example: plait topics
    """
    from plait_console.lag import committed, lags
    from plait_console.stream import Stream
    from plait_schemas.catalogue import topics as catalogue

    settings = connect()
    with Stream(settings, list(catalogue()), from_beginning=False) as stream:
        extents = stream.extents()
    behind = lags(committed(settings), extents)
    rows: list[dict[str, Any]] = []
    for topic in catalogue().values():
        own = [extent for partition, extent in extents.items() if partition.topic == topic.name]
        records = sum(extent.end - extent.beginning for extent in own)
        about = {"topic": topic.name, "record": topic.record, "partitions": len(own), "records": records}
        rows.append(about | {"lag": behind.get(topic.name, {}), "why": topic.why})
    if as_json:
        print_json(rows)
        return
    shown = table("topic", "record", "partitions", "records", "behind")
    for row in rows:
        late = ", ".join(f"{group} {count}" for group, count in row["lag"].items())
        shown.add_row(row["topic"], row["record"], str(row["partitions"]), str(row["records"]), late)
    out().print(shown)
