"""The stage over the bus in memory: alerts and their plans in one transaction, nothing lost, nothing twice."""

import queue
import threading
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from plait_notification import handlers, stage
from plait_notification.live import Entry, Hub
from plait_notification.rebuild import FIRST, TOPICS
from plait_notification.stage import NotificationStage, Parts
from plait_notification.state import State
from plait_notification.surge import Surge
from plait_notification.view import Who
from plait_schemas.catalogue import topic_of
from plait_schemas.records import Alert, DeadLetter, Delivery, DeliveryState, Record
from plait_shared.bus import Outbound
from plait_shared.codec import Codec
from plait_shared.errors import Fatal, Retryable
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.stage import Outcome
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing
from tests.builders import NOON
from tests.unit.notification.world import BO, TEXTS, assigned, due, enriched, people

GROUP = "plait-notification"


def nothing(partition: int, start: int, end: int) -> Sequence[Entry]:
    return ()


class Office:
    """A broker, and the service's stage over it as after a (re)start; ``now`` is turned by hand."""

    def __init__(self, broker: MemoryBroker | None = None) -> None:
        self.broker = broker or MemoryBroker()
        self.now = NOON + timedelta(hours=1)
        self.codec = Codec(MemoryRegistry(), "notification")
        self.state, self.hub = State(), Hub(10, nothing)
        self.rebuild()
        self.noticed: queue.Queue[Surge] = queue.Queue(10)
        consumer = self.consumer = MemoryConsumer(self.broker, GROUP, TOPICS)
        producer = MemoryProducer(self.broker, GROUP)
        tracing = Tracing("notification")
        parts = Parts(self.state, TEXTS, self.hub, consumer, producer, self.codec, tracing)
        ends = {p: len(log) for p, log in self.broker.logs.items() if p.topic in TOPICS and log}
        ends = {p: end for p, end in ends.items() if self.broker.committed.get((GROUP, p), 0) < end}
        self.stage = NotificationStage(parts, self.noticed, ends)
        loop = Loop(stage_name="notification", version="1", clock=self.clock, poll_timeout_s=0.0)
        self.runner: Runner[Outcome] = Runner(consumer, self.codec, self.stage, loop, Metrics.create(), tracing)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=2)
        return self.now

    def rebuild(self) -> None:
        """As `rebuild.rebuild`, from the broker in memory."""
        first = [raw for name in FIRST for raw in self.broker.records(name)]
        then = [raw for name in TOPICS if name not in FIRST for raw in self.broker.records(name)]
        handled = [raw for raw in then if raw.offset < self.broker.committed.get((GROUP, raw.partition), 0)]
        for raw in first + handled:
            handlers.step(self.state.view, TEXTS, self.codec.decode(raw).record, live=False)

    def produce(self, *records: Record) -> None:
        for record in records:
            self.broker.append(self.codec.encode(record))

    def turns(self, number: int = 4) -> None:
        """Some turns of the loop, with its back-off taken out."""
        for _ in range(number):
            try:
                self.runner._turn()
            except Retryable:
                self.consumer.rewind()

    def written(self, kind: type[Record]) -> list[Record]:
        return [self.codec.decode(raw).record for raw in self.broker.records(topic_of(kind.AVRO_NAME).name)]


def asked(number: int) -> Record:
    return enriched(number, f"Bo {number}?", "question", mentions=(BO,))


def test_an_alert_and_its_first_step_are_written_and_reach_the_stream() -> None:
    office = Office()
    office.produce(*people(), asked(1))
    office.turns()
    [alert], [step] = office.written(Alert), office.written(Delivery)
    assert isinstance(alert, Alert)
    assert isinstance(step, Delivery)
    assert (step.alert_id, step.state) == (alert.id, DeliveryState.SENT)
    assert [entry.alert for entry in office.hub.after(Who("orchard", "bo"), {})] == [alert]
    assert office.stage.caught_up()


