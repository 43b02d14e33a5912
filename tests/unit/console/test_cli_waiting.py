"""When the demo's week is over."""

import pytest

from plait_console.demo.arrivals import Arrivals
from plait_console.demo.replay import Sent
from plait_console.demo.waiting import LOOK_EVERY_S, QUIET_S, Kept, Waiting, behind
from plait_console.demo.watcher import Watcher
from plait_console.settings import ConsoleSettings
from plait_shared.bus import Partition
from plait_shared.bystander import Extent
from tests.builders import NOON, message
from tests.unit.console.demo_records import enriched

MESSAGES, ALERTS = Partition("collab.message.v1", 0), Partition("collab.alert.v1", 2)
EXTENTS = {MESSAGES: Extent(0, 10), ALERTS: Extent(4, 6)}
WINDOWS = "plait-notification-windows"


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ({WINDOWS: {MESSAGES: 10}}, None),
        ({WINDOWS: {MESSAGES: 12}}, None),
        ({WINDOWS: {MESSAGES: 7}}, f"{WINDOWS} by 3"),
        ({"plait-notification": {MESSAGES: 9, ALERTS: 5}}, "plait-notification by 2"),
        (
            {WINDOWS: {MESSAGES: 7}, "plait-knowledge-graph": {MESSAGES: 8}},
            f"plait-knowledge-graph by 2, {WINDOWS} by 3",
        ),
        ({"somebody's": {MESSAGES: 0}, "plait-notification-of-old": {MESSAGES: 0}}, None),
        ({}, None),
        ({"plait-inference-stream": {}, "plait-inference-questions": {}}, "plait-inference-stream by 10"),
    ],
)
def test_only_the_services_own_groups_hold_it_up(kept: Kept, words: str | None) -> None:
    assert behind(kept, EXTENTS) == ([f"readers: records are not read yet: {words}"] if words else [])


class Topics(Watcher):
    """A watcher of one message whose topics are as quiet as the test says."""

    quiet = 0.0

    def quiet_s(self) -> float:
        return self.quiet

    def extents(self) -> dict[Partition, Extent]:
        return EXTENTS


class Week:
    """A week that waits, with its own clock and what the windows have committed."""

    def __init__(self) -> None:
        self.now, self.asked, self.kept = 0.0, 0, 7
        self.there = True
        self.watcher = Topics(ConsoleSettings(), "orchard", NOON)
        self.sent = Sent(message_ids={message().message_id})
        self.waiting = Waiting(self.watcher, self.sent, self.ask, lambda: self.now)

    @property
    def arrivals(self) -> Arrivals:
        return self.watcher.arrivals

    def ask(self) -> Kept:
        self.asked += 1
        return {WINDOWS: {MESSAGES: self.kept}} if self.there else {}

    def over(self, after_s: float, quiet_s: float = 60.0) -> bool:
        self.now += after_s
        self.watcher.quiet = quiet_s
        return self.waiting.over()


def test_everything_has_to_arrive_be_read_and_go_quiet_in_this_order() -> None:
    week = Week()
    assert not week.over(0)
    assert (week.asked, week.waiting.lines()[0][:9]) == (0, "messages:")
    week.arrivals.add(message())
    week.arrivals.add(enriched(message()))
    assert not week.over(10)
    assert week.waiting.lines() == [f"readers: records are not read yet: {WINDOWS} by 3"]
    week.kept = 10
    assert not week.over(LOOK_EVERY_S)
    assert week.waiting.lines() == []
    assert not week.over(QUIET_S)
    assert week.over(0.1)


def test_a_late_record_begins_the_quiet_anew_and_is_waited_for() -> None:
    week = Week()
    week.arrivals.add(message())
    week.arrivals.add(enriched(message()))
    week.kept = 10
    assert not week.over(0)
    assert not week.over(QUIET_S + 1, quiet_s=1)
    week.kept = 9
    assert not week.over(LOOK_EVERY_S)
    week.kept = 10
    assert not week.over(LOOK_EVERY_S)
    assert week.over(QUIET_S + 1)


def test_a_reader_that_was_there_and_is_away_is_waited_for() -> None:
    week = Week()
    week.waiting.begin()
    week.arrivals.add(message())
    week.arrivals.add(enriched(message()))
    week.there, week.kept = False, 10
    assert not week.over(0)
    assert week.waiting.lines() == [f"readers: {WINDOWS} is away"]
    assert not week.over(QUIET_S + 1)
    week.there = True
    assert not week.over(LOOK_EVERY_S)
    assert week.over(QUIET_S + 0.1)


def test_a_reader_that_was_never_there_is_not_waited_for() -> None:
    week = Week()
    week.there = False
    week.waiting.begin()
    week.arrivals.add(message())
    week.arrivals.add(enriched(message()))
    assert not week.over(0)
    assert week.over(QUIET_S + 0.1)


def test_kafka_is_not_asked_at_every_look() -> None:
    week = Week()
    week.arrivals.add(message())
    week.arrivals.add(enriched(message()))
    for _ in range(8):
        week.over(LOOK_EVERY_S / 4)
    assert week.asked == 2


def test_what_ingest_refused_is_missing() -> None:
    week = Week()
    week.sent.refused.append("text: is needed")
    assert week.waiting.lines()[0] == "ingest refused 1 events: text: is needed"
