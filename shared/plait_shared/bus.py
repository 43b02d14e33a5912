"""The bus as services see it: records in, records out, and what a batch needs to become lasting.

`kafka` and `kafka_producer` speak to a real broker; `testing.memory` is the same in memory with faults to inject.
Both pass ``tests/contract/test_bus.py``.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    number: int


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record as the broker holds it; headers keep their order, ``timestamp_ms`` is the broker's or producer's."""

    partition: Partition
    offset: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int = 0


@dataclass(frozen=True, slots=True)
class Outbound:
    """A record to be written, encoded."""

    topic: str
    key: bytes
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    timestamp_ms: int | None = None


class Listener(Protocol):
    """Told about partitions by the consumer, from within `Consumer.poll`."""

    def assigned(self, partitions: frozenset[Partition]) -> Mapping[Partition, int]:
        """Partitions that are ours now; returns where to start those that should not start at the committed offset."""
        ...

    def revoked(self, partitions: frozenset[Partition]) -> None:
        """Partitions that are no longer ours; nothing of them may be written any more."""
        ...


class Consumer(Protocol):
    """Reads the topics of one group, read_committed. All methods raise Retryable when the broker is away."""

    def poll(self, max_records: int, timeout_s: float) -> Sequence[RawRecord]:
        """Next records, in order within a partition; empty when there are none in time."""
        ...

    def rewind(self) -> None:
        """Go back to where every assigned partition was last committed, or started."""
        ...

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Keep the next offset to read of each partition."""
        ...

    def assignment(self) -> frozenset[Partition]:
        """Partitions that are ours now; empty before the first assignment."""
        ...

    def membership(self) -> object:
        """Our place in the group, opaque; a transaction that carries it fails once another member has taken over."""
        ...

    def lag(self) -> Mapping[str, int]:
        """Records behind the end, by topic, over the partitions that are ours; 0 where none is."""
        ...

    def close(self) -> None:
        """Leave the group."""
        ...


class Producer(Protocol):
    """Writes records. Raises Retryable when the broker is away, Fatal when only a restart helps (fenced)."""

    def post(self, records: Sequence[Outbound]) -> Sequence[Future[None]]:
        """Begin to write, from any thread; raises nothing.

        Each future is done once its record is acknowledged by all in-sync replicas, or given up: with Retryable,
        BadRecord for one that is too large, or whatever else went wrong.
        """
        ...

    def send(self, records: Sequence[Outbound]) -> None:
        """Write all and return once every one is acknowledged by all in-sync replicas."""
        ...

    def send_transaction(
        self, records: Sequence[Outbound], offsets: Mapping[Partition, int], membership: object
    ) -> None:
        """Write all and commit the group's offsets, or none of it; ``membership`` comes from the consumer."""
        ...

    def close(self) -> None:
        """Flush and leave."""
        ...


def next_offsets(batch: Sequence[RawRecord]) -> dict[Partition, int]:
    """Next offset to read of each partition once this batch is done."""
    offsets: dict[Partition, int] = {}
    for record in batch:
        offsets[record.partition] = max(offsets.get(record.partition, 0), record.offset + 1)
    return offsets
