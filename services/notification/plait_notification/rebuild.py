"""The state after a restart: folded again from the topics, without a word to anyone.

What others write is folded up to where the group has committed: its alerts were written in the same transaction.
What tells about people, and what we wrote ourselves, is folded to its end, and first, so that no alert is raised
twice. The backlog behind the committed offsets is only looked at: `Positions.caught_up_at` says where it ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from plait_notification import handlers
from plait_notification.live import Hub
from plait_notification.settings import NotificationSettings
from plait_notification.state import State
from plait_notification.texts import Texts
from plait_schemas.records import Alert
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Misconfigured
from plait_shared.kafka import MAX_REQUEST_BYTES, connection, kafka_errors

FIRST = ("collab.alert.v1", "collab.delivery.v1", "collab.membership.v1", "collab.profile.v1")
THEN = ("collab.enrichment.v1", "collab.graph-change.v1", "collab.summary.v1")
TOPICS = FIRST + THEN
POLL_MS = 200


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the stream is when the service starts: for each partition the offset behind its last record."""

    caught_up_at: Mapping[Partition, int]


class Log:
    """Reads ranges of the log, outside any group, read_committed."""

    def __init__(self, settings: NotificationSettings) -> None:
        self._settings = settings

    def read(self, ranges: Mapping[Partition, tuple[int, int]]) -> Iterator[RawRecord]:
        """Records of each partition from the first offset up to, not including, the second."""
        with closing(self._consumer()) as consumer, kafka_errors("reading the log"):
            waiting = {TopicPartition(*p): end for p, (start, end) in ranges.items() if start < end}
            consumer.assign(list(waiting))
            for partition, (start, end) in ranges.items():
                if start < end:
                    consumer.seek(TopicPartition(*partition), start)
            while waiting:
                for at, records in consumer.poll(timeout_ms=POLL_MS, max_records=1000).items():
                    yield from (_raw(record) for record in records if record.offset < ranges[Partition(*at)][1])
                waiting = {at: end for at, end in waiting.items() if consumer.position(at) < end}

    def extent(self, topics: Sequence[str]) -> dict[Partition, tuple[int, int]]:
        """First offset and end of every partition of these topics."""
        with closing(self._consumer()) as consumer, kafka_errors("looking at the log"):
            known = {topic: consumer.partitions_for_topic(topic) for topic in topics}
            missing = [topic for topic, numbers in known.items() if not numbers]
            if missing:
                raise Misconfigured(f"there is no topic {missing[0]}: run `plait init` against this cluster")
            partitions = [TopicPartition(topic, number) for topic, numbers in known.items() for number in numbers]
            starts, ends = consumer.beginning_offsets(partitions), consumer.end_offsets(partitions)
        return {Partition(*p): (starts[p], ends[p]) for p in partitions}

    def committed(self, group: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has committed; a partition without is left out."""
        with closing(self._consumer(group)) as consumer, kafka_errors("reading committed offsets"):
            found = {partition: consumer.committed(TopicPartition(*partition)) for partition in partitions}
        return {partition: offset for partition, offset in found.items() if offset is not None}

    def _consumer(self, group: str | None = None) -> KafkaConsumer:
        with kafka_errors("connecting"):
            return KafkaConsumer(
                **connection(self._settings),
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                isolation_level="read_committed",
                max_partition_fetch_bytes=MAX_REQUEST_BYTES,
                fetch_max_wait_ms=100,
            )


def rebuild(log: Log, codec: Codec, state: State, texts: Texts, hub: Hub, group: str) -> Positions:
    """Fold what was handled before, and say where the rest ends."""
    extent = log.extent(TOPICS)
    committed = log.committed(group, extent)
    for topic in FIRST:
        _fold(log.read({p: span for p, span in extent.items() if p.topic == topic}), codec, state, texts, hub)
    handled, backlog = {}, {}
    for partition, (start, end) in extent.items():
        if partition.topic in THEN:
            border = min(max(start, committed.get(partition, start)), end)
            handled[partition], backlog[partition] = (start, border), (border, end)
    _fold(log.read(handled), codec, state, texts, hub)
    caught_up_at = {raw.partition: raw.offset + 1 for raw in log.read(backlog)}
    return Positions(caught_up_at)


def _fold(records: Iterator[RawRecord], codec: Codec, state: State, texts: Texts, hub: Hub) -> None:
    for raw in records:
        try:
            record = codec.decode(raw).record
        except BadRecord:
            continue  # it stands among the dead letters since it was first read
        with state.lock:
            handlers.step(state.view, texts, record, live=False)
        if isinstance(record, Alert):
            hub.publish(raw.partition.number, raw.offset, record)


def _raw(record: ConsumerRecord) -> RawRecord:
    return RawRecord(
        partition=Partition(record.topic, record.partition),
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple((name, value or b"") for name, value in record.headers),
        timestamp_ms=record.timestamp,
    )
