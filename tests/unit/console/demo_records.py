"""Records as the demo's week leaves them on the topics."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from plait_console.demo.arrivals import Arrivals
from plait_schemas.records import (
    Alert,
    AlertKind,
    DeadLetter,
    Enrichment,
    Evidence,
    Fact,
    FactChange,
    GraphChange,
    Message,
    Model,
    Node,
    Record,
    Summary,
)
from tests.builders import NOON, PUBLIC, message

HOUR = timedelta(hours=1)


MODEL = Model(name="m", revision="1")


def evidence(of: Message) -> Evidence:
    return Evidence(message_id=of.message_id, event_id=of.id, start=0, end=len(of.text))


def enriched(of: Message) -> Enrichment:
    return Enrichment(
        id=f"e-{of.id}", workspace="orchard", source_event=of.id, message=of, model=MODEL, occurred_at=of.occurred_at
    )


def summary(of: Message, **changes: Any) -> Summary:
    made = Summary(
        id=f"s-{of.id}", workspace="orchard", source_event="r", conversation=of.conversation, audience=of.audience,
        state="1", sentences=(), model=MODEL, settled_at=of.occurred_at + HOUR, occurred_at=of.occurred_at,
    )  # fmt: skip
    return replace(made, **changes)


def change(of: Message, predicate: str, object_: str, **changes: Any) -> GraphChange:
    fact = Fact(
        id=f"f-{predicate}-{object_}", subject=Node(id="w", label="WORK", name="TEAL-8"), predicate=predicate,
        object=Node(id="o", label="STATUS", name=object_), valid_from=NOON, recorded_at=NOON, confidence=0.9,
        evidence=(evidence(of),),
    )  # fmt: skip
    made = GraphChange(
        id=f"g-{fact.id}", workspace="orchard", change=FactChange.OPENED, fact=fact, conversation=of.conversation,
        audience=of.audience, source_event=of.id, model=MODEL, occurred_at=NOON,
    )  # fmt: skip
    return replace(made, **changes)


def alert(recipient: str, **changes: Any) -> Alert:
    made = Alert(
        id=f"a-{recipient}", workspace="orchard", kind=AlertKind.SURGE, recipient=recipient, title="#dev heats up",
        body="Many blockers", language="en", urgency="high", conversation=message().conversation, audiences=(PUBLIC,),
        not_before=NOON, occurred_at=NOON,
    )  # fmt: skip
    return replace(made, **changes)


def letter(at: datetime) -> DeadLetter:
    return DeadLetter(
        id="d", stage="inference", topic="t", partition=0, offset=1, error="BadRecord", cause="no text",
        code_version="1", occurred_at=at,
    )  # fmt: skip


def arrivals(*records: Record) -> Arrivals:
    found = Arrivals()
    for record in records:
        found.add(record)
    return found


def second(text: str = "Me too") -> Message:
    return message(2, text, occurred_at=NOON + HOUR)
