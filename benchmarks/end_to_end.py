"""End to end: from the request that is due to the enrichment that any subscriber can read, by stage."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from benchmarks.messages import office_texts, plain
from benchmarks.report import percentile, row, write
from plait_console.stream import Stream
from plait_schemas.records import Enrichment, Message
from tests.e2e.world import World, whole_stack

BURST, ROUNDS, SECONDS, SHARE = 300, 3, 20, 0.6
WAIT_S = 180


@dataclass
class Marks:
    """When each message was due, acknowledged, readable, and readable enriched; by text, monotonic seconds."""

    due: dict[str, float] = field(default_factory=dict)
    acknowledged: dict[str, float] = field(default_factory=dict)
    readable: dict[str, float] = field(default_factory=dict)
    enriched: dict[str, float] = field(default_factory=dict)

    def spans_ms(self, first: str, last: str) -> list[float]:
        """Time from one stage to another, of every message that reached the last."""
        before, after = getattr(self, first), getattr(self, last)
        return [(after[text] - before[text]) * 1000 for text in after]


def main() -> None:
    """First a burst, which gives the capacity; then an open loop at a share of it."""
    with (
        whole_stack() as world,
        Stream(world.console(), ["collab.message.v1", "collab.enrichment.v1"], from_beginning=True) as stream,
    ):
        texts = office_texts()
        _burst(world, stream, texts, 30)
        capacities = [_burst(world, stream, texts, BURST) for _ in range(ROUNDS)]
        rate = SHARE * sorted(capacities)[ROUNDS // 2]
        rounds = [_open_loop(world, stream, texts, rate) for _ in range(ROUNDS)]
    rows = [row("capacity, POST to enrichment", "messages/s", capacities)]
    for title, first, last in (
        ("due → acknowledged", "due", "acknowledged"),
        ("acknowledged → readable", "acknowledged", "readable"),
        ("readable → enriched", "readable", "enriched"),
        ("due → enriched", "due", "enriched"),
    ):
        for name, share in (("p50", 0.5), ("p99", 0.99)):
            rows.append(
                row(f"{title}, {name}", "ms", [percentile(marks.spans_ms(first, last), share) for marks in rounds])
            )
    write(
        "end_to_end",
        rows,
        {
            "below zero": "a record can be read before its sender has the acknowledgement in hand",
            "rate": f"{rate:.1f} messages/s, {SHARE:.0%} of capacity, one message a request",
            "rounds": str(ROUNDS),
        },
    )


def _burst(world: World, stream: Stream, texts: Iterator[str], count: int) -> float:
    marks = Marks()
    messages = [plain(next(texts)) for _ in range(count)]
    start = time.perf_counter()
    for at in range(0, count, 50):
        world.send(messages[at : at + 50])
    marks.due = {str(message["text"]): start for message in messages}
    _watch(world, stream, marks)
    return count / (max(marks.enriched.values()) - start)


def _open_loop(world: World, stream: Stream, texts: Iterator[str], rate: float) -> Marks:
    marks = Marks()
    start = time.perf_counter()

    def send(text: str) -> None:
        world.send([plain(text)])
        marks.acknowledged[text] = time.perf_counter()

    with ThreadPoolExecutor(8) as pool:
        for number in range(round(rate * SECONDS)):
            due = start + number / rate
            while (left := due - time.perf_counter()) > 0:
                _look(world, stream, marks, left)
            text = next(texts)
            marks.due[text] = due
            pool.submit(send, text)
    _watch(world, stream, marks)
    return marks


def _watch(world: World, stream: Stream, marks: Marks) -> None:
    deadline = time.monotonic() + WAIT_S
    while len(marks.enriched) < len(marks.due):
        if time.monotonic() > deadline:
            raise SystemExit(f"{len(marks.due) - len(marks.enriched)} messages were not enriched within {WAIT_S} s")
        _look(world, stream, marks, 0.05)


def _look(world: World, stream: Stream, marks: Marks, longest_s: float) -> None:
    for raw in stream.poll(min(longest_s, 0.02)):
        record = world.codec.decode(raw).record
        now = time.perf_counter()
        if isinstance(record, Message) and record.text in marks.due:
            marks.readable[record.text] = now
        elif isinstance(record, Enrichment) and record.message.text in marks.due:
            marks.enriched[record.message.text] = now
