"""Backfill: how fast the inference service reads a backlog from Kafka, beside the bare engine on the same texts."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path

from benchmarks.inference_load import POLL, together, workers
from benchmarks.inference_ways import PASS_TOKENS, Place
from benchmarks.messages import office_texts, plain
from benchmarks.report import Row, row, write
from plait_console.settings import ConsoleSettings
from plait_console.stack.logs import tail
from plait_console.stack.settings import Layout
from plait_console.stream import Stream
from plait_inference.models.choice import TORCH
from plait_schemas.records import Enrichment
from tests.e2e.world import World, stack_of

ROUNDS, MESSAGES, REQUEST = 3, 320, 50
WAIT_S, STOP_S = 180.0, 60.0
PLACE = Place("cpu", "float32")
SERVICE, ENGINE = "through Kafka", "bare engine"
RATIO = f"{SERVICE} ÷ {ENGINE}"
NOTES = {
    "method": f"{ROUNDS} rounds, in each the service and then the engine, one process and one thread each, {TORCH} in "
    f"{PLACE.precision}; a ratio is of the two in the same round",
    "backlog": f"{MESSAGES} messages a round, on all partitions of the topic before the service starts; no text twice; "
    "of the other services only ingest runs",
    SERVICE: f"the service as it is, transactions of up to {POLL} messages; counted from when the enrichments of the "
    "first transaction can be read by a subscriber (read_committed) to when those of the last can, without the first",
    ENGINE: f"the same texts in the same order, without those of the first transaction, {POLL} at a time: tags and "
    "vectors in memory, no Kafka, no Avro",
    RATIO: "what is left of the model's speed when messages come from Kafka and enrichments go there, each batch with "
    "its offsets in one transaction; what is missing from 1 is the price of that",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: messages of a backlog, several times the most of one transaction, and rounds."""

    messages: int = MESSAGES
    rounds: int = ROUNDS
    poll: int = POLL


@dataclass(frozen=True, slots=True)
class Arrival:
    """When the enrichment of a text could be read, in monotonic seconds."""

    at: float
    text: str


def main() -> None:
    """Measure with one thread; Kafka and the subscriber have the other cores."""
    write("backfill", measure(Size()), NOTES)


def measure(size: Size) -> list[Row]:
    """All rows. A round: a backlog is sent, the service reads it and stops, the engine reads the same texts."""
    services, engines = list[float](), list[float]()
    texts = office_texts()
    with stack_of(["ingest"]) as world, _enrichments(world) as stream, workers(1, TORCH, PLACE) as pools:
        for _ in range(size.rounds):
            awaited = _send(world, list(islice(texts, size.messages)))
            with _inference(world, size.poll) as service:
                arrivals = _arrivals(world, stream, awaited, service)
            begin = first_transaction(arrivals, size.poll)
            rest = arrivals[begin:]
            services.append(len(rest) / (rest[-1].at - arrivals[begin - 1].at))
            together(pools, [arrival.text for arrival in arrivals[:begin]])  # the first pass of a size is slower
            engines.append(_bare(pools, [arrival.text for arrival in rest], size.poll))
    ratios = [service / engine for service, engine in zip(services, engines, strict=True)]
    return [row(SERVICE, "messages/s", services), row(ENGINE, "messages/s", engines), row(RATIO, "×", ratios, "≥ 0.95")]


def first_transaction(arrivals: Sequence[Arrival], poll: int) -> int:
    """How many came with the first transaction.

    Those of a transaction come together, but not all in one answer of the broker: the first pause of a quarter of what
    ``poll`` messages take on average is taken for the end. Raises SystemExit where there is none.
    """
    pause = (arrivals[-1].at - arrivals[0].at) * poll / len(arrivals) / 4
    for number, (before, after) in enumerate(pairwise(arrivals), 1):
        if after.at - before.at > pause:
            return number
    raise SystemExit(f"all {len(arrivals)} enrichments came at once: the backlog is too short")


def _enrichments(world: World) -> Stream:
    settings = ConsoleSettings(kafka_bootstrap=world.stack.kafka_bootstrap)
    return Stream(settings, ["collab.enrichment.v1"], from_beginning=False)


def _send(world: World, texts: Sequence[str]) -> set[str]:
    """The message ids that ingest gave; all of the messages are on the topic."""
    messages = [plain(text) for text in texts]
    requests = [messages[start : start + REQUEST] for start in range(0, len(messages), REQUEST)]
    return {accepted["message_id"] for request in requests for accepted in world.send(request)}


@contextmanager
def _inference(world: World, poll: int) -> Iterator["subprocess.Popen[bytes]"]:
    """The service in a process of its own with one thread; a signal ends it."""
    alone = {
        "PLAIT_DEVICE": PLACE.device,
        "PLAIT_PRECISION": PLACE.precision,
        "PLAIT_ENGINE": TORCH,
        "PLAIT_MODEL_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PLAIT_MAX_BATCH_TOKENS": str(PASS_TOKENS),
        "PLAIT_MAX_POLL_RECORDS": str(poll),
    }
    command = [sys.executable, "-m", "plait_inference"]
    with _log(world).open("ab") as log:
        process = subprocess.Popen(command, env=world.environment() | alone, stdout=log, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _arrivals(world: World, stream: Stream, awaited: set[str], service: "subprocess.Popen[bytes]") -> list[Arrival]:
    """The enrichments of these messages, as a subscriber gets them."""
    arrivals: list[Arrival] = []
    missing = set(awaited)
    deadline = time.monotonic() + WAIT_S
    while missing:
        if service.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"{len(missing)} of {len(awaited)} messages were not enriched\n{tail(_log(world))}")
        raws = stream.poll()
        now = time.perf_counter()
        for record in (world.codec.decode(raw).record for raw in raws):
            if isinstance(record, Enrichment) and record.message.message_id in missing:
                missing.remove(record.message.message_id)
                arrivals.append(Arrival(now, record.message.text))
    return arrivals


def _bare(pools: Sequence[ProcessPoolExecutor], texts: Sequence[str], poll: int) -> float:
    """Messages a second of the engine, a poll at a time."""
    start = time.perf_counter()
    for begin in range(0, len(texts), poll):
        together(pools, texts[begin : begin + poll])
    return len(texts) / (time.perf_counter() - start)


def _log(world: World) -> Path:
    return Layout(world.stack.settings.home).log("inference")
