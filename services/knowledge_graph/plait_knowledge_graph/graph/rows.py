"""What the memory holds, as rows: the fields are the columns that a statement names, in their order."""

from datetime import datetime
from typing import NamedTuple

Json = str
"""A JSON document, encoded."""


class Place(NamedTuple):
    """One conversation as one audience sees it; summaries and first names never cross it."""

    workspace: str
    conversation_id: str
    audience: str


class ChainKey(NamedTuple):
    """All that one audience knows of one property of one thing."""

    workspace: str
    audience: str
    subject_id: str
    predicate: str


class Rank(NamedTuple):
    """Which reading of a message stands: the greatest. A deletion wins over the version that it deletes.

    ``digest`` decides between two contents of one version, ``tag_rank`` between two models; empty without enrichment.
    """

    version: int
    deleted: bool
    event_id: str
    digest: str
    tag_rank: str


class MessageRow(NamedTuple):
    """The version of a message that stands, with what the model says of it."""

    workspace: str
    message_id: str
    version: int
    deleted: bool
    event_id: str
    digest: str
    tag_rank: str
    conversation_id: str
    audience: str
    kind: str
    language: str
    author_id: str
    author_name: str
    sent_at: datetime
    occurred_at: datetime
    received_at: datetime
    text: str
    record: Json
    tags: Json | None
    model_name: str
    model_revision: str
    lexemes: str
    """Search tokens, separated by U+001F."""

    @property
    def key(self) -> tuple[str, str]:
        """Primary key."""
        return self.workspace, self.message_id

    @property
    def rank(self) -> Rank:
        """What decides between two rows of one message."""
        return Rank(self.version, self.deleted, self.event_id, self.digest, self.tag_rank)


class PersonRow(NamedTuple):
    """Someone who takes part in a conversation through one message."""

    workspace: str
    message_id: str
    conversation_id: str
    audience: str
    identity_id: str
    name: str


class MentionRow(NamedTuple):
    """A thing that a message names; ``span_end`` exclusive, code points."""

    workspace: str
    message_id: str
    ordinal: int
    conversation_id: str
    audience: str
    label: str
    surface: str
    identity: str
    node_id: str
    node_name: str
    node_norm: str
    span_start: int
    span_end: int
    score: float

    @property
    def node(self) -> tuple[str, str, str]:
        """The node that this mention counts for: workspace, audience, node id."""
        return self.workspace, self.audience, self.node_id


class NodeRow(NamedTuple):
    """A thing that messages of one audience name, and how often; of several spellings the least is its name."""

    workspace: str
    audience: str
    node_id: str
    label: str
    name: str
    norm: str
    mentions: int


class AssertionRow(NamedTuple):
    """What one message states: subject, predicate, object, and where it says so."""

    workspace: str
    message_id: str
    ordinal: int
    event_id: str
    conversation_id: str
    audience: str
    predicate: str
    subject_label: str
    subject_surface: str
    subject_identity: str
    subject_id: str
    subject_name: str
    object_label: str
    object_surface: str
    object_identity: str
    object_id: str
    object_name: str
    span_start: int
    span_end: int
    confidence: float
    occurred_at: datetime
    received_at: datetime
    model_name: str
    model_revision: str

    @property
    def chain(self) -> ChainKey:
        """The chain that this assertion is part of."""
        return ChainKey(self.workspace, self.audience, self.subject_id, self.predicate)


class FactRow(NamedTuple):
    """A statement that holds during an interval; ``evidence`` is JSON, oldest first."""

    workspace: str
    fact_id: str
    audience: str
    predicate: str
    subject_id: str
    subject_label: str
    subject_name: str
    object_id: str
    object_label: str
    object_name: str
    valid_from: datetime
    valid_to: datetime | None
    recorded_at: datetime
    confidence: float
    evidence: Json
    conversations: Json
    """Ids of the conversations of the evidence, JSON, sorted."""
    model_name: str
    model_revision: str

    @property
    def chain(self) -> ChainKey:
        """The chain that this fact is part of."""
        return ChainKey(self.workspace, self.audience, self.subject_id, self.predicate)


class EmbeddingRow(NamedTuple):
    """Vector of a message's text, as pgvector's halfvec is sent in binary."""

    workspace: str
    message_id: str
    audience: str
    embedding: bytes


class SummaryRow(NamedTuple):
    """A summary of one state of a conversation; ``rank`` decides between two models."""

    workspace: str
    conversation_id: str
    audience: str
    state: str
    rank: str
    settled_at: datetime
    record: Json


class MembershipRow(NamedTuple):
    """Whether an identity is in a group; the latest moment wins, at the same moment being out wins."""

    workspace: str
    group_id: str
    member_id: str
    occurred_at: datetime
    inactive: bool
    id: str
    title: str
    name: str


class ProfileRow(NamedTuple):
    """A person's identities (JSON list) and time zone."""

    workspace: str
    user_id: str
    occurred_at: datetime
    inactive: bool
    id: str
    name: str
    identities: Json
    timezone: str


class VectorRow(NamedTuple):
    """Vector of a question, by the id of its request."""

    workspace: str
    request_id: str
    embedding: str
    answered_at: datetime


class WatermarkRow(NamedTuple):
    """Latest event time seen in a workspace; ``enriched_at`` of the enriched stream, null before the first."""

    workspace: str
    messages_at: datetime
    enriched_at: datetime | None
    seen_at: datetime
