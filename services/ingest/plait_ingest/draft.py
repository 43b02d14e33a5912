"""The form in which every connector says what it read, and how that becomes a `Message`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from plait_ingest import cleaning
from plait_ingest.cleaning import LONGEST_TEXT, Cleaner, TextFormat
from plait_ingest.payload import EPOCH
from plait_schemas.ids import derived_id
from plait_schemas.records import (
    Attachment,
    Audience,
    AudienceScope,
    Change,
    ConversationRef,
    Identity,
    Membership,
    Message,
    MessageKind,
    Record,
    Source,
)
from plait_shared.errors import BadRecord

FUTURE = timedelta(days=1)
PUBLIC = Audience(scope=AudienceScope.PUBLIC)
_RANK = {Change.CREATED: 0, Change.EDITED: 1, Change.DELETED: 2}


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector may know besides what was sent: whose it is, when it came, how to clean."""

    workspace: str
    now: datetime
    cleaner: Cleaner


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an event came to: records in the order to write, or why it says nothing. ``id`` is the tool's own."""

    id: str
    records: tuple[Record, ...] = ()
    ignored: str | None = None


Connector = Callable[[object, Context], Accepted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message before cleaning. ``version`` None means: the microseconds of ``occurred_at``."""

    tool: str
    tool_id: str
    kind: MessageKind
    conversation: ConversationRef
    author: Identity
    audience: Audience
    sent_at: datetime
    occurred_at: datetime
    text: str
    connection: str = "default"
    version: int | None = None
    change: Change = Change.CREATED
    mentions: tuple[Identity, ...] = ()
    format: TextFormat = TextFormat.TEXT
    reply_to: str | None = None
    permalink: str | None = None
    attachments: tuple[Attachment, ...] = ()


def group(name: str) -> Audience:
    """The audience of one group."""
    return Audience(scope=AudienceScope.GROUP, group=name)


def microseconds(moment: datetime) -> int:
    """Microseconds since 1970, exact."""
    return (moment - EPOCH) // timedelta(microseconds=1)


def version_of(moment: datetime, change: Change) -> int:
    """Version for tools whose clock is coarse: created < edited < deleted within the same tick."""
    return microseconds(moment) + _RANK[change]


def message(draft: Draft, context: Context) -> Message:
    """The record; ids derive from the source alone. Raises BadRecord when its times can't be true."""
    for field, moment in (("sent_at", draft.sent_at), ("occurred_at", draft.occurred_at)):
        if moment > context.now + FUTURE:
            raise BadRecord(f"{field}: lies more than a day in the future", field=field)
    source = (context.workspace, draft.tool, draft.connection)
    version = microseconds(draft.occurred_at) if draft.version is None else draft.version
    deleted = draft.change is Change.DELETED
    cleaned = context.cleaner.clean("" if deleted else draft.text, draft.format)
    return Message(
        id=derived_id("event", *source, draft.tool_id, version),
        message_id=derived_id("message", *source, draft.tool_id),
        workspace=context.workspace,
        source=Source(
            tool=draft.tool, connection=draft.connection, tool_id=draft.tool_id, version=version,
            permalink=draft.permalink,
        ),
        kind=draft.kind,
        change=draft.change,
        conversation=_conversation(draft.conversation),
        author=identity(draft.author),
        mentions=unique(tuple(map(identity, draft.mentions))),
        audience=draft.audience,
        sent_at=draft.sent_at,
        occurred_at=draft.occurred_at,
        received_at=context.now,
        text=cleaned.text,
        language=cleaned.language,
        redactions=cleaned.redactions,
        attachments=() if deleted else draft.attachments,
        reply_to=None if draft.reply_to is None else derived_id("message", *source, draft.reply_to),
        quality=cleaned.quality,
    )  # fmt: skip


def one(draft: Draft, context: Context) -> Accepted:
    """An event that is one message."""
    return Accepted(draft.tool_id, (message(draft, context),))


def membership(group_id: str, title: str, member: Identity, active: bool, at: datetime, workspace: str) -> Membership:
    """Whether someone is in a group from a moment on."""
    return Membership(
        id=derived_id("membership", workspace, group_id, member.id, at),
        workspace=workspace,
        group=group_id,
        title=cleaning.title(title),
        member=identity(member),
        active=active,
        occurred_at=at,
    )


def identity(who: Identity) -> Identity:
    """With its name in normal form."""
    return Identity(id=who.id, name=cleaning.name(who.name), kind=who.kind)


def unique(people: tuple[Identity, ...]) -> tuple[Identity, ...]:
    """Each once, in the order of the first."""
    first: dict[str, Identity] = {}
    for who in people:
        first.setdefault(who.id, who)
    return tuple(first.values())


def cut(text: str) -> str:
    """At most as much raw text as is worth cleaning; markup may take a multiple of what stays."""
    return text[: 4 * LONGEST_TEXT]


def _conversation(ref: ConversationRef) -> ConversationRef:
    return ConversationRef(id=ref.id, title=cleaning.title(ref.title), kind=ref.kind)
