"""Records of every topic. Generated from avro/*.avsc by ``python -m plait_schemas build``; never edited."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self


class Language(StrEnum):
    """Language of a text."""

    EN = "en"
    ZH = "zh"
    OTHER = "other"


class ChannelKind(StrEnum):
    """Door through which a person is told."""

    STREAM = "stream"
    WEBHOOK = "webhook"
    EMAIL = "email"


class IdentityKind(StrEnum):
    """What stands behind an identity."""

    PERSON = "person"
    BOT = "bot"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who someone is in one tool; the same person may have several.

    id: Stable in the workspace: the lower-cased e-mail address where it is known, else `<tool>:<id in the tool>`.
    name: Name as the tool shows it; empty when it shows none.
    kind: Person, bot, or not known.
    """

    AVRO_NAME: ClassVar[str] = "Identity"

    id: str
    name: str
    kind: IdentityKind = IdentityKind.UNKNOWN

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            name=data["name"],
            kind=IdentityKind(data["kind"]),
        )


class ConversationKind(StrEnum):
    """Form of a conversation."""

    CHANNEL = "channel"
    THREAD = "thread"
    DIRECT = "direct"
    MAIL_THREAD = "mail_thread"
    MEETING = "meeting"
    DOCUMENT = "document"
    TICKET = "ticket"
    CODE_REVIEW = "code_review"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRef:
    """The conversation that a record belongs to.

    id: Unique in the workspace, `<tool>:<id in the tool>`.
    title: Title, subject or channel name; empty when there is none.
    kind: Form of the conversation.
    """

    AVRO_NAME: ClassVar[str] = "ConversationRef"

    id: str
    title: str = ""
    kind: ConversationKind = ConversationKind.OTHER

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            title=data["title"],
            kind=ConversationKind(data["kind"]),
        )


