"""What makes the graph's part of the way lasting: claims on partitions, and the outbox."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from plait_knowledge_graph.store.database import Connection, Database, ask, tell
from plait_shared.bus import Outbound, Partition, Producer
from plait_shared.errors import Retryable

RELAY_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition that is ours as long as nobody claims it after us; ``next_offset`` is None where nothing was read."""

    epoch: int
    next_offset: int | None


def claim(connection: Connection, group: str, partitions: Iterable[Partition]) -> dict[Partition, Claim]:
    """Take partitions over; whoever had them can't `advance` them any more."""
    ordered = sorted(partitions)
    rows = ask(
        connection,
        "claim",
        {"group": group, "topic": [p.topic for p in ordered], "partition": [p.number for p in ordered]},
    )
    return {Partition(row["topic"], row["partition"]): Claim(row["epoch"], row["next_offset"]) for row in rows}


def advance(
    connection: Connection, group: str, offsets: Mapping[Partition, int], epochs: Mapping[Partition, int]
) -> None:
    """Keep the next offsets in this transaction; raises Retryable when another replica claimed one of them."""
    ordered = sorted(offsets)
    rows = ask(
        connection,
        "advance",
        {
            "group": group,
            "topic": [p.topic for p in ordered],
            "partition": [p.number for p in ordered],
            "next_offset": [offsets[p] for p in ordered],
            "epoch": [epochs[p] for p in ordered],
        },
    )
    if len(rows) < len(ordered):
        kept = {Partition(row["topic"], row["partition"]) for row in rows}
        lost = next(p for p in ordered if p not in kept)
        raise Retryable(f"{lost.topic}/{lost.number} was taken over by another replica; nothing of it is written here")


def put(connection: Connection, records: Sequence[Outbound]) -> None:
    """Add records to the outbox, in their order."""
    if records:
        headers = [json.dumps([[name, value.hex()] for name, value in record.headers]).encode() for record in records]
        parameters = {
            "topic": [record.topic for record in records],
            "key": [record.key for record in records],
            "value": [record.value for record in records],
            "headers": headers,
            "timestamp_ms": [record.timestamp_ms or 0 for record in records],
        }
        tell(connection, "insert_outbox", parameters)


def relay(database: Database, producer: Producer) -> int:
    """Send the oldest records of the outbox and delete them once they are acknowledged; returns how many.

    A crash in between sends them again: their ids are derived, so that a reader knows them. 0 also when another replica
    is relaying. Raises Retryable when the broker or the database is away.
    """
    with database.transaction("relaying the outbox") as connection:
        if not ask(connection, "try_relay", {})[0]["ours"]:
            return 0
        rows = ask(connection, "outbox", {"limit": RELAY_AT_ONCE})
        if rows:
            producer.send([_outbound(row) for row in rows])
            tell(connection, "delete_outbox", {"ids": [row["id"] for row in rows]})
        return len(rows)


def _outbound(row: Mapping[str, object]) -> Outbound:
    headers, key, value = row["headers"], row["key"], row["value"]
    assert isinstance(headers, bytes)
    assert isinstance(key, bytes)
    assert isinstance(value, bytes)
    return Outbound(
        topic=str(row["topic"]),
        key=key,
        value=value,
        headers=tuple((name, bytes.fromhex(text)) for name, text in json.loads(headers)),
        timestamp_ms=int(str(row["timestamp_ms"])),
    )
