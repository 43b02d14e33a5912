"""The life of a delivery: planned before it goes out, truthful, and never to who may not see it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from plait_notification.channels import Door
from plait_notification.courier import Courier
from plait_notification.delivery import Answer, Verdict, backoff, due_jobs, next_step, plan, why_not
from plait_notification.settings import NotificationSettings
from plait_notification.state import State
from plait_schemas.records import Alert, Change, ChannelKind, Delivery, DeliveryState, Profile, Record
from plait_shared.errors import Retryable
from tests.builders import NOON, group
from tests.unit.notification.world import BO, World, deletion, door, enriched, member, profile

HOOK = door(ChannelKind.WEBHOOK, "https://hooks.example/bo")
MAIL = door(ChannelKind.EMAIL, "bo@orchard.example")
LATER = NOON + timedelta(minutes=5)


class Script:
    """A door that gives the next answer of a list, and remembers what went through it."""

    def __init__(self, *verdicts: Verdict) -> None:
        self.verdicts = list(verdicts)
        self.sent: list[str] = []

    def send(self, delivery: Delivery, alert: Alert, now: datetime) -> Answer:
        self.sent.append(delivery.delivery_id)
        return Answer(self.verdicts.pop(0) if len(self.verdicts) > 1 else self.verdicts[0], "as scripted")


class Office:
    """A courier over a view in which Bo was asked something in a group, with a clock to turn."""

    def __init__(self, *channels: object, person: Profile | None = None, **settings: object) -> None:
        self.bo = person or profile("bo", BO, channels=channels)
        self.asked = enriched(1, "Bo?", "question", mentions=(BO,), audience=group("dev"))
        self.world = World(self.bo, member("dev", BO), self.asked)
        [self.alert] = self.world.alerts
        self.world.add(self.alert, *plan(self.alert, self.bo))
        self.now = LATER
        self.door = Script(Verdict.SENT)
        self.log: list[Delivery] = []
        self.away = False
        doors: dict[ChannelKind, Door] = {ChannelKind.WEBHOOK: self.door, ChannelKind.EMAIL: self.door}
        made = NotificationSettings.model_validate({"delivery_attempts": 3, "breaker_failures": 2, **settings})
        self.courier = Courier(State(self.world.view), doors, self.publish, lambda: self.now, made)

    def publish(self, steps: object) -> None:
        if self.away:
            raise Retryable("the broker is away")
        assert isinstance(steps, list)
        self.log += steps

    def turn(self) -> list[DeliveryState]:
        before = len(self.log)
        with ThreadPoolExecutor(2) as pool:
            self.courier.turn(pool)
        return [step.state for step in self.log[before:]]


def test_the_plan_names_every_door_once_and_the_stream_at_once() -> None:
    office = Office(HOOK, MAIL, HOOK, door(ChannelKind.STREAM, ""))
    steps = plan(office.alert, office.bo)
    assert [(s.channel.value, s.state.value, s.attempt) for s in steps] == [
        ("stream", "sent", 1), ("webhook", "planned", 0), ("email", "planned", 0),
    ]  # fmt: skip
    assert steps == plan(office.alert, office.bo)
    assert len({step.delivery_id for step in steps}) == 3


def test_what_is_planned_goes_out_once() -> None:
    office = Office(HOOK, MAIL)
    assert office.turn() == [DeliveryState.SENT] * 2
    assert office.turn() == []
    assert len(set(office.door.sent)) == 2


def test_failures_are_tried_again_later_with_the_same_id_and_given_up_in_the_end() -> None:
    office = Office(HOOK, breaker_failures=9)
    office.door.verdicts = [Verdict.FAILED]
    assert office.turn() == [DeliveryState.FAILED]
    assert office.turn() == []
    office.now += timedelta(seconds=10)
    assert office.turn() == [DeliveryState.FAILED]
    office.now += timedelta(seconds=20)
    assert office.turn() == [DeliveryState.GIVEN_UP]
    office.now += timedelta(days=1)
    assert office.turn() == []
    assert [step.attempt for step in office.log] == [1, 2, 3]
    assert len(set(office.door.sent)) == 1
    assert len({step.id for step in office.log}) == 3


def test_a_final_refusal_is_not_tried_again() -> None:
    office = Office(HOOK)
    office.door.verdicts = [Verdict.REFUSED]
    assert office.turn() == [DeliveryState.GIVEN_UP]
    assert office.log[0].detail == "as scripted"
    assert office.turn() == []


def test_a_restart_takes_up_what_was_planned_or_failed_and_not_what_was_sent() -> None:
    office = Office(HOOK, MAIL)
    _, hook, mail = plan(office.alert, office.bo)
    failed = next_step(hook, Answer(Verdict.FAILED, ""), NOON, 9)
    sent = next_step(mail, Answer(Verdict.SENT, ""), NOON, 9)
    for order in ([hook, failed, mail, sent], [sent, failed, mail, hook]):
        world = World(office.bo, member("dev", BO), office.asked, office.alert, *order)
        assert [job.delivery for job in due_jobs(world.view, LATER, 9)] == [failed]


def test_an_alert_is_needed_and_only_so_many_go_at_once() -> None:
    office = Office(HOOK, MAIL)
    assert len(due_jobs(office.world.view, LATER, 1)) == 1
    lonely = World(office.bo, *plan(office.alert, office.bo))
    assert due_jobs(lonely.view, LATER, 9) == []


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("left the group", "may not see"),
        ("left", "not a member of the workspace"),
        ("deleted", "deleted"),
        ("closed", "closed this door"),
    ],
)
def test_what_changed_since_the_alert_suppresses_it(change: str, reason: str) -> None:
    office = Office(HOOK)
    changes: dict[str, Record] = {
        "left the group": member("dev", BO, active=False, at=LATER),
        "left": replace(office.bo, active=False, occurred_at=LATER),
        "deleted": deletion(office.asked, LATER),
        "closed": replace(office.bo, channels=(), occurred_at=LATER),
    }
    office.world.add(changes[change])
    assert office.turn() == [DeliveryState.SUPPRESSED]
    assert reason in office.log[0].detail
    assert office.door.sent == []
    assert office.turn() == []


def test_permission_is_asked_again_at_the_very_moment() -> None:
    office = Office(HOOK)
    workspace = office.world.view.of("orchard")
    [job] = due_jobs(office.world.view, LATER, 9)
    assert job.reason is None
    office.world.add(member("dev", BO, active=False, at=LATER))
    assert office.courier._attempt(job, LATER).state is DeliveryState.SUPPRESSED
    assert why_not(workspace, office.alert) is not None


def test_quiet_hours_hold_all_but_the_urgent() -> None:
    quiet = profile("bo", BO, timezone="UTC", quiet_start="11:00", quiet_end="13:00", channels=(HOOK,))
    office = Office(person=quiet)
    assert office.alert.not_before == NOON + timedelta(hours=1)
    assert office.turn() == []
    office.now = NOON + timedelta(hours=1)
    assert office.turn() == [DeliveryState.SENT]
    urgent = Office(person=quiet)
    urgent.world.add(replace(urgent.alert, urgency="high"))
    assert urgent.turn() == [DeliveryState.SENT]


def test_an_address_that_fails_rests_and_does_not_hold_up_others() -> None:
    office = Office(HOOK, MAIL)
    for number in range(2, 5):
        asked = enriched(number, f"Bo {number}?", "question", mentions=(BO,))
        [alert] = office.world.add(asked)
        office.world.add(alert, *plan(alert, office.bo))
    failing = {ChannelKind.WEBHOOK: Script(Verdict.FAILED), ChannelKind.EMAIL: Script(Verdict.SENT)}
    office.courier._doors = failing
    states = office.turn()
    assert states.count(DeliveryState.FAILED) == 1
    assert states.count(DeliveryState.SENT) == 4
    assert office.turn() == [DeliveryState.FAILED]
    assert office.turn() == []
    office.now += timedelta(seconds=61)
    assert office.turn() == [DeliveryState.FAILED]
    office.now += timedelta(seconds=61)
    failing[ChannelKind.WEBHOOK].verdicts = [Verdict.SENT]
    assert office.turn() == [DeliveryState.SENT] * 4


def test_when_the_log_is_away_the_step_is_kept_and_nothing_goes_out_again() -> None:
    office = Office(HOOK)
    office.away = True
    for _ in range(2):
        with pytest.raises(Retryable):
            office.turn()
    office.away = False
    assert office.turn() == [DeliveryState.SENT]
    assert len(office.door.sent) == 1


def test_what_quotes_words_that_were_edited_does_not_go_out() -> None:
    office = Office(HOOK)
    source = replace(office.asked.message.source, version=2)
    office.world.add(enriched(1, "never mind", "social", audience=group("dev"), source=source, change=Change.EDITED))
    assert office.turn() == [DeliveryState.SUPPRESSED]
    assert office.log[0].detail == "what the alert rests on was edited"


def test_backoff_doubles_up_to_an_hour() -> None:
    assert [backoff(n).total_seconds() for n in (1, 2, 3, 20, 999)] == [10, 20, 40, 3600, 3600]


def test_a_delivery_is_tried_for_over_two_hours() -> None:
    attempts = NotificationSettings().delivery_attempts
    lasting = sum((backoff(n) for n in range(1, attempts)), timedelta(0))
    assert timedelta(hours=2) < lasting < timedelta(hours=2, minutes=30)
