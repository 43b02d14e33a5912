"""Slack's events as messages and memberships."""

from typing import Any

import pytest

from plait_ingest.connectors.slack_text import render
from plait_schemas.ids import derived_id
from plait_schemas.records import AudienceScope, Change, ConversationKind, IdentityKind, Membership, Message
from plait_shared.errors import BadRecord
from tests.unit.ingest.world import read, said

TS = "1772000000.000100"


def event(**changes: Any) -> dict[str, Any]:
    made = {
        "type": "message",
        "channel": "C1",
        "channel_type": "channel",
        "user": "U1",
        "text": "hello",
        "ts": TS,
        **changes,
    }
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event_time": 1772000000, "event": made}


def message(**changes: Any) -> Message:
    return said("slack.event", event(**changes))


def test_a_message_in_a_public_channel() -> None:
    made = message()
    assert (made.conversation.id, made.conversation.kind) == ("slack:C1", ConversationKind.CHANNEL)
    assert made.audience.scope is AudienceScope.PUBLIC
    assert made.author.id == "slack:U1"
    assert made.sent_at.microsecond == 100
    assert made.source.tool_id == f"C1/{TS}"


@pytest.mark.parametrize("kind", ["group", "im", "mpim", "", "app_home"])
def test_anything_but_a_public_channel_is_a_group(kind: str) -> None:
    made = message(channel_type=kind)
    assert (made.audience.scope, made.audience.group) == (AudienceScope.GROUP, "slack:C1")
    assert made.conversation.kind is (ConversationKind.DIRECT if kind in ("im", "mpim") else ConversationKind.CHANNEL)


def test_a_reply_belongs_to_its_thread() -> None:
    made = message(ts="1772000009.000000", thread_ts=TS, subtype="thread_broadcast")
    assert (made.conversation.id, made.conversation.kind) == (f"slack:C1/{TS}", ConversationKind.THREAD)
    assert made.reply_to == derived_id("message", "orchard", "slack", "default", f"C1/{TS}")
    assert message(thread_ts=TS).conversation.id == "slack:C1"


def changed(text: str = "hello all", before: str = "hello", **changes: Any) -> dict[str, Any]:
    inner = {
        "type": "message",
        "user": "U1",
        "text": text,
        "ts": TS,
        "edited": {"user": "U1", "ts": "1772000060.000000"},
    }
    previous = {"user": "U1", "text": before, "ts": TS}
    return event(
        subtype="message_changed", message={**inner, **changes}, previous_message=previous, ts="1772000061.000000"
    )


def test_an_edit_is_a_later_version_of_the_same_message() -> None:
    made = said("slack.event", changed())
    assert made.change is Change.EDITED
    assert made.text == "hello all"
    assert made.message_id == message().message_id
    assert made.source.version > message().source.version


def test_what_nobody_edited_is_ignored() -> None:
    assert read("slack.event", changed(edited=None)).ignored
    assert read("slack.event", changed(text="hello")).ignored


@pytest.mark.parametrize("data", [
    event(subtype="message_deleted", previous_message={"user": "U1", "text": "x", "ts": TS}, ts="1772000061.000000"),
    changed(subtype="tombstone"),
])  # fmt: skip
def test_a_deletion_has_no_text(data: dict[str, Any]) -> None:
    made = said("slack.event", data)
    assert (made.change, made.text) == (Change.DELETED, "")
    assert made.message_id == message().message_id


def test_a_deletion_without_author_is_ignored() -> None:
    assert read("slack.event", event(subtype="message_deleted", previous_message={"ts": TS})).ignored


def test_bots_speak_under_their_name() -> None:
    author = message(subtype="bot_message", user=None, bot_id="B1", username="deploys").author
    assert (author.id, author.name, author.kind) == ("slack:B1", "deploys", IdentityKind.BOT)
    assert message(bot_id="B1", bot_profile={"name": "ci"}).author.name == "ci"
    assert message(subtype="me_message", user_profile={"real_name": "Mara Lind"}).author.name == "Mara Lind"


def test_shared_files_are_attachments() -> None:
    files = [
        {"permalink": "https://s.example/f1", "mimetype": "image/png", "name": "a.png", "size": 10},
        {"url_private": "https://s.example/f2", "mimetype": "?", "title": "b"},
        {"id": "hidden"},
    ]
    made = message(subtype="file_share", files=files)
    assert [(f.uri, f.media_type, f.name, f.size_bytes) for f in made.attachments] == [
        ("https://s.example/f1", "image/png", "a.png", 10),
        ("https://s.example/f2", "application/octet-stream", "b", None),
    ]


@pytest.mark.parametrize(("kind", "active"), [("member_joined_channel", True), ("member_left_channel", False)])
def test_joining_and_leaving_is_membership(kind: str, active: bool) -> None:
    for more in ({"event_ts": TS}, {}):
        record = read("slack.event", event(type=kind, **more)).records[0]
        assert isinstance(record, Membership)
        assert (record.group, record.member.id, record.active) == ("slack:C1", "slack:U1", active)


@pytest.mark.parametrize("changes", [
    {"type": "reaction_added"}, {"type": ""}, {"subtype": "channel_join"}, {"ts": ""}, {"channel": ""}, {"user": ""},
    {"type": "member_joined_channel", "user": ""},
])  # fmt: skip
def test_what_says_nothing_is_ignored_with_a_reason(changes: dict[str, Any]) -> None:
    assert read("slack.event", event(**changes)).ignored


def test_broken_events_are_refused_with_their_field() -> None:
    for changes, field in (({"ts": "soon"}, "event.ts"), ({"text": 3}, "event.text"), ({"files": 3}, "event.files")):
        with pytest.raises(BadRecord) as caught:
            read("slack.event", event(**changes))
        assert caught.value.field == field


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("<@U12|mara> and <@W34>", "@mara and @W34"),
        ("in <#C1|general> or <#C2>", "in #general or #C2"),
        ("<!here> <!subteam^S1|@core>", "@here @core"),
        ("<https://x.example/a|the plan>", "the plan (https://x.example/a)"),
        ("<https://x.example> <https://x.example|x.example>", "https://x.example x.example (https://x.example)"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("a &lt; b &amp;&amp; c &gt; d", "a < b && c > d"),
        ("<https://x.example/?a=1&amp;b=2>", "https://x.example/?a=1&b=2"),
    ],
)
def test_marks_read_as_people_see_them(given: str, wanted: str) -> None:
    assert render(given)[0] == wanted


def test_mentioned_people_are_collected() -> None:
    _text, people = render("<@U12|mara> <@U34>")
    assert [(who.id, who.name) for who in people] == [("slack:U12", "mara"), ("slack:U34", "")]
