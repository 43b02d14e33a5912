"""Decisions, actions, questions and summaries of small conversations, English and Chinese."""

from collections.abc import Callable

import pytest

from plait_inference.actions import actions, addressees
from plait_inference.conversation import Participant, Turn
from plait_inference.items import decisions, questions
from plait_inference.summarise import digest
from plait_inference.summary.choice import LIMITS, shorten
from plait_inference.wording import overlap, size, tidy
from tests.unit.inference.conftest import binds

Maker = Callable[..., list[Turn]]


def people(*names: str) -> list[Participant]:
    """Participants whose name is their id, or ``id=name``."""
    parts = [name.rpartition("=") for name in names]
    return [Participant(id_ or name, name) for id_, _, name in parts]


def test_an_agreed_proposal_is_a_decision_with_both_as_evidence(turns: Maker) -> None:
    talk = turns(
        ("Mara", "proposal", "Let's ship the export on Thursday."),
        ("Tom", "agreement", "Works for me."),
    )
    [decision] = decisions(talk, binds(talk, "m0"))
    assert decision.text == "Let's ship the export on Thursday."
    assert [item.message for item in decision.evidence] == ["m0", "m1"]


def test_a_proposal_that_meets_an_objection_is_not(turns: Maker) -> None:
    talk = turns(
        ("李倩", "proposal", "要不周五上线？"),
        ("王磊", "objection", "周五太赶了，不行。"),
        ("小陈", "agreement", "同意王磊"),
    )
    assert digest(talk).decisions == ()


def test_a_stated_decision_replaces_the_proposal_that_led_to_it(turns: Maker) -> None:
    talk = turns(
        ("Mara", "proposal", "We could use Postgres for the event store."),
        ("Tom", "agreement", "Fine with me."),
        ("Mara", "decision", "Decided: Postgres for the event store."),
    )
    [decision] = decisions(talk, binds(talk, "m0", "m2"))
    assert decision.evidence[0].message == "m2"


@pytest.mark.parametrize(
    "rows",
    [
        (
            ("Mara", "decision", "We go with the blue banner for launch."),
            ("Tom", "objection", "Legal says the blue banner breaks the contract."),
            ("Mara", "decision", "Then we use the green banner instead."),
        ),
        (
            ("李倩", "decision", "定了，评审会放在周四下午。"),
            ("王磊", "objection", "周四下午三号会议室被占了。"),
            ("李倩", "decision objection", "那评审会改到周五上午。"),
        ),
    ],
)
def test_a_later_decision_cancels_an_earlier_one(turns: Maker, rows: tuple[tuple[str, str, str], ...]) -> None:
    talk = turns(*rows)
    first, last = decisions(talk, binds(talk, "m0", "m2"))
    assert first.reversed_by == "m2"
    assert last.reversed_by is None
    found = digest(talk)
    assert [item.evidence[0].message for item in found.decisions] == ["m2"]
    assert {item.evidence[0].message for item in found.reversed} <= {"m0"}


@pytest.mark.parametrize("text", ["Can we keep the raw readings for a year?", "就按 B 方案走吗？"])
def test_a_question_settles_nothing(turns: Maker, text: str) -> None:
    assert digest(turns(("Mara", "decision question", text), ("Tom", "agreement", "ok"))).decisions == ()


def test_a_proposal_in_the_form_of_a_question_can_be_accepted(turns: Maker) -> None:
    found = digest(
        turns(("Mara", "decision proposal", "Shall we go with B?"), ("Tom", "agreement", "Yes, B."))
    ).decisions
    assert [decision.text for decision in found] == ["Shall we go with B?"]


@pytest.mark.parametrize(
    "text",
    [
        "Assignee changed: Rui takes over HER-12 from Mara.",
        "Status set to In progress",
        "负责人变更：周雨桐 → Rui",
        "开始做 HER-12，负责人：周雨桐，计划周四完成。",
    ],
)
def test_what_a_tool_writes_when_a_field_changes_settles_nothing(turns: Maker, text: str) -> None:
    talk = turns(("Mara", "decision schedule", text))
    assert decisions(talk, binds(talk, "m0")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Status page stays in English.",
        "Deadline moved to Friday, all agreed.",
        "截止日期调整到周五",
        "优先级：先做登录，再做导出",
    ],
)
def test_who_speaks_of_a_field_may_still_decide(turns: Maker, text: str) -> None:
    talk = turns(("Mara", "decision", text))
    assert decisions(talk, binds(talk, "m0"))


def test_two_decisions_about_different_things_both_stand(turns: Maker) -> None:
    talk = turns(
        ("Mara", "decision", "The budget stays at 40k."),
        ("Tom", "decision", "Hiring for the Lisbon office starts in June."),
    )
    assert [item.reversed_by for item in decisions(talk, binds(talk, "m0", "m1"))] == [None, None]


def test_a_commitment_is_an_action_of_its_author(turns: Maker) -> None:
    talk = turns(("Mara", "commitment", "I'll send the deck by Friday.", "by Friday"))
    [action] = actions(talk, people("Mara", "Tom"))
    assert (action.what, action.owner) == ("I'll send the deck by Friday.", "Mara")
    assert (action.due, action.due_at) == ("by Friday", "2026-03-06")


