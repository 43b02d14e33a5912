"""The courier's thread: it outlasts a log that is away, and at its end writes what it can."""

import threading
from collections.abc import Sequence

import pytest

from plait_schemas.records import Delivery, DeliveryState
from plait_shared.errors import Retryable
from tests.unit.notification.test_delivery import HOOK, Office


def test_the_thread_goes_on_until_it_is_stopped_even_while_the_log_is_away() -> None:
    office = Office(HOOK)
    stop = threading.Event()
    office.away = True

    def publish(steps: Sequence[Delivery]) -> None:
        if office.away:
            office.away = False
            raise Retryable("away")
        office.log += steps
        threading.Timer(0.01, stop.set).start()

    office.courier._publish = publish
    office.courier.run(stop)
    assert [step.state for step in office.log] == [DeliveryState.SENT]
    assert len(office.door.sent) == 1


@pytest.mark.parametrize("back", [True, False])
def test_a_stop_writes_what_was_not_written_if_it_can(back: bool, capsys: pytest.CaptureFixture[str]) -> None:
    office = Office(HOOK)
    stop = threading.Event()

    def publish(steps: Sequence[Delivery]) -> None:
        if not stop.is_set() or not back:
            stop.set()
            raise Retryable("away")
        office.log += steps

    office.courier._publish = publish
    office.courier.run(stop)
    assert [step.state for step in office.log] == ([DeliveryState.SENT] if back else [])
    assert ("steps not written" in capsys.readouterr().out) is not back


def test_a_stop_leaves_the_rest_in_the_log() -> None:
    office = Office(HOOK)
    stop = threading.Event()
    stop.set()
    office.courier.run(stop)
    assert office.turn() == []
    assert office.door.sent == []
