"""The bus in memory, for tests: topics, groups, transactions, and faults to inject.

Small on purpose: one partition layout (hash of the key), one member a group at a time, nothing timed.
It passes the same suite as the real bus, ``tests/contract/bus_suite.py``.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from zlib import crc32

from plait_schemas.catalogue import topics
from plait_shared.bus import Listener, Outbound, Partition, RawRecord
from plait_shared.errors import BadRecord, Fatal, Misconfigured, PlaitError, Retryable
from plait_shared.registry import Schema

Fault = Callable[[str], None]


def no_fault(operation: str) -> None:
    """The fault of a healthy broker."""


@dataclass
class MemoryBroker:
    """Topics and committed offsets; ``fault`` is called with each operation's name and may raise Retryable."""

    partitions: int = 2
    fault: Fault = no_fault
    logs: dict[Partition, list[RawRecord]] = field(default_factory=lambda: defaultdict(list))
    committed: dict[tuple[str, Partition], int] = field(default_factory=dict)
    generations: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    epochs: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def append(self, record: Outbound) -> RawRecord:
        """Write one record to the partition of its key."""
        partition = Partition(record.topic, crc32(record.key) % self.partitions)
        log = self.logs[partition]
        raw = RawRecord(partition, len(log), record.key, record.value, record.headers, record.timestamp_ms or 0)
        log.append(raw)
        return raw

    def records(self, topic: str) -> list[RawRecord]:
        """Everything on a topic, partition by partition."""
        return [raw for partition in sorted(self.logs) if partition.topic == topic for raw in self.logs[partition]]


class MemoryConsumer:
    """The only live member of its group: a later one takes over, as after a crash."""

    def __init__(
        self, broker: MemoryBroker, group: str, names: Sequence[str], listener: Listener | None = None
    ) -> None:
        self._broker = broker
        self._group = group
        self._partitions = frozenset(Partition(name, n) for name in names for n in range(broker.partitions))
        self._listener = listener
        self._positions: dict[Partition, int] = {}
        self._elsewhere: dict[Partition, int] = {}
        self._joined = False
        broker.generations[group] += 1
        self._generation = broker.generations[group]

    def poll(self, max_records: int, timeout_s: float) -> Sequence[RawRecord]:
        """Next records; the first call joins and tells the listener."""
        self._broker.fault("poll")
        if not self._joined:
            self._join()
        batch: list[RawRecord] = []
        for partition in sorted(self._partitions):
            start = self._positions[partition]
            chunk = self._broker.logs[partition][start : start + max_records - len(batch)]
            self._positions[partition] = start + len(chunk)
            batch += chunk
        return batch

    def rewind(self) -> None:
        """Go back to where every partition was last committed, or started."""
        self._broker.fault("rewind")
        self._positions = {p: self._start(p) for p in self._partitions}

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Keep the next offsets; raises Retryable when another member took over."""
        self._broker.fault("commit")
        self.check(self.membership())
        self._broker.committed.update({(self._group, p): offset for p, offset in offsets.items()})

    def kept_elsewhere(self, offsets: Mapping[Partition, int]) -> None:
        """Remember offsets that something else keeps."""
        self._elsewhere.update(offsets)

    def assignment(self) -> frozenset[Partition]:
        """All partitions of the topics, once joined."""
        return self._partitions if self._joined else frozenset()

    def membership(self) -> object:
        """Group and generation."""
        return self._group, self._generation

    def lag(self) -> Mapping[str, int]:
        """Records behind the end, by topic."""
        behind = dict.fromkeys((p.topic for p in self._partitions), 0)
        for partition in self._partitions:
            behind[partition.topic] += len(self._broker.logs[partition]) - self._positions.get(partition, 0)
        return behind

    def close(self) -> None:
        """Leave the group."""
        if self._joined and self._listener is not None:
            self._listener.revoked(self._partitions)
        self._joined = False

    def check(self, membership: object) -> None:
        """Raise Retryable unless this is the group's live member."""
        if membership != (self._group, self._broker.generations[self._group]):
            raise Retryable(f"group {self._group}: another member took over")

    def _join(self) -> None:
        self._joined = True
        if self._listener is not None:
            self._elsewhere.update(self._listener.assigned(self._partitions))
        self.rewind()

    def _start(self, partition: Partition) -> int:
        kept = self._broker.committed.get((self._group, partition), 0)
        return self._elsewhere.get(partition, kept)


class MemoryProducer:
    """Writes at once; with a transactional id it fences its predecessor."""

    def __init__(self, broker: MemoryBroker, transactional_id: str | None = None) -> None:
        self._broker = broker
        self._transactional_id = transactional_id
        if transactional_id:
            broker.epochs[transactional_id] += 1
            self._epoch = broker.epochs[transactional_id]

    def post(self, records: Sequence[Outbound]) -> Sequence[Future[None]]:
        """As `send`, with its faults in the futures."""
        done: Future[None] = Future()
        try:
            self.send(records)
        except PlaitError as exc:
            done.set_exception(exc)
        else:
            done.set_result(None)
        return [done] * len(records)

    def send(self, records: Sequence[Outbound]) -> None:
        """Write all. A fault on ``send`` leaves none, one on ``acknowledge`` leaves them written but unconfirmed."""
        self._broker.fault("send")
        for record in records:
            self._broker.append(record)
        self._broker.fault("acknowledge")

    def send_transaction(
        self, records: Sequence[Outbound], offsets: Mapping[Partition, int], membership: object
    ) -> None:
        """Write all and commit the offsets, or none of it."""
        if self._transactional_id is None:
            raise Misconfigured("a transaction needs a producer with a transactional id")
        if self._epoch != self._broker.epochs[self._transactional_id]:
            raise Fatal("fenced: a newer producer has this transactional id")
        self._broker.fault("transaction")
        group, generation = _member(membership)
        if generation != self._broker.generations[group]:
            raise Retryable(f"group {group}: another member took over")
        for record in records:
            self._broker.append(record)
        self._broker.committed.update({(group, p): offset for p, offset in offsets.items()})

    def close(self) -> None:
        """Nothing to flush."""


class MemoryRegistry:
    """A registry that knows the catalogue's schemas, and those that a test adds."""

    def __init__(self) -> None:
        self.schemas: dict[int, Schema] = {n: topic.schema for n, topic in enumerate(topics().values(), start=1)}

    def schema(self, schema_id: int) -> Schema:
        """The schema with this id."""
        if schema_id not in self.schemas:
            raise BadRecord(f"the schema registry has no schema with id {schema_id}")
        return self.schemas[schema_id]

    def id_of(self, subject: str, schema: Schema) -> int:
        """The id of a schema; raises Misconfigured when it is not registered."""
        for schema_id, known in self.schemas.items():
            if known == schema:
                return schema_id
        raise Misconfigured(f"the schema of {subject} is not registered: run `plait init` against this registry")


def _member(membership: object) -> tuple[str, int]:
    assert isinstance(membership, tuple)
    return membership
