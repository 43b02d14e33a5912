"""GitHub's webhooks as messages."""

from typing import Any

import pytest

from plait_ingest.connectors.github_parts import mentioned
from plait_schemas.ids import derived_id
from plait_schemas.records import AudienceScope, Change, ConversationKind, IdentityKind, Message, MessageKind
from plait_shared.errors import BadRecord
from tests.unit.ingest.world import read, said

REPOSITORY = {"id": 1, "full_name": "orchard/press", "private": False, "visibility": "public"}
MARA = {"login": "Mara", "type": "User"}
BO, CORE = {"login": "Bo"}, {"requested_team": {"name": "qa"}}
BOT = {"login": "renovate[bot]", "type": "Bot"}


def thing(**changes: Any) -> dict[str, Any]:
    return {
        "id": 9001, "number": 12, "title": "Press jams on Mondays", "body": "Happens with @bo-k and pears.",
        "user": MARA, "created_at": "2026-02-27T08:00:00Z", "updated_at": "2026-02-27T09:00:00Z",
        "html_url": "https://github.com/orchard/press/issues/12", **changes,
    }  # fmt: skip


def payload(action: str | None, key: str = "issue", **more: Any) -> dict[str, Any]:
    return {"action": action, key: thing(), "repository": REPOSITORY, "sender": MARA, **more}


def comment(**changes: Any) -> dict[str, Any]:
    return {
        "id": 77, "body": "I'll oil it.", "user": MARA, "created_at": "2026-02-27T08:30:00Z",
        "updated_at": "2026-02-27T08:40:00Z", **changes,
    }  # fmt: skip


def test_an_issue_is_a_ticket_with_title_and_text() -> None:
    message = said("github.issues", payload("opened"))
    assert message.text == "Press jams on Mondays\n\nHappens with @bo-k and pears."
    assert (message.conversation.id, message.conversation.kind) == ("github:orchard/press#12", ConversationKind.TICKET)
    assert message.author.id == "github:mara"
    assert [who.id for who in message.mentions] == ["github:bo-k"]
    assert message.audience.scope is AudienceScope.PUBLIC
    assert message.kind is MessageKind.TASK


@pytest.mark.parametrize(
    ("key", "event", "action", "kind"),
    [
        ("pull_request", "pull_request", "opened", ConversationKind.CODE_REVIEW),
        ("discussion", "discussion", "created", ConversationKind.OTHER),
        ("issue", "issues", "opened", ConversationKind.TICKET),
    ],
)
def test_each_subject_has_its_kind(key: str, event: str, action: str, kind: ConversationKind) -> None:
    assert said(f"github.{event}", payload(action, key)).conversation.kind is kind


def test_created_edited_and_deleted_grow_within_one_second() -> None:
    when = "2026-02-27T08:00:00Z"
    same = {"issue": thing(created_at=when, updated_at=when)}
    versions = [said("github.issues", {**payload(action), **same}) for action in ("opened", "edited", "deleted")]
    assert [m.change for m in versions] == [Change.CREATED, Change.EDITED, Change.DELETED]
    assert len({m.message_id for m in versions}) == 1
    assert versions[0].source.version < versions[1].source.version < versions[2].source.version
    assert versions[2].text == ""


def test_comments_belong_to_their_subject() -> None:
    for event, key in (("issue_comment", "issue"), ("discussion_comment", "discussion")):
        message = said(f"github.{event}", payload("created", key, comment=comment()))
        assert message.conversation.id == "github:orchard/press#12"
        assert message.text == "I'll oil it."
    deleted = said("github.issue_comment", payload("deleted", comment=comment()))
    edited = said("github.issue_comment", payload("edited", comment=comment()))
    assert deleted.source.version > edited.source.version


def test_a_comment_on_a_pull_request_is_code_review() -> None:
    data = payload("created", comment=comment())
    data["issue"]["pull_request"] = {"url": "https://api.github.com/x"}
    assert said("github.issue_comment", data).conversation.kind is ConversationKind.CODE_REVIEW


def test_answers_in_a_review_name_what_they_answer() -> None:
    message = said(
        "github.pull_request_review_comment", payload("created", "pull_request", comment=comment(in_reply_to_id=76))
    )
    assert message.reply_to == derived_id("message", "orchard", "github", "default", "pull_request_review_comment:76")


def review(action: str, **changes: Any) -> Any:
    made = {"id": 5, "user": MARA, "submitted_at": "2026-02-27T08:30:00Z", "state": "approved", "body": None, **changes}
    return read("github.pull_request_review", payload(action, "pull_request", review=made))


def test_a_review_says_its_verdict() -> None:
    accepted = review("submitted")
    assert accepted.records[0].text == "approved the pull request #12: Press jams on Mondays"
    assert "asked for changes" in review("submitted", state="changes_requested", body="Too loud.").records[0].text
    assert review("submitted", state="commented").ignored
    assert review("dismissed").ignored
    edited = review("edited", body="Fine now.")
    assert edited.records[0].change is Change.EDITED
    assert edited.records[0].source.version > accepted.records[0].source.version


