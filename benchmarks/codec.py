"""Codec: microseconds to encode and to decode one record."""

import json
import time
from collections.abc import Callable

from benchmarks.report import Row, row, write
from plait_schemas import definitions, records
from plait_schemas.catalogue import topics
from plait_schemas.jsonform import from_json
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryRegistry

ROUNDS, COUNT = 7, 3000
TOPICS = ("collab.message.v1", "collab.enrichment.v1", "collab.summary.v1", "collab.alert.v1")


def main() -> None:
    """Measure the records of the hot topics; the enrichment has an embedding of full size."""
    rows = [line for name in TOPICS for line in _rows(name)]
    write("codec", rows, {"method": f"{ROUNDS} rounds of {COUNT} records, encode and decode in turn"})


def _rows(name: str) -> list[Row]:
    topic = topics()[name]
    data = json.loads(definitions.PACKAGE.joinpath(f"examples/{topic.schema_name}.json").read_text("utf-8"))
    if "embedding" in data:
        data["embedding"] = [0.05] * 384
    record = from_json(getattr(records, topic.record), data)
    codec = Codec(MemoryRegistry(), "benchmark")
    out = codec.encode(record)
    raw = RawRecord(Partition(out.topic, 0), 0, out.key, out.value, out.headers)
    encode = [_microseconds(lambda: codec.encode(record)) for _ in range(ROUNDS)]
    decode = [_microseconds(lambda: codec.decode(raw)) for _ in range(ROUNDS)]
    both = [a + b for a, b in zip(encode, decode, strict=True)]
    what = f"{topic.record} ({len(out.value)} bytes)"
    return [
        row(f"{what}, encode", "µs", encode),
        row(f"{what}, decode", "µs", decode),
        row(f"{what}, both ways", "µs", both, "≤ 60"),
    ]


def _microseconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    for _ in range(COUNT):
        call()
    return (time.perf_counter() - start) / COUNT * 1e6
