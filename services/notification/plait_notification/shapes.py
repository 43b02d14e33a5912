"""What the HTTP doors answer with, for OpenAPI."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel

from plait_notification.digest import Digest, Item
from plait_schemas.records import Alert, Delivery


class AlertOut(BaseModel):
    """An alert; ``position`` is the stream's event id, for ``before`` and ``Last-Event-ID``."""

    id: str
    position: str
    kind: str
    title: str
    body: str
    language: str
    urgency: str
    conversation: str | None
    conversation_title: str
    evidence: list[str]
    not_before: datetime
    occurred_at: datetime

    @classmethod
    def of(cls, position: str, alert: Alert) -> Self:
        """From the record."""
        return cls(
            id=alert.id,
            position=position,
            kind=alert.kind.value,
            title=alert.title,
            body=alert.body,
            language=alert.language,
            urgency=alert.urgency,
            conversation=alert.conversation.id if alert.conversation else None,
            conversation_title=alert.conversation.title if alert.conversation else "",
            evidence=list(dict.fromkeys(evidence.message_id for evidence in alert.evidence)),
            not_before=alert.not_before,
            occurred_at=alert.occurred_at,
        )


class AlertPage(BaseModel):
    """Alerts, newest first; ``before`` leads to the next page, null at the end."""

    alerts: list[AlertOut]
    before: str | None


class StepOut(BaseModel):
    """One step of an alert through one door."""

    delivery_id: str
    channel: str
    address: str
    state: str
    attempt: int
    detail: str
    occurred_at: datetime

    @classmethod
    def of(cls, step: Delivery) -> Self:
        """From the record."""
        return cls(
            delivery_id=step.delivery_id,
            channel=step.channel.value,
            address=step.address,
            state=step.state.value,
            attempt=step.attempt,
            detail=step.detail,
            occurred_at=step.occurred_at,
        )


class History(BaseModel):
    """Everything that happened to an alert on its way, oldest first."""

    alert: str
    steps: list[StepOut]


class ItemOut(BaseModel):
    """A line of a digest; ``evidence`` are message ids.

    ``note`` is of an action the words for when it is due, of a conversation the number of messages, of a message its
    author. ``due_at`` is what the words for a due date come to; the end of the author's day, 23:59:59 there, stands for
    a day without a time.
    """

    text: str
    note: str
    due_at: datetime | None
    conversation: str
    evidence: list[str]

    @classmethod
    def of(cls, item: Item) -> Self:
        """From the digest."""
        messages = list(dict.fromkeys(evidence.message_id for evidence in item.evidence))
        return cls(
            text=item.text, note=item.note, due_at=item.due_at, conversation=item.conversation.id, evidence=messages
        )


class DigestOut(BaseModel):
    """A digest, in sections and as Markdown; the sections are empty when nothing happened."""

    since: datetime
    until: datetime
    title: str
    body: str
    decisions: list[ItemOut]
    actions: list[ItemOut]
    questions: list[ItemOut]
    blockers: list[ItemOut]
    busiest: list[ItemOut]

    @classmethod
    def of(cls, digest: Digest, title: str, body: str) -> Self:
        """From the digest and its words."""
        return cls(
            since=digest.since,
            until=digest.until,
            title=title,
            body=body,
            decisions=[ItemOut.of(item) for item in digest.decisions],
            actions=[ItemOut.of(item) for item in digest.actions],
            questions=[ItemOut.of(item) for item in digest.questions],
            blockers=[ItemOut.of(item) for item in digest.blockers],
            busiest=[ItemOut.of(item) for item in digest.busiest],
        )
