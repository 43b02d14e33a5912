"""A start of the windows that hangs is noticed, and so is a consumer group that is lost in silence."""

from types import SimpleNamespace

import pytest

from plait_notification.windows import Progress, check_coordination
from plait_shared.errors import Fatal


def test_a_start_that_gets_no_further_is_ended() -> None:
    progress = Progress(30.0, now=100.0)
    progress.check((0, False, 0), now=101.0)
    progress.check((0, False, 0), now=131.0)
    with pytest.raises(Fatal, match="hung for 30 s"):
        progress.check((0, False, 0), now=131.1)


def test_a_start_that_gets_further_may_take_its_time() -> None:
    progress = Progress(30.0, now=0.0)
    for left in range(100, 0, -1):
        progress.check((1, True, left), now=29.0 * (101 - left))


def app(consumer: object) -> SimpleNamespace:
    return SimpleNamespace(consumer=SimpleNamespace(_thread=SimpleNamespace(_consumer=consumer)))


def test_a_lost_consumer_group_is_told() -> None:
    for fine in (None, SimpleNamespace(_coordinator=None)):
        check_coordination(app(fine))
    coordinator = SimpleNamespace(_pending_exception=None)
    consumer = SimpleNamespace(_coordinator=coordinator)
    check_coordination(app(consumer))
    coordinator._pending_exception = OSError("unknown code")
    with pytest.raises(Fatal, match="lost their consumer group: OSError"):
        check_coordination(app(consumer))
