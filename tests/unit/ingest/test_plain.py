"""Plain messages, memberships, profiles and cues: what is taken, and what is refused with its field."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from plait_ingest.draft import microseconds, unique
from plait_schemas.ids import derived_id
from plait_schemas.records import (
    AudienceScope,
    Change,
    ConversationKind,
    Identity,
    IdentityKind,
    Membership,
    MessageKind,
    Profile,
)
from plait_shared.errors import BadRecord
from tests.unit.ingest.world import NOW, plain, read, said


def refusal(kind: str, data: object) -> BadRecord:
    with pytest.raises(BadRecord) as caught:
        read(kind, data)
    return caught.value


def test_a_plain_message_becomes_a_record() -> None:
    message = said(
        "plait.message", plain(mentions=[{"id": "Bo@Orchard.example", "name": " Bo "}], permalink="https://x.example/1")
    )
    sent = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    version = microseconds(sent)
    assert message.id == derived_id("event", "orchard", "api", "default", "m1", version)
    assert message.message_id == derived_id("message", "orchard", "api", "default", "m1")
    assert (message.sent_at, message.occurred_at, message.received_at) == (sent, sent, NOW)
    assert message.source.version == version
    assert message.source.permalink == "https://x.example/1"
    assert message.mentions == (Identity(id="bo@orchard.example", name="Bo"),)
    assert message.audience.scope is AudienceScope.PUBLIC
    assert message.kind is MessageKind.CHAT
    assert message.change is Change.CREATED


def test_reply_audience_and_attachments_are_kept() -> None:
    file = {"uri": "https://x.example/a.pdf", "media_type": "application/pdf", "sha256": "a" * 64, "size_bytes": 3}
    message = said("plait.message", plain(reply_to="m0", audience={"group": "chat:board"}, attachments=[file]))
    assert message.reply_to == derived_id("message", "orchard", "api", "default", "m0")
    assert (message.audience.scope, message.audience.group) == (AudienceScope.GROUP, "chat:board")
    assert message.attachments[0].sha256 == "a" * 64


def test_versions_of_a_message_share_its_id_and_grow() -> None:
    created = said("plait.message", plain())
    edited = said("plait.message", plain(change="edited", occurred_at="2026-03-02T10:05:00+01:00"))
    deleted = said("plait.message", plain(change="deleted", version=2**62))
    assert created.message_id == edited.message_id == deleted.message_id
    assert created.source.version < edited.source.version < deleted.source.version
    assert deleted.text == ""
    assert deleted.attachments == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"id": "a\x00b"}, "id"),
        ({"id": " a"}, "id"),
        ({"id": "x" * 513}, "id"),
        ({"id": 7}, "id"),
        ({"tool": "Slack!"}, "tool"),
        ({"kind": "shout"}, "kind"),
        ({"sent_at": "2026-03-02T10:00:00"}, "sent_at"),
        ({"sent_at": "2026-02-30T10:00:00Z"}, "sent_at"),
        ({"sent_at": "yesterday"}, "sent_at"),
        ({"sent_at": 1700000000}, "sent_at"),
        ({"sent_at": "0001-01-01T00:00:00+05:00"}, "sent_at"),
        ({"sent_at": "1969-12-31T00:00:00Z"}, "sent_at"),
        ({"sent_at": "2026-03-04T00:00:00Z"}, "sent_at"),
        ({"occurred_at": "2027-01-01T00:00:00Z"}, "occurred_at"),
        ({"change": "edited"}, "occurred_at"),
        ({"text": None}, "text"),
        ({"text": "x" * 100_001}, "text"),
        ({"surprise": 1}, "surprise"),
        ({"author": {"name": "Mara"}}, "author.id"),
        ({"conversation": {"id": ""}}, "conversation.id"),
        ({"mentions": [{"id": "a"}, {"id": 3}]}, "mentions[1].id"),
        ({"attachments": [{"uri": "javascript:alert(1)", "media_type": "a/b"}]}, "attachments[0].uri"),
        ({"attachments": [{"uri": "https://x", "media_type": "pdf"}]}, "attachments[0].media_type"),
        ({"permalink": "javascript:alert(1)"}, "permalink"),
        ({"version": -1}, "version"),
        ({"version": "1"}, "version"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, Any], field: str) -> None:
    error = refusal("plait.message", {**plain(), **changes} if None not in changes.values() else plain(**changes))
    assert error.field == field
    assert str(error).startswith(field)


@pytest.mark.parametrize("data", [None, 3, "text", [], b"bytes"])
def test_what_is_no_object_is_refused(data: object) -> None:
    for kind in ("plait.message", "plait.membership", "plait.profile", "meeting.cue", "github.issues", "slack.event"):
        refusal(kind, data)


def test_an_unknown_type_lists_the_known_ones() -> None:
    error = refusal("acme.thing", {})
    assert error.field == "type"
    assert "plait.message" in str(error)
    assert "github.<event>" in str(error)


def test_membership() -> None:
    data = {
        "group": "chat:board", "title": "Board", "member": {"id": "Mara@Orchard.example"}, "active": True,
        "occurred_at": "2026-03-02T10:00:00Z",
    }  # fmt: skip
    record = read("plait.membership", data).records[0]
    assert isinstance(record, Membership)
    assert (record.member.id, record.title, record.active) == ("mara@orchard.example", "Board", True)
    assert refusal("plait.membership", {**data, "active": "yes"}).field == "active"
    assert refusal("plait.membership", {**data, "occurred_at": "2030-01-01T00:00:00Z"}).field == "occurred_at"


def test_profile() -> None:
    data = {
        "user": "mara", "name": "Mara Lind", "identities": ["Mara@Orchard.example", "slack:U1", "slack:U1"],
        "timezone": "Asia/Shanghai", "language": "zh", "digest_hour": 8, "quiet_start": "22:00", "quiet_end": "07:30",
        "channels": [{"kind": "email", "address": "mara@orchard.example"}], "occurred_at": "2026-03-02T10:00:00Z",
    }  # fmt: skip
    record = read("plait.profile", data).records[0]
    assert isinstance(record, Profile)
    assert record.identities == ("mara@orchard.example", "slack:U1")
    assert record.channels[0].address == "mara@orchard.example"
    for field, value in {"timezone": "Mars/One", "language": "fr", "digest_hour": 24, "quiet_start": "25:00"}.items():
        assert refusal("plait.profile", {**data, field: value}).field == field


def cue(**changes: Any) -> dict[str, Any]:
    meeting = {
        "id": "standup-1", "title": "Stand-up", "started_at": "2026-03-02T09:00:00Z",
        "attendees": [{"id": "mara@orchard.example", "name": "Mara Lind"}], "audience": {"group": "meeting:standup"},
    }  # fmt: skip
    said_then = {"index": 3, "start_s": 12.5, "end_s": 14, "speaker": "mara  lind", "text": "Done.", **changes}
    return {"meeting": meeting, "cue": said_then}


def test_a_cue_is_a_message_of_its_meeting() -> None:
    message = said("meeting.cue", cue())
    assert message.sent_at == datetime(2026, 3, 2, 9, 0, 12, 500_000, tzinfo=UTC)
    assert message.author.id == "mara@orchard.example"
    assert (message.conversation.id, message.conversation.kind) == ("meeting:standup-1", ConversationKind.MEETING)
    assert message.source.tool_id == "standup-1/3"
    assert message.kind is MessageKind.MEETING


def test_an_unknown_speaker_has_an_identity_of_the_meeting() -> None:
    assert said("meeting.cue", cue(speaker="Guest One")).author.id == "meeting:guest-one"
    assert said("meeting.cue", cue(speaker="")).author.id == "meeting:unknown"


def test_a_cue_does_not_end_before_it_starts() -> None:
    assert refusal("meeting.cue", cue(end_s=1)).field == "cue.end_s"
    assert refusal("meeting.cue", cue(start_s=float("nan"))).field == "cue.start_s"


def test_people_are_listed_once_in_their_order() -> None:
    bo, mara = Identity(id="b", name="Bo"), Identity(id="m", name="Mara", kind=IdentityKind.PERSON)
    assert unique((bo, mara, Identity(id="b", name="Robert"))) == (bo, mara)


def test_a_day_ahead_is_a_wrong_clock_and_taken() -> None:
    soon = (NOW + timedelta(hours=23)).isoformat()
    assert said("plait.message", plain(sent_at=soon)).sent_at > NOW
