"""The life of a delivery, as pure decisions: planned → sent | failed → … | suppressed | given_up.

A step is written before anything rests on it: a delivery goes out only after its plan was read back from the log,
and one whose last step is ``planned`` or ``failed`` is taken up again after a restart (at least once, with the
delivery's id as the receiver's idempotency key).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from plait_notification.localtime import quiet_until
from plait_notification.view import View, Workspace
from plait_schemas.ids import derived_id
from plait_schemas.records import Alert, Channel, ChannelKind, Delivery, DeliveryState, Profile

BACKOFF_FIRST = timedelta(seconds=10)
BACKOFF_MOST = timedelta(hours=1)
DETAIL_CHARACTERS = 300


class Verdict(Enum):
    """What a door says of an attempt."""

    SENT = DeliveryState.SENT
    FAILED = DeliveryState.FAILED
    REFUSED = DeliveryState.GIVEN_UP


@dataclass(frozen=True, slots=True)
class Answer:
    """What a door answered; ``FAILED`` may be tried again, ``REFUSED`` not."""

    verdict: Verdict
    detail: str


@dataclass(frozen=True, slots=True)
class Job:
    """A delivery that is due, with what it carries; ``reason`` is set when it must not go out."""

    delivery: Delivery
    alert: Alert
    reason: str | None


def plan(alert: Alert, person: Profile) -> tuple[Delivery, ...]:
    """The first steps of an alert: offered on the live stream, planned for each other door of the person."""
    stream = _first(alert, Channel(kind=ChannelKind.STREAM, address=""), DeliveryState.SENT)
    doors = dict.fromkeys(channel for channel in person.channels if channel.kind is not ChannelKind.STREAM)
    return (stream, *(_first(alert, channel, DeliveryState.PLANNED) for channel in doors))


def _first(alert: Alert, channel: Channel, state: DeliveryState) -> Delivery:
    attempt = 1 if state is DeliveryState.SENT else 0
    return Delivery(
        id=derived_id("delivery-step", alert.id, channel.kind, channel.address, state, attempt),
        delivery_id=derived_id("delivery", alert.id, channel.kind, channel.address),
        workspace=alert.workspace,
        alert_id=alert.id,
        recipient=alert.recipient,
        channel=channel.kind,
        address=channel.address,
        state=state,
        attempt=attempt,
        detail="offered on the live stream" if state is DeliveryState.SENT else "",
        occurred_at=alert.occurred_at,
    )


def next_step(before: Delivery, answer: Answer, now: datetime, most_attempts: int) -> Delivery:
    """The step that an attempt leads to; the last failed attempt gives up."""
    attempt = before.attempt + 1
    state = answer.verdict.value
    if state is DeliveryState.FAILED and attempt >= most_attempts:
        state = DeliveryState.GIVEN_UP
    return _step(before, state, attempt, answer.detail, now)


def suppressed(before: Delivery, reason: str, now: datetime) -> Delivery:
    """The step that ends a delivery which must not go out."""
    return _step(before, DeliveryState.SUPPRESSED, before.attempt, reason, now)


def _step(before: Delivery, state: DeliveryState, attempt: int, detail: str, now: datetime) -> Delivery:
    return Delivery(
        id=derived_id("delivery-step", before.alert_id, before.channel, before.address, state, attempt),
        delivery_id=before.delivery_id,
        workspace=before.workspace,
        alert_id=before.alert_id,
        recipient=before.recipient,
        channel=before.channel,
        address=before.address,
        state=state,
        attempt=attempt,
        detail=detail[:DETAIL_CHARACTERS],
        occurred_at=now,
    )


def backoff(attempt: int) -> timedelta:
    """Pause after a failed attempt: 10 s, doubled each time, at most an hour."""
    return min(BACKOFF_MOST, BACKOFF_FIRST * int(2 ** min(attempt - 1, 20)))


def due_jobs(view: View, now: datetime, most: int, resting: frozenset[str] = frozenset()) -> list[Job]:
    """Deliveries that are due, longest waiting first, none to a resting address; the rest stays in the log."""
    jobs = [job for workspace in view.workspaces.values() for job in _due(workspace, now)]
    jobs = [job for job in jobs if job.reason is not None or job.delivery.address not in resting]
    return sorted(jobs, key=lambda job: (job.delivery.occurred_at, job.delivery.id))[:most]


def _due(workspace: Workspace, now: datetime) -> Iterator[Job]:
    clock = workspace.clock(now) or now
    for step in workspace.open.values():
        alert = workspace.alerts.get(step.alert_id)
        if alert is None:
            continue
        reason = why_not(workspace, alert, step)
        if reason is not None or _may_go(workspace, alert, step, clock, now):
            yield Job(step, alert, reason)


def _may_go(workspace: Workspace, alert: Alert, step: Delivery, clock: datetime, now: datetime) -> bool:
    if step.state is DeliveryState.FAILED and now < step.occurred_at + backoff(step.attempt):
        return False
    if alert.urgency == "high":
        return True
    return clock >= alert.not_before and quiet_until(clock, workspace.profiles[alert.recipient]) <= clock


def why_not(workspace: Workspace, alert: Alert, step: Delivery | None = None) -> str | None:
    """Why this alert must not reach its recipient, or not through this door; None when it may."""
    person = workspace.profiles.get(alert.recipient)
    if person is None or not person.active:
        return "the recipient is not a member of the workspace any more"
    if not workspace.may_see_all(alert.recipient, alert.audiences):
        return "the recipient may not see what the alert rests on any more"
    if workspace.deleted_from(alert.evidence):
        return "what the alert rests on was deleted"
    if workspace.edited_in(alert.evidence):
        return "what the alert rests on was edited"
    if step is not None and Channel(kind=step.channel, address=step.address) not in person.channels:
        return "the recipient has closed this door"
    return None
