"""Reads a real Kafka, through kafka-python, and what its producer shares: settings, and errors as ours.

Settings that matter and why: ``reconnect_backoff_max_ms=1000`` (recovery in a second instead of thirty),
``isolation_level=read_committed`` (also because ``committed()`` is stale otherwise in a transactional loop).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaConfigurationError, KafkaError, MessageSizeTooLargeError, RecordListTooLargeError
from kafka.structs import OffsetAndMetadata

from plait_shared.bus import Listener, Partition, RawRecord
from plait_shared.errors import BadRecord, Misconfigured, Retryable
from plait_shared.settings import ServiceSettings, revealed

TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)
MAX_REQUEST_BYTES = 4 * 1024 * 1024
LOOK_UP_TIMEOUT_MS = 5000


@contextmanager
def kafka_errors(doing: str) -> Iterator[None]:
    """Map every driver error to Retryable, a wrong setting to Misconfigured."""
    try:
        yield
    except KafkaConfigurationError as exc:
        raise Misconfigured(f"Kafka: {exc}") from exc
    except TOO_LARGE as exc:
        raise BadRecord(f"Kafka, {doing}: the broker takes no record of this size: {exc}") from exc
    except (KafkaError, OSError) as exc:
        raise Retryable(f"Kafka, {doing}: {type(exc).__name__}: {exc}") from exc


def connection(settings: ServiceSettings) -> dict[str, Any]:
    """Settings of a connection that producer, consumer and admin client share."""
    return {
        "bootstrap_servers": settings.kafka_bootstrap.split(","),
        "security_protocol": settings.kafka_security_protocol,
        "sasl_mechanism": settings.kafka_sasl_mechanism,
        "sasl_plain_username": settings.kafka_sasl_username,
        "sasl_plain_password": revealed(settings.kafka_sasl_password),
        "ssl_cafile": settings.kafka_ssl_cafile,
        "retry_backoff_ms": 10,
        "reconnect_backoff_ms": 50,
        "reconnect_backoff_max_ms": 1000,
        "allow_auto_create_topics": False,
    }


@contextmanager
def administrator(settings: ServiceSettings, doing: str) -> Iterator[Any]:
    """The driver's admin client for what is done in the block; raises Retryable when Kafka is away."""
    from kafka.admin import KafkaAdminClient  # a third of a second, which most do without

    with kafka_errors(doing):
        known = KafkaAdminClient.DEFAULT_CONFIG
        admin = KafkaAdminClient(**{name: value for name, value in connection(settings).items() if name in known})
        try:
            yield admin
        finally:
            admin.close()


class KafkaBusConsumer:
    """One member of a consumer group over the given topics."""

    def __init__(
        self, settings: ServiceSettings, group: str, topics: Sequence[str], listener: Listener | None = None
    ) -> None:
        self._topics = topics
        self._started: dict[TopicPartition, int] = {}
        self._listener = _Rebalance(self, listener)
        with kafka_errors(f"joining group {group}"):
            self._consumer = KafkaConsumer(
                **connection(settings),
                group_id=group,
                group_instance_id=f"{group}-{settings.instance_id}",
                auto_offset_reset="earliest",
                enable_auto_commit=False,
                isolation_level="read_committed",
                session_timeout_ms=round(settings.session_timeout_s * 1000),
                heartbeat_interval_ms=round(settings.session_timeout_s * 1000 / 6),
                max_poll_interval_ms=round(settings.max_poll_interval_s * 1000),
                max_partition_fetch_bytes=MAX_REQUEST_BYTES,
                fetch_max_wait_ms=100,
            )
            self._consumer.subscribe(list(topics), listener=self._listener)

    def poll(self, max_records: int, timeout_s: float) -> Sequence[RawRecord]:
        """Next records, in order within a partition; empty when there are none in time."""
        with kafka_errors("reading"):
            batches = self._consumer.poll(timeout_ms=round(timeout_s * 1000), max_records=max_records)
        return [raw_record(record) for records in batches.values() for record in records]

    def rewind(self) -> None:
        """Go back to where every assigned partition was last committed, or started."""
        with kafka_errors("rewinding"):
            for partition in self._consumer.assignment():
                self._seek_to_start(partition)

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Keep the next offset to read of each partition."""
        with kafka_errors("committing"):
            self._consumer.commit(as_offsets(offsets))

    def kept_elsewhere(self, offsets: Mapping[Partition, int]) -> None:
        """Remember offsets that something else keeps, so that `rewind` goes back to them."""
        self._started.update({TopicPartition(*partition): offset for partition, offset in offsets.items()})

    def membership(self) -> object:
        """Our place in the group, for a transaction."""
        return self._consumer.group_metadata()

    def assignment(self) -> frozenset[Partition]:
        """Partitions that are ours now; empty before the first assignment."""
        return frozenset(Partition(p.topic, p.partition) for p in self._consumer.assignment())

    def lag(self) -> Mapping[str, int]:
        """Records behind the end, by topic, over all assigned partitions, as of the last fetch."""
        behind = dict.fromkeys(self._topics, 0)
        with kafka_errors("reading positions"):
            for partition in self._consumer.assignment():
                end = self._consumer.highwater(partition)
                if end is not None:
                    position = self._consumer.position(partition, timeout_ms=LOOK_UP_TIMEOUT_MS)
                    behind[partition.topic] += max(0, end - position)
        return behind

    def close(self) -> None:
        """Leave the group."""
        with kafka_errors("leaving"):
            self._consumer.close(autocommit=False, timeout_ms=5000)

    def start_at(self, offsets: Mapping[Partition, int]) -> None:
        """Begin these partitions at offsets that are kept elsewhere than in Kafka."""
        self.kept_elsewhere(offsets)
        for partition, offset in offsets.items():
            self._consumer.seek(TopicPartition(*partition), offset)

    def forget(self, partitions: frozenset[Partition]) -> None:
        """Drop what is remembered of partitions that left."""
        for partition in partitions:
            self._started.pop(TopicPartition(*partition), None)

    def _seek_to_start(self, partition: TopicPartition) -> None:
        offset = self._started.get(partition)
        if offset is None:
            offset = self._consumer.committed(partition, timeout_ms=LOOK_UP_TIMEOUT_MS)
        if offset is None:
            self._consumer.seek_to_beginning(partition)
        else:
            self._consumer.seek(partition, offset)


class _Rebalance(ConsumerRebalanceListener):
    def __init__(self, consumer: KafkaBusConsumer, listener: Listener | None) -> None:
        self._consumer = consumer
        self._inner = listener

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        if self._inner is not None and assigned:
            self._consumer.start_at(self._inner.assigned(_partitions(assigned)))

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self._consumer.forget(_partitions(revoked))
        if self._inner is not None and revoked:
            self._inner.revoked(_partitions(revoked))


def raw_record(record: Any) -> RawRecord:
    """A record of the driver's as everything here has it."""
    partition = Partition(record.topic, record.partition)
    headers = tuple((name, value or b"") for name, value in record.headers)
    return RawRecord(partition, record.offset, record.key, record.value, headers, record.timestamp)


def as_offsets(offsets: Mapping[Partition, int]) -> dict[TopicPartition, OffsetAndMetadata]:
    """Offsets as the driver takes them."""
    return {TopicPartition(*partition): OffsetAndMetadata(offset, "", -1) for partition, offset in offsets.items()}


def _partitions(partitions: Sequence[TopicPartition]) -> frozenset[Partition]:
    return frozenset(Partition(p.topic, p.partition) for p in partitions)