@pytest.mark.parametrize(
    ("action", "changes", "more", "text"),
    [
        ("closed", {"merged": True}, {}, "merged the pull request #12: Press jams on Mondays"),
        ("closed", {}, {}, "closed the pull request #12: Press jams on Mondays"),
        ("closed", {"state_reason": "not_planned", "title": ""}, {}, "closed the pull request #12 as not planned"),
        ("reopened", {}, {}, "reopened the pull request #12: Press jams on Mondays"),
        ("assigned", {}, {"assignee": {"login": "Bo"}}, "assigned Bo to the pull request #12: Press jams on Mondays"),
        ("ready_for_review", {"title": ""}, {}, "marked as ready for review: the pull request #12"),
        ("review_requested", {"title": ""}, {"requested_reviewer": BO}, "asked Bo to review the pull request #12"),
        ("review_requested", {"title": ""}, CORE, "asked the team qa to review the pull request #12"),
        ("review_requested", {"title": ""}, {}, "asked someone to review the pull request #12"),
    ],
)  # fmt: skip
def test_a_change_of_state_is_a_short_activity(action: str, changes: Any, more: Any, text: str) -> None:
    message = said("github.pull_request", {**payload(action, "pull_request", **more), "pull_request": thing(**changes)})
    assert message.text == text
    assert message.kind is MessageKind.ACTIVITY
    assert len(message.mentions) == (1 if "Bo" in text else 0)


@pytest.mark.parametrize("action", ["labeled", "pinned", "locked", "milestoned", "transferred"])
def test_what_says_nothing_is_ignored_with_a_reason(action: str) -> None:
    assert action in str(read("github.issues", payload(action)).ignored)
    assert "star" in str(read("github.star", payload("created")).ignored)


def push(**changes: Any) -> Any:
    commits = [
        {"message": "Oil the press\n\nmore", "timestamp": "2026-02-27T09:00:00+01:00"},
        {"message": "Fix leak", "timestamp": "2026-02-27T09:05:00+01:00"},
    ]
    made = {
        "ref": "refs/heads/main", "after": "b" * 40, "commits": commits, "repository": REPOSITORY, "sender": MARA,
        "compare": "https://github.com/orchard/press/compare/a...b", **changes,
    }  # fmt: skip
    return read("github.push", made)


def test_a_push_lists_its_commits() -> None:
    message = push().records[0]
    assert isinstance(message, Message)
    assert message.text == "pushed 2 commits to main:\n- Oil the press\n- Fix leak"
    assert message.conversation.id == "github:orchard/press@main"
    assert (
        push(commits=[{"message": "x", "timestamp": "2026-02-27T09:00:00Z"}])
        .records[0]
        .text.startswith("pushed 1 commit ")
    )


def test_a_push_without_commits_is_ignored() -> None:
    assert push(commits=[]).ignored
    assert push(after="0" * 40).ignored


@pytest.mark.parametrize(
    "repository",
    [{"private": True}, {"private": False, "visibility": "internal"}, {"private": None}],
)
def test_anything_but_a_public_repository_is_a_group(repository: dict[str, Any]) -> None:
    message = said("github.issues", {**payload("opened"), "repository": {**REPOSITORY, **repository}})
    assert (message.audience.scope, message.audience.group) == (AudienceScope.GROUP, "github:orchard/press")


def test_bots_and_deleted_accounts() -> None:
    assert said("github.issues", {**payload("opened"), "issue": thing(user=BOT)}).author.kind is IdentityKind.BOT
    assert said("github.issues", {**payload("opened"), "issue": thing(user=None)}).author.id == "github:ghost"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"action": "opened"}, "issue"),
        ({**payload("opened"), "repository": {}}, "repository.full_name"),
        ({**payload("opened"), "issue": thing(created_at="soon")}, "issue.created_at"),
        ({**payload("opened"), "issue": thing(created_at="2026-02-27T08:00:00")}, "issue.created_at"),
        ({**payload("opened"), "issue": thing(created_at=True)}, "issue.created_at"),
        ({**payload("opened"), "issue": thing(body=3)}, "issue.body"),
        ({**payload("opened"), "issue": thing(id=None)}, "issue.id"),
        ({**payload("opened"), "issue": thing(number="1\x00")}, "issue.number"),
        ({**payload(None)}, "action"),
    ],
)
def test_a_broken_payload_is_refused_with_its_field(data: Any, field: str) -> None:
    with pytest.raises(BadRecord) as caught:
        read("github.issues", data)
    assert caught.value.field == field


def test_commits_must_be_a_list() -> None:
    with pytest.raises(BadRecord, match="commits"):
        push(commits={})


def test_mentions_are_accounts_and_nothing_else() -> None:
    assert [who.id for who in mentioned("@Bo, see @mara. not a@b.example nor @org/team")] == [
        "github:bo",
        "github:mara",
    ]
    assert mentioned("nobody") == ()
