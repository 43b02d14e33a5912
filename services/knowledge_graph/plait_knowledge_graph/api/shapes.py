"""Rows as answers."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from plait_knowledge_graph.api.models import (
    ConversationOut,
    ConversationRefOut,
    EntityOut,
    EvidenceOut,
    FactOut,
    MessageOut,
    NeighbourOut,
    NodeOut,
    PersonOut,
    SummaryOut,
)  # fmt: skip
from plait_knowledge_graph.store.reader import Session

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def message(row: dict[str, Any]) -> MessageOut:
    """A message."""
    record = row["record"]
    return MessageOut(
        message_id=row["message_id"], event_id=row["event_id"],
        conversation=ConversationRefOut(**record["conversation"]), audience=row["audience"],
        kind=row["kind"], language=row["language"], author=PersonOut(id=row["author_id"], name=row["author_name"]),
        sent_at=row["sent_at"], occurred_at=row["occurred_at"], edited=row["edited"], text=row["text"],
        permalink=record["source"]["permalink"], reply_to=record["reply_to"], tags=row["tags"],
    )  # fmt: skip


def conversation(row: dict[str, Any]) -> ConversationOut:
    """A conversation as one audience sees it."""
    return ConversationOut(
        id=row["conversation_id"], audience=row["audience"], title=row["title"], kind=row["kind"],
        messages=row["messages"], first_at=row["first_at"], last_at=row["last_at"],
    )  # fmt: skip


def entity(row: dict[str, Any]) -> EntityOut:
    """A thing."""
    return EntityOut(id=row["node_id"], label=row["label"], name=row["name"], mentions=row["mentions"])


def neighbour(row: dict[str, Any]) -> NeighbourOut:
    """A thing one fact away."""
    return NeighbourOut(
        id=row["node_id"], label=row["label"], name=row["name"], predicates=row["predicates"], facts=row["facts"]
    )


def facts(session: Session, rows: Iterable[dict[str, Any]]) -> list[FactOut]:
    """Facts with the words that they rest on."""
    found = list(rows)
    ids = sorted({place["message_id"] for row in found for place in row["evidence"]})
    texts = {
        (row["message_id"], row["event_id"]): row["text"]
        for row in (session.ask("read_message", message_ids=ids) if ids else [])
    }
    return [_fact(row, texts) for row in found]


def summary(row: dict[str, Any]) -> SummaryOut:
    """A summary, its times as times."""
    record = row["record"]
    actions = [{**action, "due_at": _time(action["due_at"])} for action in record["actions"]]
    settled = _time(record["settled_at"])
    assert settled is not None
    return SummaryOut(
        audience=row["audience"], stale=row["stale"], language=record["language"], sentences=record["sentences"],
        decisions=record["decisions"], actions=actions, questions=record["questions"], settled_at=settled,
    )  # fmt: skip


def _fact(row: dict[str, Any], texts: dict[tuple[str, str], str]) -> FactOut:
    evidence = [
        EvidenceOut(
            **place, quote=texts.get((place["message_id"], place["event_id"]), "")[place["start"] : place["end"]]
        )
        for place in row["evidence"]
    ]
    return FactOut(
        id=row["fact_id"],
        subject=NodeOut(id=row["subject_id"], label=row["subject_label"], name=row["subject_name"]),
        predicate=row["predicate"],
        object=NodeOut(id=row["object_id"], label=row["object_label"], name=row["object_name"]),
        valid_from=row["valid_from"], valid_to=row["valid_to"], recorded_at=row["recorded_at"],
        confidence=row["confidence"], audience=row["audience"], evidence=evidence,
    )  # fmt: skip


def _time(micros: int | None) -> datetime | None:
    return None if micros is None else EPOCH + timedelta(microseconds=micros)
