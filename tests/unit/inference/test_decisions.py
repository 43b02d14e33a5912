"""What settles something, and what cancels it: small conversations, English and Chinese."""

from collections.abc import Callable

import pytest

from plait_inference.conversation import Turn
from plait_inference.items import decisions
from plait_inference.summarise import digest
from tests.unit.inference.conftest import binds

Maker = Callable[..., list[Turn]]


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
