"""Asking from the command line: tokens, facts, search, conversations, digests."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from plait_console.shapes import conversation, due
from plait_shared.auth import AuthSettings, TokenVerifier
from tests.unit.console.world import SECRET, Fake, plait


def test_a_token_speaks_for_its_person(fake: Fake) -> None:
    token = plait("token", "--for", "ines", "--workspace", "heron").stdout.strip()
    caller = TokenVerifier(AuthSettings(token_secret=SECRET)).verify(f"Bearer {token}")
    assert (caller.user, caller.workspace) == ("ines", "heron")


def test_a_token_from_elsewhere_is_not_signed_here(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_TOKEN", "abc")
    assert "unset it" in plait("token", "--for", "ines").output


FACT = {
    "subject": {"name": "HER-12"},
    "predicate": "assigned_to",
    "object": {"name": "Rui Salgueiro"},
    "valid_from": "2026-03-05T10:00:00+00:00",
    "valid_to": None,
    "confidence": 0.93,
}


def test_facts_are_asked_for_and_shown(fake: Fake) -> None:
    fake.answers["/v1/facts"] = {"items": [FACT], "next": None}
    result = plait("facts", "--subject", "HER-12", "--as-of", "2026-03-06T00:00:00Z", "--for", "rui")
    assert "HER-12 assigned to Rui Salgueiro" in result.stdout
    assert "93%" in result.stdout
    assert fake.asked[0][1] == {"subject": "HER-12", "as_of": "2026-03-06T00:00:00Z"}
    assert fake.users == ["rui"]
    plait("facts", "--as-of", "ever", "--for", "rui")
    assert fake.asked[1][1] == {"history": "true"}
    assert json.loads(plait("facts", "--for", "rui", "--json").stdout)["items"] == [FACT]


def test_nothing_found_is_said(fake: Fake) -> None:
    fake.answers |= {"/v1/facts": {"items": []}, "/v1/search": {"items": []}}
    assert "no such facts" in plait("facts", "--for", "rui").output
    assert "nothing found" in plait("search", "x", "--for", "rui").output


def test_search_shows_who_said_what(fake: Fake) -> None:
    hit = {
        "message": {
            "text": "Who pays for the gateways?",
            "author": {"name": "贺铭"},
            "conversation": {"id": "chat:j", "title": "霁川"},
            "sent_at": "2026-03-05T10:00:00+00:00",
        }
    }
    fake.answers["/v1/search"] = {"items": [hit], "degraded": "text only"}
    shown = plait("search", "gateways", "--for", "heming").stdout
    assert all(word in shown for word in ("贺铭", "霁川", "[chat:j]", "Who pays for the gateways?"))
    assert fake.asked[0][1] == {"q": "gateways", "limit": "10"}


SAID = {
    "text": "We roll back.",
    "author": {"name": "Rui"},
    "conversation": {"id": "chat:x/t 1", "title": "Outage"},
    "sent_at": "2026-03-05T10:00:00+00:00",
    "tags": {"intents": [{"label": "decision", "score": 0.9}], "topic": {"label": "engineering"}},
    "mentions": [{"text": "HER-12", "node": {"name": "HER-12", "label": "WORK"}}],
}


def test_a_conversation_is_laid_out(fake: Fake) -> None:
    fake.answers["/v1/conversations/chat:x/t 1"] = {
        "parts": [
            {"title": "Outage", "messages": 1, "first_at": SAID["sent_at"], "last_at": None, "audience": "public"}
        ],
        "summaries": [
            {
                "stale": True,
                "settled_at": SAID["sent_at"],
                "sentences": [{"text": "The flag went back."}],
                "decisions": [{"text": "Roll back", "reversed": True}],
                "actions": [
                    {"what": "Write it up", "owner": {"name": "Rui"}, "due": "Friday", "due_at": None},
                    {"what": "Send it", "owner": None, "due": "by noon", "due_at": "2026-03-06T12:00:00+00:00"},
                ],
                "questions": [{"text": "Who knew?", "answered_by": None}],
            }
        ],
        "facts": [FACT],
        "messages": [SAID],
    }
    shown = plait("show", "conversation", "chat:x/t 1", "--for", "rui").stdout
    for words in (
        "Outage · 1 messages",
        "Summary (messages came after it)",
        "Roll back  (taken back)",
        "Write it up  → Rui  due “Friday”",
        "Send it  due Fri 06 Mar 12:00 UTC, “by noon”",
        "Who knew?  (open)",
        "HER-12 assigned to Rui Salgueiro  (Thu 05 Mar 10:00 –)",
        "Thu 05 Mar 10:00  Rui: We roll back.",
    ):
        assert words in shown


SAID_AT = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("offset", "told"),
    [(0, "Fri 06 Mar, "), (8, "Fri 06 Mar, "), (12.75, "Fri 06 Mar, "), (-9.5, "Fri 06 Mar, "), (13, ""), (-11, "")],
)
def test_a_day_without_a_time_stays_the_authors_day(offset: float, told: str) -> None:
    there = timezone(timedelta(hours=offset))
    assert due("Friday", datetime(2026, 3, 6, 23, 59, 59, tzinfo=there), SAID_AT) == f"{told}“Friday”"
    assert due("", None, SAID_AT) == ""


def test_the_year_of_a_due_date_is_told_where_it_is_another() -> None:
    assert due("", datetime(2027, 1, 4, 23, 59, 59, tzinfo=UTC), SAID_AT) == "Mon 04 Jan 2027"
    assert due("", datetime(2027, 1, 4, 9, tzinfo=UTC), SAID_AT) == "Mon 04 Jan 2027 09:00 UTC"
    eve = datetime(2026, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-8)))  # ends in the next year of UTC
    assert due("", eve, SAID_AT) == "Thu 31 Dec"


def test_a_summary_without_known_times_is_shown_as_it_is() -> None:
    action = {"what": "Send it", "due": "soon", "due_at": "next spring"}
    late = {"what": "Pay", "due": "", "due_at": "2027-01-04T09:00:00+00:00"}
    parts = {"settled_at": "2026-03-05T10:00:00+00:00", "actions": [action, late]}
    lines = list(conversation({"summaries": [parts, {"settled_at": "?", "actions": [late]}]}))
    assert "  · Send it  due next spring, “soon”" in lines
    assert lines.count("  · Pay  due Mon 04 Jan 2027 09:00 UTC") == 2


def test_an_entity_is_found_by_name(fake: Fake) -> None:
    id_ = "11111111-1111-1111-1111-111111111111"
    node = {"id": id_, "label": "WORK", "name": "HER-12", "mentions": 7}
    fake.answers["/v1/entities"] = {"items": [node, node | {"name": "HER-120"}]}
    fake.answers[f"/v1/entities/{id_}"] = node | {
        "facts": [FACT],
        "neighbours": [{"name": "Rui", "predicates": ["assigned_to"]}],
    }
    shown = plait("show", "entity", "her-12", "--for", "rui").stdout
    assert "HER-12 · WORK · named 7 times" in shown
    assert "Rui (assigned_to)" in shown
    assert "There are HER-12 (WORK" in plait("show", "entity", "HER", "--for", "rui").output
    fake.answers["/v1/entities"] = {"items": []}
    assert "None that you may see" in plait("show", "entity", "HER", "--for", "rui").output


def test_a_message_is_laid_out(fake: Fake) -> None:
    fake.answers["/v1/messages/m"] = SAID
    shown = plait("show", "message", "m", "--for", "rui").stdout
    for words in (
        "Rui · Outage [chat:x/t 1]",
        "We roll back.",
        "decision 90%",
        "topic engineering",
        "HER-12: HER-12 (WORK)",
    ):
        assert words in shown


def test_what_is_not_there_is_one_line(fake: Fake) -> None:
    result = plait("show", "message", "x", "--for", "rui")
    assert result.exit_code == 1
    assert result.output.strip() == "plait: there is no such thing"


def test_digest(fake: Fake) -> None:
    fake.answers["/v1/digest"] = {"title": "Thursday", "body": "- **Decisions**: roll-ups stay"}
    shown = plait("digest", "--for", "ines", "--date", "2026-03-05").stdout
    assert "Thursday" in shown
    assert "roll-ups stay" in shown
    assert fake.asked[0][1] == {"date": "2026-03-05"}


def test_a_service_that_is_away(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_GRAPH_URL", "http://127.0.0.1:9")
    result = plait("facts", "--for", "rui")
    assert result.exit_code == 1
    assert "plait status" in result.output
