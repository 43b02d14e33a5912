"""The service's part of the way: fold, decide, and write alerts with their planned deliveries in one transaction.

Alerts wait in ``_pending`` until a transaction that holds them has gone through; a batch that is read again after a
failure raises nothing new, and what waits goes out with it. Only what is read back from the log is acted upon.
"""

import queue
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from plait_notification import handlers
from plait_notification.delivery import plan
from plait_notification.live import Hub
from plait_notification.state import State
from plait_notification.surge import Surge
from plait_notification.texts import Texts
from plait_schemas.records import Alert, Record
from plait_shared.bus import Consumer, Outbound, Partition, Producer
from plait_shared.codec import Codec, Received
from plait_shared.stage import Batch, Derived, Outcome
from plait_shared.tracing import Tracing

TICK_EVERY = timedelta(seconds=1)
MOST_NOTICED = 1000  # beyond, the newest notices are dropped; the next heated message notices again


@dataclass(frozen=True, slots=True)
class Parts:
    """What the stage works with."""

    state: State
    texts: Texts
    hub: Hub
    consumer: Consumer
    producer: Producer
    codec: Codec
    tracing: Tracing


@dataclass
class NotificationStage:
    """A `plait_shared.stage.Stage`. ``caught_up_at`` says where the backlog ended when the service started."""

    parts: Parts
    noticed: "queue.Queue[Surge]"
    caught_up_at: Mapping[Partition, int]
    _seen: dict[Partition, int] = field(default_factory=dict)
    _pending: dict[str, tuple[Alert, Received[Record] | None]] = field(default_factory=dict)
    _waiting: deque[Surge] = field(default_factory=deque)
    _ticked: datetime | None = None

    def handle(self, batch: Batch, now: datetime) -> Outcome:
        """Fold the batch; the outcome holds every alert that waits to be written, with its first delivery steps."""
        parts = self.parts
        with parts.state.lock:
            for received in batch:
                alerts = handlers.step(parts.state.view, parts.texts, received.record)
                self._pend(alerts, received)
                if isinstance(received.record, Alert):
                    parts.hub.publish(received.raw.partition.number, received.raw.offset, received.record)
                self._seen[received.raw.partition] = received.raw.offset + 1
            if batch and self.caught_up() and not any(parts.consumer.lag().values()):
                self._pass_time(now)
            return self._outcome()

    def outcome(self, result: Outcome) -> Outcome:
        """The result is the outcome."""
        return result

    def commit(self, result: Outcome, records: Sequence[Outbound], offsets: Mapping[Partition, int]) -> None:
        """All in one transaction, offsets included; a second instance is fenced by the transactional id."""
        self.parts.producer.send_transaction(records, offsets, self.parts.consumer.membership())
        for partition, offset in offsets.items():
            self._seen[partition] = max(offset, self._seen.get(partition, 0))
        written = {value.decode() for record in records for name, value in record.headers if name == "ce_id"}
        self._pending = {key: waiting for key, waiting in self._pending.items() if key not in written}

    def idle(self, now: datetime) -> None:
        """Nothing to read: time passes."""
        if not self.caught_up():
            return
        with self.parts.state.lock:
            self._pass_time(now)
            outcome = self._outcome()
        if outcome.records:
            self.commit(outcome, [self._encode(derived) for derived in outcome.records], {})

    def caught_up(self) -> bool:
        """Whether all that stood in the topics at the start has been read."""
        return all(self._seen.get(partition, 0) >= end for partition, end in self.caught_up_at.items())

    def _pass_time(self, now: datetime) -> None:
        if self._ticked is not None and now - self._ticked < TICK_EVERY:
            return
        self._ticked = now
        parts = self.parts
        self._pend(handlers.tick(parts.state.view, parts.texts, now), None)
        room = min(self.noticed.qsize(), MOST_NOTICED - len(self._waiting))
        self._waiting.extend(self.noticed.get_nowait() for _ in range(room))
        for _ in range(len(self._waiting)):
            noticed = self._waiting.popleft()
            if not handlers.folded(parts.state.view, noticed):
                self._waiting.append(noticed)  # the windows are ahead of us
            self._pend(handlers.surges(parts.state.view, parts.texts, noticed), None)

    def _pend(self, alerts: Sequence[Alert], cause: Received[Record] | None) -> None:
        self._pending.update({alert.id: (alert, cause) for alert in alerts})

    def _outcome(self) -> Outcome:
        view, records = self.parts.state.view, list[Derived]()
        for alert, cause in self._pending.values():
            person = view.of(alert.workspace).profiles[alert.recipient]
            records.append(Derived(alert, cause))
            records += [Derived(step, cause) for step in plan(alert, person)]
        return Outcome(records=records)

    def _encode(self, derived: Derived) -> Outbound:
        trace = self.parts.tracing.child("notification", derived.cause.traceparent if derived.cause else None)
        return self.parts.codec.encode(derived.record, trace)
