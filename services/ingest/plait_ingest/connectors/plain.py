"""``plait.message``: the message as Plait itself writes it down in JSON."""

from plait_ingest.draft import PUBLIC, Accepted, Context, Draft, group, one
from plait_ingest.model import AttachmentIn, ConversationIn, GroupIn, IdentityIn, MessageIn, parse
from plait_schemas.records import Attachment, Audience, Change, ConversationRef, Identity
from plait_shared.errors import BadRecord


def connect(data: object, context: Context) -> Accepted:
    """One message. A change needs a time or a version of its own, or it would be taken for the original."""
    given = parse(MessageIn, data)
    if given.change is not Change.CREATED and given.occurred_at is None and given.version is None:
        detail = f"occurred_at: a message that was {given.change} needs occurred_at or version"
        raise BadRecord(detail, field="occurred_at")
    draft = Draft(
        tool=given.tool,
        connection=given.connection,
        tool_id=given.id,
        version=given.version,
        kind=given.kind,
        change=given.change,
        conversation=conversation(given.conversation),
        author=identity(given.author),
        mentions=tuple(map(identity, given.mentions)),
        audience=audience(given.audience),
        sent_at=given.sent_at,
        occurred_at=given.occurred_at or given.sent_at,
        text=given.text,
        format=given.format,
        reply_to=given.reply_to,
        permalink=given.permalink,
        attachments=tuple(map(attachment, given.attachments)),
    )
    return one(draft, context)


def identity(given: IdentityIn) -> Identity:
    """As the record has it."""
    return Identity(id=given.id, name=given.name, kind=given.kind)


def conversation(given: ConversationIn) -> ConversationRef:
    """As the record has it."""
    return ConversationRef(id=given.id, title=given.title, kind=given.kind)


def audience(given: GroupIn | None) -> Audience:
    """Everyone in the workspace unless a group is named."""
    return PUBLIC if given is None else group(given.group)


def attachment(given: AttachmentIn) -> Attachment:
    """As the record has it."""
    return Attachment(
        uri=given.uri, sha256=given.sha256, media_type=given.media_type, name=given.name, size_bytes=given.size_bytes
    )
