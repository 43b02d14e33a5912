"""What the doors answer. All times are aware and in UTC."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel


class NodeOut(BaseModel):
    """A thing in the graph."""

    id: str
    label: str
    name: str


class EntityOut(NodeOut):
    """A thing and how often it is named in what the caller may see."""

    mentions: int


class EvidenceOut(BaseModel):
    """Where a statement comes from; ``quote`` is the text of the span."""

    message_id: str
    event_id: str
    start: int
    end: int
    quote: str


class FactOut(BaseModel):
    """A statement that holds from ``valid_from`` (event time) until ``valid_to``; null while it holds."""

    id: str
    subject: NodeOut
    predicate: str
    object: NodeOut
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    confidence: float
    audience: str
    evidence: list[EvidenceOut]


class PersonOut(BaseModel):
    """Who wrote a message."""

    id: str
    name: str


class MentionOut(BaseModel):
    """A thing that a message names; code points, end exclusive."""

    node: NodeOut
    text: str
    start: int
    end: int
    score: float


class ConversationRefOut(BaseModel):
    """The conversation that a message belongs to."""

    id: str
    title: str
    kind: str


class MessageOut(BaseModel):
    """The version of a message that stands; ``tags`` is null until the model has read it."""

    message_id: str
    event_id: str
    conversation: ConversationRefOut
    audience: str
    kind: str
    language: str
    author: PersonOut
    sent_at: datetime
    occurred_at: datetime
    edited: bool
    text: str
    permalink: str | None
    reply_to: str | None
    tags: dict[str, Any] | None


class MessageDetail(MessageOut):
    """A message with the things that it names."""

    mentions: list[MentionOut]


class SummaryOut(BaseModel):
    """A summary; ``stale`` when messages came after it."""

    audience: str
    stale: bool
    language: str
    sentences: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    actions: list[dict[str, Any]]
    questions: list[dict[str, Any]]
    settled_at: datetime


class ConversationOut(BaseModel):
    """A conversation as one audience sees it."""

    id: str
    audience: str
    title: str
    kind: str
    messages: int
    first_at: datetime
    last_at: datetime


class ConversationItem(ConversationOut):
    """A conversation in a list."""

    summarised: bool


class ConversationDetail(BaseModel):
    """A conversation with what it came to. ``parts`` and ``summaries`` have one entry for each audience that the caller
    belongs to; ``summary`` is the first.
    """

    id: str
    title: str
    kind: str
    parts: list[ConversationOut]
    summary: SummaryOut | None
    summaries: list[SummaryOut]
    facts: list[FactOut]
    messages: list[MessageOut]
    next: str | None


class ConversationPage(BaseModel):
    """Conversations, the latest first; ``next`` is the cursor of the following page."""

    items: list[ConversationItem]
    next: str | None


class EntityPage(BaseModel):
    """Entities by name."""

    items: list[EntityOut]
    next: str | None


class NeighbourOut(NodeOut):
    """A thing one fact away."""

    predicates: list[str]
    facts: int


class NeighbourPage(BaseModel):
    """Neighbours, those with most facts first; ``capped`` when a hub has more than are shown."""

    items: list[NeighbourOut]
    capped: bool


class EntityDetail(EntityOut):
    """A thing with what is known of it."""

    facts: list[FactOut]
    neighbours: list[NeighbourOut]


class FactPage(BaseModel):
    """Facts, the oldest first."""

    items: list[FactOut]
    next: str | None


class HitOut(BaseModel):
    """A message that was found; ``found_by`` says how."""

    message: MessageOut
    score: float
    found_by: list[Literal["text", "vector"]]


class SearchOut(BaseModel):
    """Messages, the best first; ``degraded`` says what was missing when the search was made."""

    items: list[HitOut]
    degraded: Literal["text only"] | None
