"""The only poll loop: consume → decode → handle → encode → commit, with dead letters, back-off and draining.

States are in `health`: ``starting`` (no assignment yet), ``ready``, ``waiting`` (a part is away), ``stopped``.
"""

import random
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

import structlog

from plait_shared.bus import Consumer, Outbound, RawRecord, next_offsets
from plait_shared.codec import Codec
from plait_shared.deadletter import DeadLetterLimit, dead_letter
from plait_shared.errors import BadRecord, Fatal, Misconfigured, Overloaded, Retryable
from plait_shared.metrics import Metrics
from plait_shared.settings import ServiceSettings
from plait_shared.stage import Batch, Outcome, Stage
from plait_shared.tracing import Tracing

T = TypeVar("T")
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loop:
    """How the loop runs: ``stage_name`` and ``version`` stand on dead letters, ``clock`` gives aware UTC time."""

    stage_name: str
    version: str
    clock: Callable[[], datetime]
    max_records: int = 500
    poll_timeout_s: float = 0.2
    dead_letters_per_minute: int = 600
    backoff_max_s: float = 5.0

    @classmethod
    def from_settings(
        cls, settings: ServiceSettings, stage_name: str, version: str, clock: Callable[[], datetime]
    ) -> "Loop":
        """The loop as the service's settings say."""
        return cls(
            stage_name,
            version,
            clock,
            max_records=settings.max_poll_records,
            poll_timeout_s=settings.poll_timeout_s,
            dead_letters_per_minute=settings.dead_letters_per_minute,
        )


class Runner(Generic[T]):
    """Runs one stage over one consumer until told to stop; everything happens in the calling thread."""

    def __init__(
        self, consumer: Consumer, codec: Codec, stage: Stage[T], loop: Loop, metrics: Metrics, tracing: Tracing
    ) -> None:
        self._consumer = consumer
        self._codec = codec
        self._stage = stage
        self._loop = loop
        self._metrics = metrics
        self._tracing = tracing
        self._limit = DeadLetterLimit(loop.dead_letters_per_minute)
        self.health = "starting"

    def ready(self) -> bool:
        """Whether partitions are assigned and the last batch went through."""
        return self.health == "ready"

    def run(self, stop: threading.Event) -> None:
        """Loop until ``stop`` is set; a batch in flight is finished. Raises Fatal or Misconfigured to end all."""
        failures = 0
        while not stop.is_set():
            try:
                if failures:
                    self._consumer.rewind()  # before anything is read again, or the failed batch would be skipped
                self._turn()
                failures = 0
            except (Retryable, Overloaded) as exc:
                failures += 1
                self.health = "waiting"
                self._metrics.retries.inc()
                log.warning("waiting", cause=str(exc), failures=failures)
                stop.wait(self._pause(exc, failures))
        self.health = "stopped"

    def _turn(self) -> None:
        batch = self._consumer.poll(self._loop.max_records, self._loop.poll_timeout_s)
        if batch:
            self.process(batch)
        else:
            self._stage.idle(self._loop.clock())
        if self._consumer.assignment():
            self.health = "ready"
        for topic, behind in self._consumer.lag().items():
            self._metrics.lag.labels(topic).set(behind)

    def process(self, batch: Sequence[RawRecord]) -> None:
        """Take one batch the whole way."""
        with self._metrics.batch_seconds.time():
            self._metrics.batch_records.observe(len(batch))
            self._work(batch)
        for raw in batch:
            self._metrics.consumed.labels(raw.partition.topic).inc()

    def _work(self, batch: Sequence[RawRecord]) -> None:
        try:
            self._attempt(batch)
        except (Retryable, Overloaded, Fatal, Misconfigured):
            raise
        except Exception as exc:
            self._isolate(batch, exc)

    def _attempt(self, batch: Sequence[RawRecord]) -> None:
        now = self._loop.clock()
        good, refused = self._decode(batch)
        result = self._stage.handle(good, now)
        outcome = self._stage.outcome(result)
        refused += [(received.raw, error) for received, error in outcome.rejected]
        outbound = self._encode(outcome) + self._letters(refused, now)
        self._stage.commit(result, outbound, next_offsets(batch))
        self._count(outbound, refused, now)

    def _isolate(self, batch: Sequence[RawRecord], error: Exception) -> None:
        """One record broke the batch: try each alone; the one that breaks alone is refused."""
        if len(batch) > 1:
            log.warning("batch broken, trying its records one by one", records=len(batch), cause=repr(error))
            for raw in batch:
                self._work([raw])
            return
        now = self._loop.clock()
        letters = self._letters([(batch[0], error)], now)
        self._stage.commit(self._stage.handle([], now), letters, next_offsets(batch))
        self._count(letters, [(batch[0], error)], now)

    def _decode(self, batch: Sequence[RawRecord]) -> tuple[Batch, list[tuple[RawRecord, Exception]]]:
        good, refused = [], list[tuple[RawRecord, Exception]]()
        for raw in batch:
            try:
                good.append(self._codec.decode(raw))
            except BadRecord as exc:
                refused.append((raw, exc))
        return good, refused

    def _encode(self, outcome: Outcome) -> list[Outbound]:
        return [
            self._codec.encode(
                derived.record,
                self._tracing.child(self._loop.stage_name, derived.cause.traceparent if derived.cause else None),
            )
            for derived in outcome.records
        ]

    def _letters(self, refused: Sequence[tuple[RawRecord, Exception]], now: datetime) -> list[Outbound]:
        self._limit.check(len(refused), now)
        loop = self._loop
        return [self._codec.encode(dead_letter(raw, exc, loop.stage_name, loop.version, now)) for raw, exc in refused]

    def _count(
        self, outbound: Sequence[Outbound], refused: Sequence[tuple[RawRecord, Exception]], now: datetime
    ) -> None:
        self._limit.add(len(refused), now)
        for record in outbound:
            self._metrics.produced.labels(record.topic).inc()
        for raw, exc in refused:
            self._metrics.refused.labels(raw.partition.topic, type(exc).__name__).inc()
            log.warning(
                "refused", topic=raw.partition.topic, offset=raw.offset, error=type(exc).__name__, cause=str(exc)
            )

    def _pause(self, exc: Exception, failures: int) -> float:
        if isinstance(exc, Overloaded):
            return exc.retry_after_s
        ceiling = min(self._loop.backoff_max_s, 0.1 * 2 ** min(failures, 10))
        return random.uniform(ceiling / 2, ceiling)
