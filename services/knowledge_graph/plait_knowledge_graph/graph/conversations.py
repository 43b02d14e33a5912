"""Settled conversations: which state they are in, and what the request for a summary says."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from plait_knowledge_graph.graph.audiences import audience_of
from plait_knowledge_graph.graph.rows import Place, WatermarkRow
from plait_schemas.ids import derived_id
from plait_schemas.records import ConversationRef, Identity, SummaryMessage, SummaryRequest, Tags


@dataclass(frozen=True, slots=True)
class Standing:
    """A message that stands, as its summary needs it."""

    message_id: str
    event_id: str
    conversation: ConversationRef
    author: Identity
    mentions: Sequence[Identity]
    sent_at: datetime
    occurred_at: datetime
    text: str
    tags: Tags | None
    timezone: str


@dataclass(frozen=True, slots=True)
class Clock:
    """The event time that a workspace has reached, and the one that its enriched stream has reached."""

    messages: datetime
    enriched: datetime


def clock(mark: WatermarkRow, now: datetime) -> Clock:
    """The latest event seen, ticking on with real time since it was seen."""
    passed = max(now - mark.seen_at, timedelta(0))
    return Clock(mark.messages_at + passed, (mark.enriched_at or mark.messages_at) + passed)


def state_of(versions: Iterable[tuple[str, str]]) -> str:
    """State of a conversation: a hash over (message id, event id) of what stands.

    The statement ``upsert_conversations`` computes the same.
    """
    lines = "\n".join(f"{message_id} {event_id}" for message_id, event_id in sorted(versions))
    return hashlib.sha256(lines.encode()).hexdigest()


def request(place: Place, state: str, standing: Sequence[Standing], settled_at: datetime) -> SummaryRequest:
    """The request for this state of a conversation; ``standing`` is not empty, in any order."""
    ordered = sorted(standing, key=lambda message: (message.sent_at, message.message_id))
    latest = max(ordered, key=lambda message: (message.occurred_at, message.message_id))
    people = {person.id: person for message in ordered for person in (*message.mentions, message.author)}
    return SummaryRequest(
        id=derived_id("summary-request", place.workspace, place.conversation_id, place.audience, state),
        workspace=place.workspace,
        conversation=latest.conversation,
        audience=audience_of(place.audience),
        state=state,
        participants=tuple(people[id_] for id_ in sorted(people)),
        messages=tuple(_message(message) for message in ordered),
        settled_at=settled_at,
        occurred_at=latest.occurred_at,
    )


def offset_minutes(timezone: str, at: datetime) -> int:
    """Minutes east of UTC of a time zone at a moment; 0 when the zone is not known."""
    try:
        offset = at.astimezone(ZoneInfo(timezone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return 0
    return int((offset or timedelta(0)).total_seconds() // 60)


def trimmed(standing: Sequence[Standing], fits: Callable[[Sequence[Standing]], bool]) -> Sequence[Standing]:
    """The latest messages for which ``fits`` holds, halving until it does; one message always stays."""
    kept = sorted(standing, key=lambda message: (message.sent_at, message.message_id))
    while len(kept) > 1 and not fits(kept):
        kept = kept[len(kept) // 2 :]
    return kept


def _message(message: Standing) -> SummaryMessage:
    return SummaryMessage(
        message_id=message.message_id,
        event_id=message.event_id,
        author=message.author,
        sent_at=message.sent_at,
        utc_offset_minutes=offset_minutes(message.timezone, message.sent_at),
        text=message.text,
        tags=message.tags,
    )
