"""A small workspace for tests of the notification service: Ann (en, Lisbon), Bo (zh, Shanghai), Cy (en, New York)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from plait_notification import handlers
from plait_notification.texts import Texts
from plait_notification.view import View
from plait_schemas.ids import derived_id
from plait_schemas.records import (
    Action,
    Alert,
    AlertKind,
    Audience,
    Change,
    Channel,
    ChannelKind,
    ConversationRef,
    Decision,
    Enrichment,
    Entity,
    Evidence,
    Fact,
    FactChange,
    GraphChange,
    Identity,
    IdentityKind,
    Membership,
    Model,
    Node,
    Profile,
    Question,
    Record,
    Summary,
    SummarySentence,
    Tag,
    Tags,
)
from tests.builders import ANN, NOON, PUBLIC, message

BO = Identity(id="slack:U2", name="李波", kind=IdentityKind.PERSON)
CY = Identity(id="cy@orchard.example", name="Cy Young", kind=IdentityKind.PERSON)
MODEL = Model(name="office", revision="1")
DEV = ConversationRef(id="chat:dev", title="#dev")
EPOCH = NOON - timedelta(days=30)
TEXTS = Texts()


def profile(user: str, identity: Identity, **changes: Any) -> Profile:
    made = Profile(
        id=derived_id("profile", user),
        workspace="orchard",
        user=user,
        name=identity.name,
        identities=(identity.id,),
        timezone="Europe/Lisbon",
        language="en",
        occurred_at=EPOCH,
    )
    return replace(made, **changes)


def people() -> list[Record]:
    return [
        profile("ann", ANN),
        profile("bo", BO, timezone="Asia/Shanghai", language="zh"),
        profile("cy", CY, timezone="America/New_York"),
    ]


def member(group: str, identity: Identity, active: bool = True, at: datetime = EPOCH) -> Membership:
    return Membership(
        id=derived_id("membership", group, identity.id, at),
        workspace="orchard",
        group=group,
        member=identity,
        active=active,
        occurred_at=at,
    )


def enriched(
    number: int,
    text: str = "Could you look at PAY-231?",
    *intents: str,
    work: tuple[str, ...] = (),
    sentiment: str = "neutral",
    urgency: str = "normal",
    **changes: Any,
) -> Enrichment:
    at = changes.pop("at", NOON + timedelta(minutes=number))
    said = message(number, text, **{"sent_at": at, "occurred_at": at, "received_at": at, **changes})
    if said.source.version != 1:
        said = replace(said, id=derived_id("event", "orchard", "chat", number, said.source.version))
    tags = Tags(
        intents=tuple(Tag(label=label, score=0.9) for label in intents or ("information",)),
        entities=tuple(Entity(label="WORK", text=name, start=0, end=len(name), score=0.9) for name in work),
        sentiment=Tag(label=sentiment, score=0.9),
        urgency=Tag(label=urgency, score=0.9),
        topic=Tag(label="engineering", score=0.9),
        harm=Tag(label="none", score=0.9),
    )
    deleted = said.change is Change.DELETED
    return Enrichment(
        id=derived_id("enrichment", said.id),
        workspace="orchard",
        source_event=said.id,
        message=said,
        tags=None if deleted else tags,
        embedding=(0.1,),
        model=MODEL,
        occurred_at=said.occurred_at,
    )


def deletion(of: Enrichment, at: datetime) -> Enrichment:
    gone = replace(
        of.message, id=derived_id("gone", of.message.id), change=Change.DELETED, text="", occurred_at=at,
        received_at=at, source=replace(of.message.source, version=99),
    )  # fmt: skip
    return replace(of, id=derived_id("gone", of.id), message=gone, tags=None, occurred_at=at)


def evidence(number: int = 1) -> Evidence:
    said = message(number)
    return Evidence(message_id=said.message_id, event_id=said.id, start=0, end=4)


def fact(
    subject: tuple[str, str],
    predicate: str,
    thing: tuple[str, str],
    at: datetime = NOON,
    change: FactChange = FactChange.OPENED,
    **changes: Any,
) -> GraphChange:
    until = changes.pop("until", None)
    audience: Audience = changes.pop("audience", PUBLIC)
    occurred = changes.pop("occurred_at", until or at)
    revision = changes.pop("revision", list(FactChange).index(change) + 1)
    known = Fact(
        id=derived_id("fact", *subject, predicate, *thing, at),
        subject=Node(id=derived_id("node", *subject), label=subject[0], name=subject[1]),
        predicate=predicate,
        object=Node(id=derived_id("node", *thing), label=thing[0], name=thing[1]),
        valid_from=at,
        valid_to=until,
        recorded_at=at,
        confidence=0.9,
        evidence=(evidence(),),
    )
    return GraphChange(
        id=derived_id("change", known.id, change, revision),
        workspace="orchard",
        change=change,
        fact=known,
        revision=revision,
        conversation=DEV,
        audience=audience,
        source_event="e",
        model=MODEL,
        occurred_at=occurred,
    )


def assigned(work: str, person: Identity, at: datetime = NOON, **changes: Any) -> GraphChange:
    return fact(("WORK", work), "assigned_to", ("PERSON", person.name), at, **changes)


def due(work: str, words: str, at: datetime = NOON, **changes: Any) -> GraphChange:
    return fact(("WORK", work), "due", ("TIME", words), at, **changes)


def summary(state: str = "s1", at: datetime = NOON + timedelta(hours=1), **changes: Any) -> Summary:
    made = Summary(
        id=derived_id("summary", state),
        workspace="orchard",
        source_event="request",
        conversation=DEV,
        audience=PUBLIC,
        state=state,
        sentences=(SummarySentence(text="Release moves to *Friday*.", evidence=(evidence(),)),),
        decisions=(
            Decision(text="Release on Friday", reversed=False, evidence=(evidence(),)),
            Decision(text="Release today", reversed=True, evidence=(evidence(),)),
        ),
        actions=(Action(what="Send the notes", owner=BO, due="Friday", due_at=None, evidence=(evidence(2),)),),
        questions=(Question(text="Who tests it?", answered_by=None, evidence=(evidence(2),)),),
        model=MODEL,
        settled_at=at + timedelta(hours=2),
        occurred_at=at,
    )
    return replace(made, **changes)


class World:
    """A view with what was folded so far, and every alert that came of it."""

    def __init__(self, *records: Record) -> None:
        self.view = View()
        self.alerts: list[Alert] = []
        self.add(*records)

    def add(self, *records: Record) -> list[Alert]:
        """Fold records; returns the alerts that follow."""
        raised = [alert for record in records for alert in handlers.step(self.view, TEXTS, record)]
        self.alerts += raised
        return raised

    def tick(self, now: datetime) -> list[Alert]:
        """Let time pass."""
        raised = list(handlers.tick(self.view, TEXTS, now))
        self.alerts += raised
        return raised

    def of(self, kind: AlertKind) -> list[Alert]:
        """Alerts of a kind so far."""
        return [alert for alert in self.alerts if alert.kind is kind]


def door(kind: ChannelKind, address: str) -> Channel:
    return Channel(kind=kind, address=address)


def told(alerts: list[Alert]) -> list[tuple[str, str]]:
    """Kind and recipient of alerts, sorted."""
    return sorted((alert.kind.value, alert.recipient) for alert in alerts)
