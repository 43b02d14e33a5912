"""How an alert comes to be: once, in the recipient's language, only for who may see all of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from plait_notification.localtime import quiet_until
from plait_notification.texts import Texts, language_of
from plait_notification.view import Workspace
from plait_schemas.ids import derived_id
from plait_schemas.records import Alert, AlertKind, Audience, ConversationRef, Evidence


@dataclass(frozen=True, slots=True)
class About:
    """What an alert is about; ``key`` makes it that one, ``at`` is the event time at which it is raised."""

    kind: AlertKind
    key: tuple[str, ...]
    at: datetime
    urgency: str
    audiences: tuple[Audience, ...]
    conversation: ConversationRef | None = None
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[str, ...] = ()


def raise_alert(
    workspace: Workspace, texts: Texts, user: str, about: About, facts: Mapping[str, object]
) -> Iterator[Alert]:
    """The alert, unless it was raised before or the user may not see what it rests on. Marks it as raised."""
    alert_id = derived_id("alert", about.kind, workspace.name, user, *about.key)
    if alert_id in workspace.raised or not workspace.may_see_all(user, about.audiences):
        return
    person = workspace.profiles[user]
    title, body = texts.alert(about.kind, person, about.at, facts)
    workspace.raised.add(alert_id)
    yield Alert(
        id=alert_id,
        workspace=workspace.name,
        kind=about.kind,
        recipient=user,
        title=title,
        body=body,
        language=language_of(person),
        urgency=about.urgency,
        conversation=about.conversation,
        audiences=tuple(dict.fromkeys(about.audiences)),
        evidence=about.evidence,
        sources=about.sources,
        not_before=about.at if about.urgency == "high" else quiet_until(about.at, person),
        occurred_at=about.at,
    )