class AudienceScope(StrEnum):
    """Who may see a record. A reader that does not know a symbol must fall back to `nobody`."""

    PUBLIC = "public"
    GROUP = "group"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may see a record: everyone in the workspace, or the members of one group.

    scope: `public` is the whole workspace; `group` is the members of `group` as the membership topic says; `nobody` is the closed fallback.
    group: Group id when scope is `group`, else null.
    """

    AVRO_NAME: ClassVar[str] = "Audience"

    scope: AudienceScope = AudienceScope.NOBODY
    group: str | None = None

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "scope": self.scope,
            "group": self.group,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            scope=AudienceScope(data["scope"]),
            group=data["group"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of characters in the cleaned text, counted in Unicode code points.

    start: First code point, from 0.
    end: One past the last code point.
    """

    AVRO_NAME: ClassVar[str] = "Span"

    start: int
    end: int

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "start": self.start,
            "end": self.end,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            start=data["start"],
            end=data["end"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where a statement comes from.

    message_id: The message, stable across its versions.
    event_id: The version of the message that was read.
    start: First code point of the span in the message's cleaned text, from 0.
    end: One past the last code point of the span.
    """

    AVRO_NAME: ClassVar[str] = "Evidence"

    message_id: str
    event_id: str
    start: int
    end: int

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "message_id": self.message_id,
            "event_id": self.event_id,
            "start": self.start,
            "end": self.end,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            message_id=data["message_id"],
            event_id=data["event_id"],
            start=data["start"],
            end=data["end"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """The model that made a statement.

    name: Name of the artefact.
    revision: Content hash of the artefact, so that the same revision means the same weights.
    """

    AVRO_NAME: ClassVar[str] = "Model"

    name: str
    revision: str

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "name": self.name,
            "revision": self.revision,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            name=data["name"],
            revision=data["revision"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """One label of a message.

    label: Label as the label pack names it.
    score: Calibrated probability, 0 to 1.
    spans: Characters that the label rests on; the whole text when nothing narrower is known.
    """

    AVRO_NAME: ClassVar[str] = "Tag"

    label: str
    score: float
    spans: tuple[Span, ...] = ()

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "label": self.label,
            "score": self.score,
            "spans": [item.to_avro() for item in self.spans],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            label=data["label"],
            score=data["score"],
            spans=tuple([Span.from_avro(item) for item in data["spans"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A named thing in a message; entities of a message do not overlap.

    label: Entity label as the label pack names it.
    text: Surface: the cleaned text between start and end.
    start: First code point, from 0.
    end: One past the last code point.
    score: Calibrated probability, 0 to 1.
    """

    AVRO_NAME: ClassVar[str] = "Entity"

    label: str
    text: str
    start: int
    end: int
    score: float

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "label": self.label,
            "text": self.text,
            "start": self.start,
            "end": self.end,
            "score": self.score,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            label=data["label"],
            text=data["text"],
            start=data["start"],
            end=data["end"],
            score=data["score"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomTag:
    """One label that a label pack of the workspace's own gives to a message.

    pack: Name of the label pack.
    version: `<version of the pack>+<hash of its content>`; the hash alone for a pack without a version.
    label: Label as the label pack names it.
    score: Calibrated probability, 0 to 1.
    """

    AVRO_NAME: ClassVar[str] = "CustomTag"

    pack: str
    version: str
    label: str
    score: float

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "pack": self.pack,
            "version": self.version,
            "label": self.label,
            "score": self.score,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            pack=data["pack"],
            version=data["version"],
            label=data["label"],
            score=data["score"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tags:
    """Everything that the model says of one message.

    intents: At least one, highest score first.
    entities: In the order of the text.
    sentiment: negative, neutral or positive: the author's attitude.
    urgency: high, normal or low.
    topic: Main topic.
    harm: none or offensive.
    custom: Labels of the label packs in use, by pack; highest score first in each.
    """

    AVRO_NAME: ClassVar[str] = "Tags"

    intents: tuple[Tag, ...]
    entities: tuple[Entity, ...]
    sentiment: Tag
    urgency: Tag
    topic: Tag
    harm: Tag
    custom: tuple[CustomTag, ...] = ()

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "intents": [item.to_avro() for item in self.intents],
            "entities": [item.to_avro() for item in self.entities],
            "sentiment": self.sentiment.to_avro(),
            "urgency": self.urgency.to_avro(),
            "topic": self.topic.to_avro(),
            "harm": self.harm.to_avro(),
            "custom": [item.to_avro() for item in self.custom],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            intents=tuple([Tag.from_avro(item) for item in data["intents"]]),
            entities=tuple([Entity.from_avro(item) for item in data["entities"]]),
            sentiment=Tag.from_avro(data["sentiment"]),
            urgency=Tag.from_avro(data["urgency"]),
            topic=Tag.from_avro(data["topic"]),
            harm=Tag.from_avro(data["harm"]),
            custom=tuple([CustomTag.from_avro(item) for item in data["custom"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """One Kafka header.

    name: Header name.
    value: Header value as it stood on the record.
    """

    AVRO_NAME: ClassVar[str] = "Header"

    name: str
    value: bytes

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "name": self.name,
            "value": self.value,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            name=data["name"],
            value=data["value"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A piece of text that an answer may rest on.

    evidence: The message and the span that the text is.
    author: Name of the author; empty when not known.
    sent_at: When the message was written, UTC microseconds.
    text: Cleaned text of the span.
    """

    AVRO_NAME: ClassVar[str] = "Passage"

    evidence: Evidence
    author: str = ""
    sent_at: datetime
    text: str

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "evidence": self.evidence.to_avro(),
            "author": self.author,
            "sent_at": self.sent_at,
            "text": self.text,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            evidence=Evidence.from_avro(data["evidence"]),
            author=data["author"],
            sent_at=data["sent_at"],
            text=data["text"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A thing in the graph.

    id: Derived from workspace, label and normalised name.
    label: Entity label, or STATUS for a state of work.
    name: Fullest surface seen; for a PERSON the participant's full name.
    """

    AVRO_NAME: ClassVar[str] = "Node"

    id: str
    label: str
    name: str

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "label": self.label,
            "name": self.name,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            label=data["label"],
            name=data["name"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A statement that holds during an interval and rests on evidence.

    id: Derived from workspace, audience, subject, predicate, object and valid_from.
    subject: What the fact is about.
    predicate: works_on, assigned_to, due, status, blocked_by, part_of, for_client, attends, happens_at or member_of.
    object: What is said of the subject.
    valid_from: Event time from which it holds, UTC microseconds.
    valid_to: Event time at which a later message closed it, UTC microseconds; null while it holds.
    recorded_at: When Plait received the message it rests on, UTC microseconds.
    confidence: Lowest probability among the tags it rests on, 0 to 1.
    evidence: Messages and spans it rests on, oldest first.
    """

    AVRO_NAME: ClassVar[str] = "Fact"

    id: str
    subject: Node
    predicate: str
    object: Node
    valid_from: datetime
    valid_to: datetime | None = None
    recorded_at: datetime
    confidence: float
    evidence: tuple[Evidence, ...]

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "subject": self.subject.to_avro(),
            "predicate": self.predicate,
            "object": self.object.to_avro(),
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "recorded_at": self.recorded_at,
            "confidence": self.confidence,
            "evidence": [item.to_avro() for item in self.evidence],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            subject=Node.from_avro(data["subject"]),
            predicate=data["predicate"],
            object=Node.from_avro(data["object"]),
            valid_from=data["valid_from"],
            valid_to=data["valid_to"],
            recorded_at=data["recorded_at"],
            confidence=data["confidence"],
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the message comes from.

    tool: Tool, in lower case: slack, github, mail, meeting, chat, tickets …
    connection: Which installation of the tool; `default` when there is one.
    tool_id: The tool's own id of the message.
    version: Grows with every change of the message; a change with a lower version arrived late.
    permalink: Address at which a person can open the message.
    """

    AVRO_NAME: ClassVar[str] = "Source"

    tool: str
    connection: str
    tool_id: str
    version: int
    permalink: str | None = None

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "tool": self.tool,
            "connection": self.connection,
            "tool_id": self.tool_id,
            "version": self.version,
            "permalink": self.permalink,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            tool=data["tool"],
            connection=data["connection"],
            tool_id=data["tool_id"],
            version=data["version"],
            permalink=data["permalink"],
        )


class MessageKind(StrEnum):
    """Kind of a message."""

    CHAT = "chat"
    MAIL = "mail"
    MEETING = "meeting"
    DOCUMENT = "document"
    TASK = "task"
    CODE_REVIEW = "code_review"
    CALENDAR = "calendar"
    NEWS = "news"
    ACTIVITY = "activity"


class Change(StrEnum):
    """What happened to the message."""

    CREATED = "created"
    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A place where something private stood.

    start: First code point of the placeholder, from 0.
    end: One past the last code point of the placeholder.
    kind: What stood there: email, phone, card, id_number, secret …
    """

    AVRO_NAME: ClassVar[str] = "Redaction"

    start: int
    end: int
    kind: str

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "start": self.start,
            "end": self.end,
            "kind": self.kind,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            start=data["start"],
            end=data["end"],
            kind=data["kind"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with the message; its content stays where it is.

    uri: Where the file can be read.
    sha256: Hex SHA-256 of the content, null when ingest did not see it.
    media_type: IANA media type.
    name: File name; empty when there is none.
    size_bytes: Size in bytes, null when not known.
    """

    AVRO_NAME: ClassVar[str] = "Attachment"

    uri: str
    sha256: str | None = None
    media_type: str
    name: str = ""
    size_bytes: int | None = None

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "uri": self.uri,
            "sha256": self.sha256,
            "media_type": self.media_type,
            "name": self.name,
            "size_bytes": self.size_bytes,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            uri=data["uri"],
            sha256=data["sha256"],
            media_type=data["media_type"],
            name=data["name"],
            size_bytes=data["size_bytes"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One version of something a person or a tool said, as ingest cleaned it.

    id: Event id, derived from workspace, tool, connection, the tool's id and version, so that a replay repeats it.
    message_id: Message id, derived from workspace, tool, connection and the tool's id: the same for every version.
    workspace: Workspace that the record belongs to.
    source: Where the message comes from.
    kind: Kind of the message.
    change: What happened to the message. The text of a deletion is empty.
    conversation: Conversation that the record belongs to.
    author: Who wrote the message.
    mentions: Who is addressed by name, in the order of the text.
    audience: Who may see this record.
    sent_at: When the message was first written, UTC microseconds.
    occurred_at: When this version came to be (event time), UTC microseconds.
    received_at: When ingest received it, UTC microseconds.
    text: Cleaned text: plain, Unicode NFC, without quoted history and signature, redacted. Offsets everywhere count code points of it.
    language: Main language of the text.
    redactions: Placeholders in the cleaned text.
    attachments: Files by address.
    reply_to: message_id of the message that this one answers.
    quality: How much there is to read, 0 (empty or boilerplate) to 1 (clean prose).
    """

    AVRO_NAME: ClassVar[str] = "Message"

    id: str
    message_id: str
    workspace: str
    source: Source
    kind: MessageKind = MessageKind.ACTIVITY
    change: Change = Change.CREATED
    conversation: ConversationRef
    author: Identity
    mentions: tuple[Identity, ...] = ()
    audience: Audience
    sent_at: datetime
    occurred_at: datetime
    received_at: datetime
    text: str
    language: Language = Language.OTHER
    redactions: tuple[Redaction, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reply_to: str | None = None
    quality: float = 1.0

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "message_id": self.message_id,
            "workspace": self.workspace,
            "source": self.source.to_avro(),
            "kind": self.kind,
            "change": self.change,
            "conversation": self.conversation.to_avro(),
            "author": self.author.to_avro(),
            "mentions": [item.to_avro() for item in self.mentions],
            "audience": self.audience.to_avro(),
            "sent_at": self.sent_at,
            "occurred_at": self.occurred_at,
            "received_at": self.received_at,
            "text": self.text,
            "language": self.language,
            "redactions": [item.to_avro() for item in self.redactions],
            "attachments": [item.to_avro() for item in self.attachments],
            "reply_to": self.reply_to,
            "quality": self.quality,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            message_id=data["message_id"],
            workspace=data["workspace"],
            source=Source.from_avro(data["source"]),
            kind=MessageKind(data["kind"]),
            change=Change(data["change"]),
            conversation=ConversationRef.from_avro(data["conversation"]),
            author=Identity.from_avro(data["author"]),
            mentions=tuple([Identity.from_avro(item) for item in data["mentions"]]),
            audience=Audience.from_avro(data["audience"]),
            sent_at=data["sent_at"],
            occurred_at=data["occurred_at"],
            received_at=data["received_at"],
            text=data["text"],
            language=Language(data["language"]),
            redactions=tuple([Redaction.from_avro(item) for item in data["redactions"]]),
            attachments=tuple([Attachment.from_avro(item) for item in data["attachments"]]),
            reply_to=data["reply_to"],
            quality=data["quality"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """Whether one identity is in one group, from a moment on; the latest moment wins.

    id: Derived from workspace, group, member and occurred_at.
    workspace: Workspace that the record belongs to.
    group: Group id, `<tool>:<id in the tool>`.
    title: Name of the group; empty when there is none.
    member: Who is, or is no longer, in the group.
    active: True when the member is in the group from occurred_at on, false when not.
    occurred_at: Since when, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Membership"

    id: str
    workspace: str
    group: str
    title: str = ""
    member: Identity
    active: bool
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "group": self.group,
            "title": self.title,
            "member": self.member.to_avro(),
            "active": self.active,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            group=data["group"],
            title=data["title"],
            member=Identity.from_avro(data["member"]),
            active=data["active"],
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A door through which a person is told.

    kind: Kind of door.
    address: URL or e-mail address; empty for the stream.
    """

    AVRO_NAME: ClassVar[str] = "Channel"

    kind: ChannelKind = ChannelKind.STREAM
    address: str

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "kind": self.kind,
            "address": self.address,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            kind=ChannelKind(data["kind"]),
            address=data["address"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A person of the workspace: the identities that are theirs and how they want to hear; the latest moment wins.

    id: Derived from workspace, user and occurred_at.
    workspace: Workspace that the record belongs to.
    user: Subject of the person's access token.
    name: Full name.
    identities: Ids of the identities that are this person's.
    timezone: IANA time zone.
    language: Language for what is written to the person: en or zh.
    digest_hour: Local hour of the daily digest, 0 to 23; null for none.
    quiet_start: Local time HH:MM from which only urgent alerts go out; empty for never.
    quiet_end: Local time HH:MM until which quiet hours last; empty for never.
    channels: Doors, all of which are used; the live stream is always open.
    active: False when the person has left the workspace.
    occurred_at: Since when, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Profile"

    id: str
    workspace: str
    user: str
    name: str
    identities: tuple[str, ...]
    timezone: str = "UTC"
    language: str = "en"
    digest_hour: int | None = None
    quiet_start: str = ""
    quiet_end: str = ""
    channels: tuple[Channel, ...] = ()
    active: bool = True
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "user": self.user,
            "name": self.name,
            "identities": self.identities,
            "timezone": self.timezone,
            "language": self.language,
            "digest_hour": self.digest_hour,
            "quiet_start": self.quiet_start,
            "quiet_end": self.quiet_end,
            "channels": [item.to_avro() for item in self.channels],
            "active": self.active,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            user=data["user"],
            name=data["name"],
            identities=tuple(data["identities"]),
            timezone=data["timezone"],
            language=data["language"],
            digest_hour=data["digest_hour"],
            quiet_start=data["quiet_start"],
            quiet_end=data["quiet_end"],
            channels=tuple([Channel.from_avro(item) for item in data["channels"]]),
            active=data["active"],
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrichment:
    """One message version with everything the model says of it: the enriched stream.

    id: Derived from the message's event id and the model's revision.
    workspace: Workspace that the record belongs to.
    source_event: Event id of the message version that was read.
    message: The message itself, so that a subscriber needs no join.
    tags: What the model says; null for a deletion and for a text with nothing to read.
    embedding: Unit vector of the text, empty when there is no text.
    model: Model that made the tags.
    occurred_at: Event time of the message version, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Enrichment"

    id: str
    workspace: str
    source_event: str
    message: Message
    tags: Tags | None = None
    embedding: tuple[float, ...] = ()
    model: Model
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "source_event": self.source_event,
            "message": self.message.to_avro(),
            "tags": None if self.tags is None else self.tags.to_avro(),
            "embedding": self.embedding,
            "model": self.model.to_avro(),
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            source_event=data["source_event"],
            message=Message.from_avro(data["message"]),
            tags=None if data["tags"] is None else Tags.from_avro(data["tags"]),
            embedding=tuple(data["embedding"]),
            model=Model.from_avro(data["model"]),
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryMessage:
    """A message as the summary needs it.

    message_id: Message id.
    event_id: Version that stands.
    author: Who wrote it.
    sent_at: When it was written, UTC microseconds.
    utc_offset_minutes: Offset of the author's local time when it was written, minutes east of UTC.
    text: Cleaned text.
    tags: Tags when they are known; inference computes them otherwise.
    """

    AVRO_NAME: ClassVar[str] = "SummaryMessage"

    message_id: str
    event_id: str
    author: Identity
    sent_at: datetime
    utc_offset_minutes: int = 0
    text: str
    tags: Tags | None = None

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "message_id": self.message_id,
            "event_id": self.event_id,
            "author": self.author.to_avro(),
            "sent_at": self.sent_at,
            "utc_offset_minutes": self.utc_offset_minutes,
            "text": self.text,
            "tags": None if self.tags is None else self.tags.to_avro(),
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            message_id=data["message_id"],
            event_id=data["event_id"],
            author=Identity.from_avro(data["author"]),
            sent_at=data["sent_at"],
            utc_offset_minutes=data["utc_offset_minutes"],
            text=data["text"],
            tags=None if data["tags"] is None else Tags.from_avro(data["tags"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryRequest:
    """A settled conversation that wants its summary.

    id: Derived from the conversation and its state, so that one state asks once.
    workspace: Workspace that the record belongs to.
    conversation: Conversation that the record belongs to.
    audience: Who may see this record.
    state: Hash over the versions of the conversation's messages.
    participants: Everyone who wrote or is mentioned.
    messages: The messages that stand, oldest first.
    settled_at: Event time at which the conversation was found quiet, UTC microseconds.
    occurred_at: Event time of the conversation's latest change, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "SummaryRequest"

    id: str
    workspace: str
    conversation: ConversationRef
    audience: Audience
    state: str
    participants: tuple[Identity, ...]
    messages: tuple[SummaryMessage, ...]
    settled_at: datetime
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "conversation": self.conversation.to_avro(),
            "audience": self.audience.to_avro(),
            "state": self.state,
            "participants": [item.to_avro() for item in self.participants],
            "messages": [item.to_avro() for item in self.messages],
            "settled_at": self.settled_at,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            conversation=ConversationRef.from_avro(data["conversation"]),
            audience=Audience.from_avro(data["audience"]),
            state=data["state"],
            participants=tuple([Identity.from_avro(item) for item in data["participants"]]),
            messages=tuple([SummaryMessage.from_avro(item) for item in data["messages"]]),
            settled_at=data["settled_at"],
            occurred_at=data["occurred_at"],
        )


class AnswerWant(StrEnum):
    """What is asked for."""

    EMBEDDING = "embedding"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRequest:
    """A text that wants its embedding, or a question that wants its answer from given passages.

    id: Chosen by who asks; the answer repeats it.
    workspace: Workspace that the record belongs to.
    want: What is asked for.
    question: The question, or the text to embed.
    passages: Passages that the answer may rest on, best first; empty for an embedding.
    audience: Who may see this record.
    occurred_at: When it was asked, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "AnswerRequest"

    id: str
    workspace: str
    want: AnswerWant = AnswerWant.EMBEDDING
    question: str
    passages: tuple[Passage, ...] = ()
    audience: Audience
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "want": self.want,
            "question": self.question,
            "passages": [item.to_avro() for item in self.passages],
            "audience": self.audience.to_avro(),
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            want=AnswerWant(data["want"]),
            question=data["question"],
            passages=tuple([Passage.from_avro(item) for item in data["passages"]]),
            audience=Audience.from_avro(data["audience"]),
            occurred_at=data["occurred_at"],
        )


class FactChange(StrEnum):
    """What happened to a fact."""

    OPENED = "opened"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphChange:
    """A fact that came to hold, ceased to hold or was withdrawn.

    id: Derived from the fact's id, the change, valid_to and the revision.
    workspace: Workspace that the record belongs to.
    change: `closed`: a later message ended it; `withdrawn`: its evidence is gone.
    fact: The fact after the change.
    revision: Counts the changes of this fact, from 1; the highest is how it stands.
    conversation: Conversation that the record belongs to.
    audience: Who may see this record.
    source_event: Event id of the record that caused the change.
    model: Model whose tags the fact rests on.
    occurred_at: Event time of the change, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "GraphChange"

    id: str
    workspace: str
    change: FactChange = FactChange.OPENED
    fact: Fact
    revision: int = 0
    conversation: ConversationRef
    audience: Audience
    source_event: str
    model: Model
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "change": self.change,
            "fact": self.fact.to_avro(),
            "revision": self.revision,
            "conversation": self.conversation.to_avro(),
            "audience": self.audience.to_avro(),
            "source_event": self.source_event,
            "model": self.model.to_avro(),
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            change=FactChange(data["change"]),
            fact=Fact.from_avro(data["fact"]),
            revision=data["revision"],
            conversation=ConversationRef.from_avro(data["conversation"]),
            audience=Audience.from_avro(data["audience"]),
            source_event=data["source_event"],
            model=Model.from_avro(data["model"]),
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SummarySentence:
    """A sentence of the summary.

    text: The sentence.
    evidence: Messages and spans it rests on, oldest first.
    """

    AVRO_NAME: ClassVar[str] = "SummarySentence"

    text: str
    evidence: tuple[Evidence, ...]

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "text": self.text,
            "evidence": [item.to_avro() for item in self.evidence],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            text=data["text"],
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A choice that the conversation settled.

    text: The choice.
    reversed: True when a later message undid it.
    evidence: Messages and spans it rests on, oldest first.
    """

    AVRO_NAME: ClassVar[str] = "Decision"

    text: str
    reversed: bool = False
    evidence: tuple[Evidence, ...]

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "text": self.text,
            "reversed": self.reversed,
            "evidence": [item.to_avro() for item in self.evidence],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            text=data["text"],
            reversed=data["reversed"],
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """A piece of work that someone is bound to, in its final state.

    what: The work.
    owner: Who is bound; null when nobody is named.
    due: Due date as it was written.
    due_at: Due date resolved in the author's time zone, UTC microseconds.
    evidence: Messages and spans it rests on, oldest first.
    """

    AVRO_NAME: ClassVar[str] = "Action"

    what: str
    owner: Identity | None = None
    due: str | None = None
    due_at: datetime | None = None
    evidence: tuple[Evidence, ...]

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "what": self.what,
            "owner": None if self.owner is None else self.owner.to_avro(),
            "due": self.due,
            "due_at": self.due_at,
            "evidence": [item.to_avro() for item in self.evidence],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            what=data["what"],
            owner=None if data["owner"] is None else Identity.from_avro(data["owner"]),
            due=data["due"],
            due_at=data["due_at"],
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A question that was asked.

    text: The question.
    answered_by: The answer; null while the question is open.
    evidence: Messages and spans it rests on, oldest first.
    """

    AVRO_NAME: ClassVar[str] = "Question"

    text: str
    answered_by: Evidence | None = None
    evidence: tuple[Evidence, ...]

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "text": self.text,
            "answered_by": None if self.answered_by is None else self.answered_by.to_avro(),
            "evidence": [item.to_avro() for item in self.evidence],
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            text=data["text"],
            answered_by=None if data["answered_by"] is None else Evidence.from_avro(data["answered_by"]),
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a settled conversation came to.

    id: Derived from the request and the model's revision.
    workspace: Workspace that the record belongs to.
    source_event: Id of the summary request.
    conversation: Conversation that the record belongs to.
    audience: Who may see this record.
    state: State of the conversation that was summarised, from the request.
    language: Language of the summary.
    sentences: Outcome first, then open ends.
    decisions: Decisions; those undone later are marked.
    actions: Actions in their final state.
    questions: Questions.
    model: Model that made it.
    settled_at: Event time at which the conversation was found quiet, UTC microseconds.
    occurred_at: Event time of the conversation's latest change, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Summary"

    id: str
    workspace: str
    source_event: str
    conversation: ConversationRef
    audience: Audience
    state: str
    language: Language = Language.OTHER
    sentences: tuple[SummarySentence, ...]
    decisions: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    questions: tuple[Question, ...] = ()
    model: Model
    settled_at: datetime
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "source_event": self.source_event,
            "conversation": self.conversation.to_avro(),
            "audience": self.audience.to_avro(),
            "state": self.state,
            "language": self.language,
            "sentences": [item.to_avro() for item in self.sentences],
            "decisions": [item.to_avro() for item in self.decisions],
            "actions": [item.to_avro() for item in self.actions],
            "questions": [item.to_avro() for item in self.questions],
            "model": self.model.to_avro(),
            "settled_at": self.settled_at,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            source_event=data["source_event"],
            conversation=ConversationRef.from_avro(data["conversation"]),
            audience=Audience.from_avro(data["audience"]),
            state=data["state"],
            language=Language(data["language"]),
            sentences=tuple([SummarySentence.from_avro(item) for item in data["sentences"]]),
            decisions=tuple([Decision.from_avro(item) for item in data["decisions"]]),
            actions=tuple([Action.from_avro(item) for item in data["actions"]]),
            questions=tuple([Question.from_avro(item) for item in data["questions"]]),
            model=Model.from_avro(data["model"]),
            settled_at=data["settled_at"],
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to an answer request.

    id: Derived from the request and the model's revision.
    workspace: Workspace that the record belongs to.
    source_event: Id of the answer request.
    text: The answer; null when the passages do not say.
    evidence: Passages that it rests on, best first.
    score: Calibrated probability that the answer is right, 0 to 1.
    embedding: Unit vector of the question.
    audience: Who may see this record.
    model: Model that made it.
    occurred_at: Time of the request, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Answer"

    id: str
    workspace: str
    source_event: str
    text: str | None = None
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.0
    embedding: tuple[float, ...] = ()
    audience: Audience
    model: Model
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "source_event": self.source_event,
            "text": self.text,
            "evidence": [item.to_avro() for item in self.evidence],
            "score": self.score,
            "embedding": self.embedding,
            "audience": self.audience.to_avro(),
            "model": self.model.to_avro(),
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            source_event=data["source_event"],
            text=data["text"],
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
            score=data["score"],
            embedding=tuple(data["embedding"]),
            audience=Audience.from_avro(data["audience"]),
            model=Model.from_avro(data["model"]),
            occurred_at=data["occurred_at"],
        )


class AlertKind(StrEnum):
    """Rule that raised an alert."""

    MENTION_QUESTION = "mention_question"
    BLOCKER = "blocker"
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    MINUTES = "minutes"
    DIGEST = "digest"
    SURGE = "surge"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that one person should hear.

    id: Derived from the rule, the recipient and what it is about, so that it is raised once.
    workspace: Workspace that the record belongs to.
    kind: Rule that raised it.
    recipient: User who should hear.
    title: One line, in the recipient's language.
    body: The text, in the recipient's language, Markdown.
    language: Language of title and body: en or zh.
    urgency: high, normal or low; only high breaks quiet hours.
    conversation: Conversation that it is about; null for a digest.
    audiences: Audiences of everything that it rests on; the recipient must be in all of them.
    evidence: What it rests on.
    sources: Event ids that it was made from.
    not_before: Not to be delivered earlier (quiet hours), UTC microseconds.
    occurred_at: Event time at which it was raised, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Alert"

    id: str
    workspace: str
    kind: AlertKind = AlertKind.OTHER
    recipient: str
    title: str
    body: str
    language: str
    urgency: str
    conversation: ConversationRef | None = None
    audiences: tuple[Audience, ...]
    evidence: tuple[Evidence, ...] = ()
    sources: tuple[str, ...] = ()
    not_before: datetime
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "workspace": self.workspace,
            "kind": self.kind,
            "recipient": self.recipient,
            "title": self.title,
            "body": self.body,
            "language": self.language,
            "urgency": self.urgency,
            "conversation": None if self.conversation is None else self.conversation.to_avro(),
            "audiences": [item.to_avro() for item in self.audiences],
            "evidence": [item.to_avro() for item in self.evidence],
            "sources": self.sources,
            "not_before": self.not_before,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            workspace=data["workspace"],
            kind=AlertKind(data["kind"]),
            recipient=data["recipient"],
            title=data["title"],
            body=data["body"],
            language=data["language"],
            urgency=data["urgency"],
            conversation=None if data["conversation"] is None else ConversationRef.from_avro(data["conversation"]),
            audiences=tuple([Audience.from_avro(item) for item in data["audiences"]]),
            evidence=tuple([Evidence.from_avro(item) for item in data["evidence"]]),
            sources=tuple(data["sources"]),
            not_before=data["not_before"],
            occurred_at=data["occurred_at"],
        )


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    PLANNED = "planned"
    SENT = "sent"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One step in the life of an alert on its way through one door.

    id: Derived from alert, channel, state and attempt.
    delivery_id: Derived from alert and channel: the same for every step.
    workspace: Workspace that the record belongs to.
    alert_id: Alert that is delivered.
    recipient: User who is told.
    channel: Door that is used.
    address: URL or e-mail address; empty for the stream.
    state: `failed` will be tried again, `given_up` not; `suppressed`: the recipient may not see it (any more).
    attempt: Number of the attempt, from 1; 0 while planned.
    detail: What the door answered.
    occurred_at: When the step happened, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Delivery"

    id: str
    delivery_id: str
    workspace: str
    alert_id: str
    recipient: str
    channel: ChannelKind
    address: str = ""
    state: DeliveryState = DeliveryState.PLANNED
    attempt: int = 0
    detail: str = ""
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "delivery_id": self.delivery_id,
            "workspace": self.workspace,
            "alert_id": self.alert_id,
            "recipient": self.recipient,
            "channel": self.channel,
            "address": self.address,
            "state": self.state,
            "attempt": self.attempt,
            "detail": self.detail,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            delivery_id=data["delivery_id"],
            workspace=data["workspace"],
            alert_id=data["alert_id"],
            recipient=data["recipient"],
            channel=ChannelKind(data["channel"]),
            address=data["address"],
            state=DeliveryState(data["state"]),
            attempt=data["attempt"],
            detail=data["detail"],
            occurred_at=data["occurred_at"],
        )


class ControlCommand(StrEnum):
    """Commands."""

    NONE = "none"
    ACTIVATE_MODEL = "activate_model"
    DEACTIVATE_MODEL = "deactivate_model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """A command to every replica of a service.

    id: Chosen by who commands.
    service: Service that is meant.
    command: What to do.
    arguments: Arguments of the command by name.
    occurred_at: When it was given, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "Control"

    id: str
    service: str
    command: ControlCommand = ControlCommand.NONE
    arguments: dict[str, str] = field(default_factory=dict)
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "service": self.service,
            "command": self.command,
            "arguments": self.arguments,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            service=data["service"],
            command=ControlCommand(data["command"]),
            arguments=data["arguments"],
            occurred_at=data["occurred_at"],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """A record that a stage could not use, whole, with the cause.

    id: Derived from stage, topic, partition and offset.
    stage: Service that refused it.
    topic: Topic that the record stood on; for a record that came by HTTP, the door.
    partition: Partition, -1 for a record that came by HTTP.
    offset: Offset, -1 for a record that came by HTTP.
    key: Key as it stood.
    value: Value as it stood.
    headers: Headers as they stood.
    error: Class of the error.
    cause: What was wrong, for a person.
    code_version: Version of the service that refused it.
    occurred_at: When it was refused, UTC microseconds.
    """

    AVRO_NAME: ClassVar[str] = "DeadLetter"

    id: str
    stage: str
    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: tuple[Header, ...] = ()
    error: str
    cause: str
    code_version: str
    occurred_at: datetime

    def to_avro(self) -> dict[str, Any]:
        """As fastavro writes it."""
        return {
            "id": self.id,
            "stage": self.stage,
            "topic": self.topic,
            "partition": self.partition,
            "offset": self.offset,
            "key": self.key,
            "value": self.value,
            "headers": [item.to_avro() for item in self.headers],
            "error": self.error,
            "cause": self.cause,
            "code_version": self.code_version,
            "occurred_at": self.occurred_at,
        }

    @classmethod
    def from_avro(cls, data: dict[str, Any]) -> Self:
        """From what fastavro read."""
        return cls(
            id=data["id"],
            stage=data["stage"],
            topic=data["topic"],
            partition=data["partition"],
            offset=data["offset"],
            key=data["key"],
            value=data["value"],
            headers=tuple([Header.from_avro(item) for item in data["headers"]]),
            error=data["error"],
            cause=data["cause"],
            code_version=data["code_version"],
            occurred_at=data["occurred_at"],
        )


Record = (
    Message
    | Membership
    | Profile
    | Enrichment
    | SummaryRequest
    | AnswerRequest
    | GraphChange
    | Summary
    | Answer
    | Alert
    | Delivery
    | Control
    | DeadLetter
)
