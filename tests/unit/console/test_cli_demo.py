"""The demo without services: what is missing, and how the result reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from plait_console.demo import findings
from plait_console.demo.arrivals import Arrivals
from plait_console.demo.replay import Sent
from plait_console.demo.screen import Lines, Screen, plain_counts
from plait_console.demo.story import OwnDigest, ThenAndNow, tell
from plait_schemas.records import (
    Action,
    Audience,
    Change,
    Decision,
    FactChange,
    Message,
    Question,
    Record,
)
from tests.builders import ANN, NOON, PUBLIC, group, message
from tests.unit.console.demo_records import HOUR, alert, arrivals, change, enriched, evidence, letter, second, summary


def test_nothing_is_missing_when_all_is_enriched_and_summarised() -> None:
    one, two = message(), second()
    found = arrivals(one, two, enriched(one), enriched(two), summary(two))
    assert found.missing({one.message_id, two.message_id}) == []


@pytest.mark.parametrize(
    ("records", "word"),
    [
        (lambda one, two: [one, enriched(one)], "messages: 1 are not on their topic"),
        (lambda one, two: [one, two, enriched(one), summary(two)], "enrichment: 1 of 2"),
        (lambda one, two: [one, two, enriched(one), enriched(two)], "summaries: 1 conversations"),
        (lambda one, two: [one, two, enriched(one), enriched(two), summary(one)], "summaries: 1 conversations"),
        (
            lambda one, two: [one, two, enriched(one), enriched(two), summary(two), letter(NOON)],
            "dead letters: 1: inference: no text",
        ),
    ],
)
def test_what_is_missing_is_named(records: Callable[[Message, Message], list[Record]], word: str) -> None:
    one, two = message(), second()
    (line,) = arrivals(*records(one, two)).missing({one.message_id, two.message_id})
    assert line.startswith(word)


def test_what_others_said_is_not_waited_for() -> None:
    one, two = message(), second()
    other = message(3, "Elsewhere", conversation=replace(one.conversation, id="chat:elsewhere"))
    found = arrivals(one, two, enriched(one), enriched(two), summary(two), other)
    assert found.missing({one.message_id, two.message_id}) == []


def test_a_conversation_of_one_or_of_deleted_messages_needs_no_summary() -> None:
    one, two = message(), second()
    gone = replace(two, id="gone", change=Change.DELETED, text="", source=replace(two.source, version=2))
    found = arrivals(one, two, gone, enriched(one), enriched(two), enriched(gone))
    assert found.missing({one.message_id}) == []


def test_a_deletion_waits_for_the_summary_without_the_deleted_words() -> None:
    one, two, three = message(), second(), message(3, "Nonsense!", occurred_at=NOON + HOUR / 2)
    gone = replace(
        three, id="gone", change=Change.DELETED, text="", source=replace(three.source, version=2),
        occurred_at=NOON + 3 * HOUR,
    )  # fmt: skip
    before, after = summary(two), summary(two, id="after", state="2", settled_at=NOON + 4 * HOUR)
    told: list[Record] = [one, two, three, gone, *map(enriched, (one, two, three, gone)), before]
    sent = {one.message_id, two.message_id, three.message_id}
    (line,) = arrivals(*told).missing(sent)
    assert line == "summaries: 1 conversations have none: chat:dev"
    assert arrivals(*told, after).missing(sent) == []


def test_what_a_group_said_in_a_public_conversation_has_its_own_summary() -> None:
    one, two = message(), second()
    hidden = [message(n, "Hush", audience=group("pay")) for n in (3, 4)]
    told: list[Record] = [one, two, *hidden, *map(enriched, (one, two, *hidden)), summary(two)]
    sent = {one.message_id, two.message_id, *(message.message_id for message in hidden)}
    (line,) = arrivals(*told).missing(sent)
    assert line.startswith("summaries: 1 conversations")
    private = summary(hidden[0], settled_at=NOON + 9 * HOUR)
    found = arrivals(*told, private)
    assert found.missing(sent) == []
    assert found.latest_summaries() == [summary(two), private]


def test_the_latest_summary_is_the_last_that_was_written() -> None:
    """A clock that has run ahead is set back by the next message, so that its time does not tell."""
    one, two = message(), second()
    early, late = summary(one, settled_at=NOON + 9 * HOUR), summary(two, settled_at=NOON + 2 * HOUR)
    assert arrivals(early, late, early).latest_summaries() == [late]


def test_old_dead_letters_are_not_the_weeks() -> None:
    found = Arrivals(since=NOON)
    found.add(letter(NOON - HOUR))
    assert found.counts()["dead letters"] == 0
    found.add(letter(NOON))
    assert found.counts()["dead letters"] == 1


def test_what_does_not_decode_is_missing() -> None:
    found = Arrivals(undecodable=["collab.message.v1 0/7"])
    assert found.missing(()) == ["1 records do not decode: collab.message.v1 0/7"]


def week_result() -> Arrivals:
    one, two = message(1, "We drop the roll-ups."), second(text="They stay.")
    secret = message(3, "430 a day", audience=group("chat:pay"), conversation=replace(one.conversation, id="chat:pay"))
    told = summary(
        two,
        decisions=(
            Decision(text="Drop the roll-ups", reversed=True, evidence=(evidence(one),)),
            Decision(text="The roll-ups stay", reversed=False, evidence=(evidence(two),)),
        ),
        actions=(Action(what="Revert it", owner=ANN, due="today", due_at=None, evidence=(evidence(two),)),),
        questions=(
            Question(text="Who pays?", answered_by=None, evidence=(evidence(one),)),
            Question(text="Why?", answered_by=evidence(two), evidence=(evidence(one),)),
        ),
    )
    private = summary(secret, decisions=(Decision(text="Offer 430", reversed=False, evidence=(evidence(secret),)),))
    aside = replace(private, id="aside", conversation=one.conversation, settled_at=told.settled_at + HOUR)
    blocked = change(one, "status", "blocked")
    ended = replace(
        blocked,
        id="g-ended",
        change=FactChange.CLOSED,
        revision=2,
        occurred_at=NOON + HOUR,
        fact=replace(blocked.fact, valid_to=NOON + HOUR),
    )
    by = change(two, "blocked_by", "the bank")
    hidden = replace(change(secret, "blocked_by", "secret"), audience=secret.audience)
    return arrivals(one, two, secret, told, private, aside, ended, blocked, by, hidden, alert("ann"), alert("bo"))


def test_findings_are_public_in_order_and_quoted() -> None:
    found = week_result()
    decisions = findings.decisions(found)
    assert [(d.text, d.undone) for d in decisions] == [("Drop the roll-ups", True), ("The roll-ups stay", False)]
    assert decisions[1].quote == findings.Quote("Ann Okafor", NOON, "#dev", "They stay.")
    assert [(a.text, a.owner, a.due) for a in findings.actions(found)] == [("Revert it", "Ann Okafor", "“today”")]
    assert [q.text for q in findings.open_questions(found)] == ["Who pays?"]
    assert [(b.text, b.due) for b in findings.blocked(found)] == [
        ("TEAL-8 blocked", "Tue 03 Mar 13:00"),
        ("TEAL-8 blocked by the bank", ""),
    ]
    ((surge, people),) = findings.surges(found)
    assert (surge.title, people) == ("#dev heats up", 2)


def test_a_quote_survives_a_later_version_and_a_deletion() -> None:
    one = message(1, "x" * 300)
    found = arrivals(one)
    elsewhere = replace(evidence(one), event_id="other")
    quote = findings.quote(found, [elsewhere])
    assert quote is not None
    assert len(quote.text) == findings.LONGEST_QUOTE
    assert findings.quote(arrivals(), [elsewhere]) is None


def printed(result: Callable[[Console], None]) -> str:
    output = StringIO()
    result(Console(file=output, width=120))
    return output.getvalue()


def test_the_result_tells_everything_and_nothing_private() -> None:
    fact = {"subject": {"name": "HER-12"}, "predicate": "assigned_to", "object": {"name": "Rui"}}
    text = printed(
        lambda console: tell(
            console,
            week_result(),
            [ThenAndNow("Who has HER-12?", [], [fact])],
            [OwnDigest("Inês", "in #pay", "Friday", "- one"), OwnDigest("Rui", "not in #pay", "Friday", "- two")],
            "plait digest",
        )
    )
    for words in (
        "✗ Drop the roll-ups  taken back",
        "• The roll-ups stay",
        "Ann Okafor, Tue 12:00 UTC, #dev: “They stay.”",
        "Revert it  → Ann Okafor  due “today”",
        "Who pays?",
        "TEAL-8 blocked by the bank",
        "told to 2 people",
        "nothing known",
        "HER-12 assigned to Rui",
        "Inês (in #pay)",
    ):
        assert words in text
    assert "430" not in text


def test_an_empty_week_is_told_too() -> None:
    text = printed(lambda console: tell(console, arrivals(), [], [], "go on"))
    assert text.count("none found") == 4


def test_the_screen_shows_the_clock_and_what_it_waits_for() -> None:
    sent, found = Sent(at=datetime(2026, 3, 4, 9, tzinfo=UTC), steps=1), arrivals(message())
    screen = Screen(sent, 2, found, lambda: ["enrichment: 1 of 1"])
    text = printed(lambda console: console.print(screen))
    assert "Wednesday 04 March, 09:00 UTC" in text
    assert "waiting" not in text
    sent.steps = 2
    assert "waiting for enrichment: 1 of 1" in printed(lambda console: console.print(screen))
    assert printed(lambda console: plain_counts(console, found)).startswith("1 messages · 0 enriched")


def test_without_a_terminal_a_line_is_said_for_each_day_and_each_thing_waited_for() -> None:
    sent, waiting = Sent(), ["enrichment: 2 of 9 are not enriched", "summaries: 1 conversations have none"]

    def told(console: Console) -> None:
        lines = Lines(console, sent, 3, lambda: waiting)
        lines.note()
        for steps, day in enumerate((2, 2, 3, 3, 3), start=1):
            sent.at, sent.steps = datetime(2026, 3, day, 9, tzinfo=UTC), steps
            lines.note()
        waiting[0] = "enrichment: 1 of 9 are not enriched"
        lines.note()
        del waiting[0]
        lines.note()
        waiting.clear()
        lines.note()

    assert printed(told).splitlines() == [
        "Monday 02 March",
        "waiting for enrichment: 2 of 9 are not enriched",
        "waiting for summaries: 1 conversations have none",
    ]


def test_a_private_audience_is_not_public() -> None:
    assert group("x") != PUBLIC
    assert Audience() != PUBLIC
