"""What a caller may ask of the view. Pure; the HTTP edge holds the lock."""

from datetime import date, datetime

from plait_notification.delivery import why_not
from plait_notification.digest import DAY, Digest, gather
from plait_notification.localtime import day_of
from plait_notification.texts import Texts
from plait_notification.view import KEEP, View, Who
from plait_schemas.records import Alert, Delivery, Profile
from plait_shared.errors import BadRecord


def allowed(view: View, alert: Alert) -> bool:
    """Whether the recipient may still see the alert."""
    return why_not(view.of(alert.workspace), alert) is None


def history(view: View, who: Who, alert_id: str) -> tuple[Delivery, ...] | None:
    """The caller's alert's steps, oldest first; None when there is no such alert for the caller."""
    workspace = view.of(who.workspace)
    alert = workspace.alerts.get(alert_id)
    if alert is None or alert.recipient != who.user:
        return None
    steps = workspace.history.get(alert_id, {}).values()
    return tuple(sorted(steps, key=lambda step: (step.delivery_id, step.attempt, step.occurred_at, step.id)))


def digest(view: View, texts: Texts, who: Who, day: date | None, now: datetime) -> tuple[Digest, str, str]:
    """The caller's last 24 hours, or a local day, with title and body. Raises BadRecord for a day out of reach."""
    workspace = view.of(who.workspace)
    person = workspace.profiles.get(who.user) or _stranger(who, now)
    clock = workspace.clock(now) or now
    since, until = (clock - DAY, clock) if day is None else day_of(day, person)
    if since > clock or until < clock - KEEP:
        raise BadRecord(f"digests reach from {KEEP.days} days ago until today", field="date")
    gathered = gather(workspace, person, since, until)
    title, body = texts.alert("digest", person, until, {"digest": gathered})
    return gathered, title, body


def _stranger(who: Who, now: datetime) -> Profile:
    return Profile(id="", workspace=who.workspace, user=who.user, name=who.user, identities=(), occurred_at=now)