def test_a_restart_raises_nothing_again_and_goes_on() -> None:
    office = Office()
    office.produce(*people(), asked(1))
    office.turns()
    again = Office(office.broker)
    again.turns()
    assert len(again.written(Alert)) == 1
    again.produce(asked(1), asked(2))
    again.turns()
    assert len(again.written(Alert)) == 2


def test_a_group_that_lost_its_offsets_raises_nothing_twice() -> None:
    office = Office()
    office.produce(*people(), asked(1))
    office.turns()
    office.broker.committed.clear()
    again = Office(office.broker)
    again.turns()
    assert len(again.written(Alert)) == 1


@pytest.mark.parametrize("failing", [1, 2, 3])
def test_an_alert_outlives_a_transaction_that_fails(failing: int) -> None:
    office = Office()
    calls = iter(range(1, 100))

    def fault(operation: str) -> None:
        if operation == "transaction" and next(calls) == failing:
            raise Retryable("away")

    office.broker.fault = fault
    office.produce(*people(), asked(1))
    office.turns(8)
    assert len(office.written(Alert)) == 1
    assert len(office.written(Delivery)) == 1


def test_what_waits_for_a_profile_is_written_when_time_passes() -> None:
    office = Office()
    office.produce(asked(1))
    office.turns(2)
    assert office.written(Alert) == []
    office.produce(*people())
    office.turns(3)
    assert len(office.written(Alert)) == 1


def test_a_surge_that_the_windows_notice_early_is_kept_until_it_is_folded() -> None:
    office = Office()
    office.noticed.put(Surge("orchard", "chat:dev", NOON + timedelta(minutes=4)))
    office.turns(2)
    office.produce(*people(), *(enriched(n, f"broken {n}", "blocker") for n in range(5)))
    office.turns(4)
    assert [alert.kind.value for alert in office.written(Alert) if isinstance(alert, Alert)] == ["surge"]


def test_time_does_not_pass_before_the_backlog_is_read() -> None:
    office = Office()
    office.produce(asked(1), *people())
    late = Office(office.broker)
    assert not late.stage.caught_up()
    late.stage.idle(late.now)
    assert late.written(Alert) == []
    late.turns(2)
    assert late.stage.caught_up()


def test_a_record_that_is_none_goes_to_the_dead_letters() -> None:
    office = Office()
    office.broker.append(Outbound("collab.enrichment.v1", b"k", b"junk"))
    office.produce(*people(), asked(1))
    office.turns()
    assert len(office.written(DeadLetter)) == 1
    assert len(office.written(Alert)) == 1
    assert office.stage.caught_up()


def test_a_second_instance_stops_the_first() -> None:
    office = Office()
    Office(office.broker)
    office.produce(*people(), asked(1))
    with pytest.raises(Fatal, match="fenced"):
        office.runner.run(threading.Event())


def test_what_time_brings_while_nothing_is_read_is_written_too() -> None:
    office = Office()
    office.produce(*people(), assigned("PAY-231", BO), due("PAY-231", "Friday"), enriched(1))
    office.turns(2)
    assert office.written(Alert) == []
    office.now += timedelta(hours=48)
    office.stage.idle(office.clock())
    office.stage.idle(office.now)
    assert [alert.kind.value for alert in office.written(Alert) if isinstance(alert, Alert)] == ["due_soon"]
    assert len(office.written(Delivery)) == 1


def test_when_too_many_notices_wait_the_newest_stay_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office()
    monkeypatch.setattr(stage, "MOST_NOTICED", 3)
    for minute in range(5):
        office.noticed.put(Surge("orchard", "chat:not folded", NOON + timedelta(minutes=minute)))
    office.stage.idle(office.clock())
    office.stage.idle(office.clock())
    assert [surge.at.minute for surge in office.stage._waiting] == [0, 1, 2]
    assert office.noticed.qsize() == 2
