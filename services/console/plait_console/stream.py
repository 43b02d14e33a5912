"""Reads topics as a bystander: no group, nothing committed, read_committed, any partition from anywhere."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from kafka import KafkaConsumer, TopicPartition

from plait_console.settings import ConsoleSettings
from plait_schemas.catalogue import topics
from plait_shared.bus import Partition, RawRecord
from plait_shared.errors import BadRecord
from plait_shared.kafka import MAX_REQUEST_BYTES, connection, kafka_errors

POLL_S = 0.2
CLOSE_MS = 2000
BOOTSTRAP_MS = 5000
"""A person waits: Kafka answers at once, or it is away."""


@dataclass(frozen=True, slots=True)
class Extent:
    """Offsets of one partition: the first that is kept, and the next to be written."""

    beginning: int
    end: int


class Stream:
    """All partitions of some topics, read from one place on; raises Retryable when Kafka is away."""

    def __init__(self, settings: ConsoleSettings, names: Sequence[str], *, from_beginning: bool) -> None:
        settings.need("kafka_bootstrap")
        with kafka_errors("connecting"):
            self._consumer = KafkaConsumer(
                **connection(settings),
                group_id=None,
                enable_auto_commit=False,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=MAX_REQUEST_BYTES,
                fetch_max_wait_ms=100,
                bootstrap_timeout_ms=BOOTSTRAP_MS,
            )
        with kafka_errors("looking up topics"):
            self._partitions = [TopicPartition(name, n) for name in names for n in self._numbers(name)]
            self._consumer.assign(self._partitions)
            if from_beginning:
                self._consumer.seek_to_beginning(*self._partitions)
            else:
                self._consumer.seek_to_end(*self._partitions)
                for partition in self._partitions:
                    self._consumer.position(partition)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave; nothing is kept."""
        with kafka_errors("closing"):
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def poll(self, timeout_s: float = POLL_S) -> list[RawRecord]:
        """What came, in order within a partition; empty when nothing came for a moment."""
        with kafka_errors("reading"):
            batches = self._consumer.poll(timeout_ms=round(timeout_s * 1000))
        return [_raw(record) for records in batches.values() for record in records]

    def follow(self) -> Iterator[RawRecord]:
        """Records as they come, for ever."""
        while True:
            yield from self.poll()

    def to_end(self) -> Iterator[RawRecord]:
        """What stands on the topics now, and then no more. Across partitions in no particular order."""
        ends = {partition: extent.end for partition, extent in self.extents().items()}
        while self._short_of(ends):
            for record in self.poll():
                if record.offset < ends[record.partition]:
                    yield record

    def extents(self) -> dict[Partition, Extent]:
        """First and next offset of every partition; a transaction's end counts as one, so these bound the records."""
        with kafka_errors("reading offsets"):
            firsts = self._consumer.beginning_offsets(self._partitions)
            ends = self._consumer.end_offsets(self._partitions)
        return {Partition(p.topic, p.partition): Extent(firsts[p], ends[p]) for p in self._partitions}

    def _numbers(self, name: str) -> list[int]:
        numbers: Iterable[int] | None = self._consumer.partitions_for_topic(name)
        if not numbers:
            raise BadRecord(f"there is no topic {name} on this Kafka: run `plait init`")
        return sorted(numbers)

    def _short_of(self, ends: dict[Partition, int]) -> bool:
        with kafka_errors("reading positions"):
            return any(self._consumer.position(p) < ends[Partition(p.topic, p.partition)] for p in self._partitions)


def topic_name(name: str) -> str:
    """The topic that a short name means: ``enrichment`` is ``collab.enrichment.v1``. Raises BadRecord."""
    known = list(topics())
    matches = [topic for topic in known if name in (topic, topic.split(".")[1])]
    if not matches:
        short = ", ".join(topic.split(".")[1] for topic in known)
        raise BadRecord(f"there is no topic {name} in the catalogue; there are {short}")
    return matches[-1]


def _raw(record: Any) -> RawRecord:
    headers = tuple((name, value or b"") for name, value in record.headers)
    partition = Partition(record.topic, record.partition)
    return RawRecord(partition, record.offset, record.key, record.value, headers, record.timestamp)