def test_an_accepted_request_belongs_to_who_accepts_and_keeps_its_wording(turns: Maker) -> None:
    talk = turns(
        ("王磊", "request", "谁能把季度预算表发我一份？"),
        ("李倩", "agreement commitment", "收到，我来，明天给你", "明天"),
    )
    [action] = actions(talk, people("王磊", "李倩"))
    assert (action.what, action.owner, action.due_at) == ("谁能把季度预算表发我一份？", "李倩", "2026-03-05")
    assert [item.message for item in action.evidence] == ["m1", "m0"]


def test_a_named_addressee_owns_the_request(turns: Maker) -> None:
    talk = turns(("Mara", "request", "Tom, please review PAY-231 today.", "today"))
    [action] = actions(talk, people("Mara", "Tom Reed"))
    assert (action.owner, action.due_at) == ("Tom Reed", "2026-03-04")


def test_a_request_to_everyone_has_no_owner(turns: Maker) -> None:
    [action] = actions(turns(("李倩", "request", "请大家周五前填好问卷。", "周五前")), people("李倩", "王磊"))
    assert (action.owner, action.due) == (None, "周五前")


@pytest.mark.parametrize(
    "rows",
    [
        (("Mara", "request", "Could someone look at the flaky test?"),),
        (("Mara", "request", "Tom, can you take the demo?"), ("Tom", "objection", "Sorry, I can't this week.")),
        (("Mara", "request", "Tom, can you merge it?"), ("Tom", "status", "Merged, done.")),
        (("Mara", "request", "Tom, send me the file?"), ("Mara", "information", "Never mind, found it.")),
    ],
)
def test_what_nobody_took_refused_or_did_at_once_is_not_listed(
    turns: Maker, rows: tuple[tuple[str, str, str], ...]
) -> None:
    assert actions(turns(*rows), people("Mara", "Tom")) == []


def test_a_renewed_commitment_is_one_action_with_the_latest_due(turns: Maker) -> None:
    talk = turns(
        ("Mara", "commitment", "I'll send the budget deck on Thursday.", "Thursday"),
        ("Mara", "commitment", "I'll send the budget deck on Friday after all.", "Friday"),
    )
    [action] = actions(talk, people("Mara"))
    assert action.due == "Friday"
    assert action.evidence[0].message == "m1"


@pytest.mark.parametrize(
    ("text", "owner"),
    [
        ("倩倩，看下这个", None),
        ("小李看下这个", "李倩"),
        ("@王小磊 看下", "王小磊"),
        ("麻烦小磊看下", "王小磊"),
        ("老王看下", "王小磊"),
    ],
)
def test_chinese_forms_of_address(turns: Maker, text: str, owner: str | None) -> None:
    [turn] = turns(("孙悦", "request", text))
    assert addressees(turn, people("孙悦", "李倩", "王小磊")) == ({owner} if owner else set())


def test_a_question_is_answered_by_the_next_message_that_says_something(turns: Maker) -> None:
    talk = turns(
        ("Mara", "question", "Hi all, is staging back up?"),
        ("Tom", "social", "Morning!"),
        ("Ana", "information", "Not sure, let me check."),
        ("Tom", "status", "It came back ten minutes ago."),
        ("Ana", "question", "谁有报表的权限？"),
    )
    first, last = questions(talk)
    assert (first.text, first.answered_by) == ("is staging back up?", "m3")
    assert last.answered_by is None


def test_a_summary_puts_the_outcome_first_and_open_ends_last(turns: Maker) -> None:
    talk = turns(
        ("Tom", "blocker", "The printer is broken, so the flyers are late."),
        ("Mara", "decision", "We move the fair to Lisbon."),
        ("Tom", "commitment", "I'll call the venue tomorrow.", "tomorrow"),
        ("Mara", "question", "Who orders the badges?"),
    )
    found = digest(talk)
    assert found.language == "en"
    assert found.summary[0].text == "We move the fair to Lisbon."
    assert found.summary[-1].text == "Mara: Who orders the badges?"
    for sentence in found.summary:
        for item in sentence.evidence:
            turn = next(turn for turn in talk if turn.id == item.message)
            assert turn.text[item.start : item.end]


@pytest.mark.parametrize(("language", "word"), [("en", "word "), ("zh", "字")])
def test_a_summary_keeps_to_its_limit(turns: Maker, language: str, word: str) -> None:
    talk = turns(*[("A" if language == "en" else "甲", "decision", f"{place} {word * 50}") for place in range(6)])
    text = " ".join(sentence.text for sentence in digest(talk).summary)
    assert 0 < size(text, language) <= LIMITS[language]


def test_one_endless_sentence_is_shortened(turns: Maker) -> None:
    [sentence] = digest(turns(("甲", "decision", "很" * 500))).summary
    assert size(sentence.text, "zh") == LIMITS["zh"]
    assert shorten("a b c d", 2, "en") == "a b…"


def test_small_talk_still_has_a_summary_and_nothing_has_none(turns: Maker) -> None:
    assert digest(turns(("Mara", "social", "Happy birthday!"))).summary
    assert digest([]).summary == ()


def test_tidy_drops_greetings_but_not_content() -> None:
    assert tidy("Hi all, the build is red") == "the build is red"
    assert tidy("好的，我今晚发") == "我今晚发"
    assert tidy("Thanks!") == "Thanks!"
    assert tidy("@Rui Salgueiro please write it down") == "@Rui Salgueiro please write it down"


def test_overlap_of_words_and_characters() -> None:
    assert overlap("the budget deck", "budget decks for Q3") == 1.0
    assert overlap("季度预算表", "预算表") == 1.0
    assert overlap("a", "b") == 0.0
