"""Reads the log as a bystander: in no group, committing nothing, read_committed, any partition from anywhere."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from kafka import KafkaConsumer, TopicPartition

from plait_shared.bus import Partition, RawRecord
from plait_shared.errors import Misconfigured
from plait_shared.kafka import MAX_REQUEST_BYTES, connection, kafka_errors, raw_record
from plait_shared.settings import ServiceSettings

POLL_S = 0.2
PATIENCE_S = 30.0
CLOSE_MS = 2000


@dataclass(frozen=True, slots=True)
class Extent:
    """Offsets of one partition: the first that is kept, and the next to be written."""

    beginning: int
    end: int


class Bystander:
    """One connection; raises Retryable when Kafka is away, at first after ``patience_s``.

    ``group`` is one to ask about; it is never joined.
    """

    def __init__(self, settings: ServiceSettings, *, group: str | None = None, patience_s: float = PATIENCE_S) -> None:
        with kafka_errors("connecting"):
            self._consumer = KafkaConsumer(
                **connection(settings),
                group_id=group,
                enable_auto_commit=False,
                isolation_level="read_committed",
                auto_offset_reset="earliest",
                max_partition_fetch_bytes=MAX_REQUEST_BYTES,
                fetch_max_wait_ms=100,
                bootstrap_timeout_ms=round(patience_s * 1000),
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave; nothing is kept."""
        with kafka_errors("closing"):
            self._consumer.close(autocommit=False, timeout_ms=CLOSE_MS)

    def extents(self, topics: Sequence[str]) -> dict[Partition, Extent]:
        """First and next offset of every partition of these topics; raises Misconfigured for one that is not there.

        A transaction's end counts as one, so these bound the records.
        """
        with kafka_errors("looking up topics"):
            partitions = [TopicPartition(topic, number) for topic in topics for number in self._numbers(topic)]
            firsts, ends = self._consumer.beginning_offsets(partitions), self._consumer.end_offsets(partitions)
        return {Partition(*p): Extent(firsts[p], ends[p]) for p in partitions}

    def committed(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has committed; a partition without is left out."""
        with kafka_errors("reading committed offsets"):
            found = {partition: self._consumer.committed(TopicPartition(*partition)) for partition in partitions}
        return {partition: offset for partition, offset in found.items() if offset is not None}

    def start_at(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions and no others, each from its offset on."""
        with kafka_errors("starting to read"):
            self._consumer.assign([TopicPartition(*partition) for partition in offsets])
            for partition, offset in offsets.items():
                self._consumer.seek(TopicPartition(*partition), offset)

    def poll(self, timeout_s: float = POLL_S) -> list[RawRecord]:
        """What came, in order within a partition; empty when nothing came for a moment."""
        with kafka_errors("reading"):
            batches = self._consumer.poll(timeout_ms=round(timeout_s * 1000))
        return [raw_record(record) for records in batches.values() for record in records]

    def until(self, ends: Mapping[Partition, int]) -> Iterator[RawRecord]:
        """Records of these partitions before these offsets, and then no more. In order within a partition."""
        while self._short_of(ends):
            for record in self.poll():
                if record.offset < ends[record.partition]:
                    yield record

    def _numbers(self, topic: str) -> list[int]:
        numbers: Iterable[int] | None = self._consumer.partitions_for_topic(topic)
        if not numbers:
            raise Misconfigured(f"there is no topic {topic} on this Kafka: run `plait init`")
        return sorted(numbers)

    def _short_of(self, ends: Mapping[Partition, int]) -> bool:
        with kafka_errors("reading positions"):
            return any(self._consumer.position(TopicPartition(*p)) < end for p, end in ends.items())
