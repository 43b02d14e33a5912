"""``slack.event``: the Events API of Slack, as it posts to a request URL."""

import re
from datetime import datetime

from plait_ingest.connectors.slack_text import render
from plait_ingest.draft import PUBLIC, Accepted, Context, Draft, cut, group, membership, one, version_of
from plait_ingest.payload import Node
from plait_schemas.records import (
    Attachment,
    Audience,
    Change,
    ConversationKind,
    ConversationRef,
    Identity,
    IdentityKind,
    MessageKind,
)

SPOKEN = {"", "file_share", "bot_message", "me_message", "thread_broadcast"}
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}")


def connect(data: object, context: Context) -> Accepted:
    """A message, a membership, or the reason why the event says nothing."""
    payload = Node(data)
    event = payload.node("event")
    kind, subtype = event.text("type"), event.text("subtype")
    match kind, subtype:
        case "message", _ if subtype in SPOKEN:
            return _spoken(event, context)
        case "message", "message_changed":
            return _changed(event, context)
        case "message", "message_deleted":
            return _deleted(event, context)
        case (("member_joined_channel" | "member_left_channel"), _):
            return _member(payload, event, context)
        case "message", _:
            return Accepted(subtype, ignored=f"a message of subtype {subtype} is Slack's own and says nothing")
    return Accepted(kind, ignored=f"the event {kind or 'without type'} is no message")


def _spoken(event: Node, context: Context) -> Accepted:
    if not event.text("channel") or not event.text("ts"):
        return Accepted("", ignored="a message without channel or time")
    if not event.text("user") and not event.text("bot_id"):
        return Accepted(event.text("ts"), ignored="a message without an author")
    return one(_draft(event, event, Change.CREATED, event.time("ts")), context)


def _changed(event: Node, context: Context) -> Accepted:
    message, before = event.node("message"), event.maybe("previous_message")
    if message.text("subtype") == "tombstone":
        return _deleted(event, context)
    if "edited" not in message or not message.node("edited").text("ts"):
        return Accepted(message.text("ts"), ignored="Slack added a preview; nobody edited the message")
    if message.text("text") == before.text("text") and "text" in before:
        return Accepted(message.text("ts"), ignored="the text did not change")
    return one(_draft(event, message, Change.EDITED, message.node("edited").time("ts")), context)


def _deleted(event: Node, context: Context) -> Accepted:
    message = event.node("previous_message")
    if not message.text("user") and not message.text("bot_id"):
        return Accepted(message.text("ts"), ignored="a deleted message without an author")
    return one(_draft(event, message, Change.DELETED, event.time("ts")), context)


def _draft(event: Node, message: Node, change: Change, at: datetime) -> Draft:
    channel, ts = event.id("channel"), message.id("ts")
    thread = message.text("thread_ts")
    in_thread = bool(thread) and thread != ts
    text, mentions = render(cut(message.text("text")))
    return Draft(
        tool="slack",
        tool_id=f"{channel}/{ts}",
        version=version_of(at, change),
        change=change,
        kind=MessageKind.CHAT,
        conversation=_conversation(event, channel, thread if in_thread else ""),
        author=_author(message),
        mentions=mentions,
        audience=_audience(event, channel),
        sent_at=message.time("ts"),
        occurred_at=at,
        text=text,
        reply_to=f"{channel}/{message.id('thread_ts')}" if in_thread else None,
        attachments=tuple(attachment for file in message.nodes("files") if (attachment := _file(file)) is not None),
    )


def _member(payload: Node, event: Node, context: Context) -> Accepted:
    if not event.text("user") or not event.text("channel"):
        return Accepted("", ignored="a membership without user or channel")
    at = event.time("event_ts") if "event_ts" in event else payload.time("event_time")
    member = Identity(id=f"slack:{event.id('user')}", name="", kind=IdentityKind.PERSON)
    active = event.text("type") == "member_joined_channel"
    record = membership(f"slack:{event.id('channel')}", "", member, active, at, context.workspace)
    return Accepted(f"{event.id('channel')}/{event.id('user')}", (record,))


def _conversation(event: Node, channel: str, thread: str) -> ConversationRef:
    if thread:
        return ConversationRef(id=f"slack:{channel}/{thread}", kind=ConversationKind.THREAD)
    direct = event.text("channel_type") in ("im", "mpim")
    return ConversationRef(id=f"slack:{channel}", kind=ConversationKind.DIRECT if direct else ConversationKind.CHANNEL)


def _audience(event: Node, channel: str) -> Audience:
    """Public only where Slack says so; anything else is for the members."""
    return PUBLIC if event.text("channel_type") == "channel" else group(f"slack:{channel}")


def _author(message: Node) -> Identity:
    bot = bool(message.text("bot_id"))
    name = message.text("username") or message.maybe("user_profile").text("real_name")
    if bot and not name:
        name = message.maybe("bot_profile").text("name")
    who = message.id("user") if message.text("user") else message.id("bot_id")
    return Identity(id=f"slack:{who}", name=name, kind=IdentityKind.BOT if bot else IdentityKind.PERSON)


def _file(file: Node) -> Attachment | None:
    """A file by the address that people open; Slack hides some files from apps, these have none."""
    uri = file.url("permalink") or file.url("url_private")
    if uri is None:
        return None
    given = file.text("mimetype")
    media_type = given if _MEDIA_TYPE.fullmatch(given) else "application/octet-stream"
    name = file.text("name") or file.text("title")
    return Attachment(uri=uri, media_type=media_type, name=name, size_bytes=file.size("size"))
