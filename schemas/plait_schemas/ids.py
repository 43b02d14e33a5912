"""How ids and keys are derived, so that a replay repeats them.

Ids are UUIDv5 (RFC 9562) over length-prefixed parts: no two lists of parts collide by concatenation.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

NAMESPACE = UUID("6b1f3a52-7f7e-5d0e-9a43-2f4b7c1d9e60")


def derived_id(kind: str, *parts: str | int | datetime) -> str:
    """Id of a thing of this kind from what makes it that thing; datetimes count in UTC microseconds."""
    texts = [kind, *(_text(part) for part in parts)]
    return str(uuid5(NAMESPACE, "".join(f"{len(text)}:{text}" for text in texts)))


def conversation_key(workspace: str, conversation_id: str) -> str:
    """Kafka key that keeps a conversation on one partition."""
    return f"{workspace}/{conversation_id}"


def record_key(record: Any) -> str:
    """Kafka key of a record, as its topic's catalogue entry says."""
    return KEYS.get(record.AVRO_NAME, _by_conversation)(record)


def _by_conversation(record: Any) -> str:
    return conversation_key(record.workspace, record.conversation.id)


KEYS: Mapping[str, Callable[[Any], str]] = {
    "Membership": lambda record: f"{record.workspace}/{record.group}/{record.member.id}",
    "Profile": lambda record: f"{record.workspace}/{record.user}",
    "Enrichment": lambda record: conversation_key(record.workspace, record.message.conversation.id),
    "AnswerRequest": lambda record: f"{record.workspace}/{record.id}",
    "Answer": lambda record: f"{record.workspace}/{record.source_event}",
    "Alert": lambda record: f"{record.workspace}/{record.recipient}",
    "Delivery": lambda record: f"{record.workspace}/{record.delivery_id}",
    "Control": lambda record: str(record.service),
    "DeadLetter": lambda record: f"{record.topic}/{record.partition}/{record.offset}",
}


def _text(part: str | int | datetime) -> str:
    if isinstance(part, datetime):
        return str(round(part.timestamp() * 1_000_000))
    return str(part)
