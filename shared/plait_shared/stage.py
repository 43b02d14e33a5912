"""What a service does with a batch: decide, act, report; and how the result becomes lasting."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from plait_schemas.records import Record
from plait_shared.bus import Consumer, Outbound, Partition, Producer
from plait_shared.codec import Received
from plait_shared.errors import BadRecord

Batch = Sequence[Received[Record]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Derived:
    """A record to be published and the one that it comes from, whose trace it continues."""

    record: Record
    cause: Received[Record] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a batch came to: records to publish, and records of the batch that can never succeed."""

    records: Sequence[Derived] = ()
    rejected: Sequence[tuple[Received[Record], BadRecord]] = ()


class Stage(Protocol[T]):
    """A service's part of the way. The runner calls `handle`, then `commit`, in turn and from one thread.

    An error from `handle` makes the runner try the records one by one, so that only the poisoned one is refused;
    Retryable makes it go back and try again later.
    """

    def handle(self, batch: Batch, now: datetime) -> T:
        """Work out what the batch means; changes nothing outside."""
        ...

    def outcome(self, result: T) -> Outcome:
        """What of the result is to be published or refused."""
        ...

    def commit(self, result: T, records: Sequence[Outbound], offsets: Mapping[Partition, int]) -> None:
        """Make the result, the encoded records (dead letters among them) and the offsets lasting."""
        ...

    def idle(self, now: datetime) -> None:
        """Called when there is nothing to read, for work that waits for time to pass."""
        ...


def nothing() -> None:
    """Nobody waits for the commit."""


@dataclass
class TransactionalStage:
    """Consume, handle, produce in one Kafka transaction, offsets included."""

    handler: "Handler"
    consumer: Consumer
    producer: Producer
    committed: Callable[[], None] = nothing
    """Called after each commit."""

    def handle(self, batch: Batch, now: datetime) -> Outcome:
        """As the handler says."""
        return self.handler(batch, now)

    def outcome(self, result: Outcome) -> Outcome:
        """The result is the outcome."""
        return result

    def commit(self, result: Outcome, records: Sequence[Outbound], offsets: Mapping[Partition, int]) -> None:
        """All in one transaction, fenced by our membership in the group."""
        self.producer.send_transaction(records, offsets, self.consumer.membership())
        self.committed()

    def idle(self, now: datetime) -> None:
        """Nothing waits for time here."""


@dataclass
class AtLeastOnceStage(TransactionalStage):
    """Produce, then commit the offsets; what is written twice has the same derived id."""

    def commit(self, result: Outcome, records: Sequence[Outbound], offsets: Mapping[Partition, int]) -> None:
        """Records first, offsets once all are acknowledged."""
        self.producer.send(records)
        self.consumer.commit(offsets)
        self.committed()


class Handler(Protocol):
    """A pure function from a batch to what follows from it; the same input gives the same output."""

    def __call__(self, batch: Batch, now: datetime) -> Outcome: ...
