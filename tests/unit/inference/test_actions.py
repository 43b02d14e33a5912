"""Who takes which work, as the tags say: small conversations, English and Chinese."""

from collections.abc import Callable

import pytest

from plait_inference.conversation import Participant, Turn
from tests.unit.inference.conftest import spoken_actions

Maker = Callable[..., list[Turn]]


def people(*names: str) -> list[Participant]:
    """Participants whose name is their id, or ``id=name``."""
    parts = [name.rpartition("=") for name in names]
    return [Participant(id_ or name, name) for id_, _, name in parts]


def test_a_commitment_is_an_action_of_its_author(turns: Maker) -> None:
    talk = turns(("Mara", "commitment", "I'll send the deck by Friday.", "by Friday"))
    [action] = spoken_actions(talk, people("Mara", "Tom"))
    assert (action.what, action.owner) == ("I'll send the deck by Friday.", "Mara")
    assert (action.due, action.due_at) == ("by Friday", "2026-03-06")


def test_an_accepted_request_belongs_to_who_accepts_and_keeps_its_wording(turns: Maker) -> None:
    talk = turns(
        ("王磊", "request", "谁能把季度预算表发我一份？"),
        ("李倩", "agreement commitment", "收到，我来，明天给你", "明天"),
    )
    [action] = spoken_actions(talk, people("王磊", "李倩"))
    assert (action.what, action.owner, action.due_at) == ("谁能把季度预算表发我一份？", "李倩", "2026-03-05")
    assert [item.message for item in action.evidence] == ["m1", "m0"]


def test_a_named_addressee_owns_the_request(turns: Maker) -> None:
    talk = turns(("Mara", "request", "Tom, please review PAY-231 today.", "today"))
    [action] = spoken_actions(talk, people("Mara", "Tom Reed"))
    assert (action.owner, action.due_at) == ("Tom Reed", "2026-03-04")


def test_a_request_to_everyone_has_no_owner(turns: Maker) -> None:
    [action] = spoken_actions(turns(("李倩", "request", "请大家周五前填好问卷。", "周五前")), people("李倩", "王磊"))
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
    assert spoken_actions(turns(*rows), people("Mara", "Tom")) == []


def test_a_renewed_commitment_is_one_action_with_the_latest_due(turns: Maker) -> None:
    talk = turns(
        ("Mara", "commitment", "I'll send the budget deck on Thursday.", "Thursday"),
        ("Mara", "commitment", "I'll send the budget deck on Friday after all.", "Friday"),
    )
    [action] = spoken_actions(talk, people("Mara"))
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
    found = spoken_actions(turns(("孙悦", "request", text)), people("孙悦", "李倩", "王小磊"))
    assert [action.owner for action in found] == ([owner] if owner else [])


def test_work_is_due_on_the_day_that_is_appointed_just_before_or_agreed_just_after(turns: Maker) -> None:
    before = turns(
        ("Tom", "schedule", "The lift is inspected on Friday.", "Friday"), ("Mara", "commitment", "I'll wait.")
    )
    after = turns(("李倩", "commitment", "门锁我来换"), ("王磊", "agreement", "同意，周五弄好", "周五"))
    for talk in (before, after):
        [action] = spoken_actions(talk, people("Tom", "Mara", "李倩", "王磊"))
        assert action.due_at == "2026-03-06"


def test_what_is_neither_appointed_beside_it_nor_by_another_is_not_when_work_is_due(turns: Maker) -> None:
    own = turns(
        ("Mara", "schedule", "The lift is inspected on Friday.", "Friday"), ("Mara", "commitment", "I'll wait.")
    )
    fact = turns(("Tom", "information", "They came on Friday.", "Friday"), ("Mara", "commitment", "I'll wait."))
    far = turns(
        ("Tom", "schedule", "The lift is inspected on Friday.", "Friday"),
        ("李倩", "social", "哈哈"),
        ("Mara", "commitment", "I'll wait."),
    )
    for talk in (own, fact, far):
        [action] = spoken_actions(talk, people("Tom", "Mara", "李倩"))
        assert action.due is None


@pytest.mark.parametrize(
    ("promise", "due"),
    [
        ("I'll pay the invoice for the flowers.", None),
        ("I'll mark which lift is inspected first.", "Friday"),
        ("I'll be there to let the technicians in.", "Friday"),
        ("I'll move the boxes out of the hall before that.", "Friday"),
        ("I'll tell Ana that the flowers are late.", None),
    ],
)
def test_a_day_that_is_appointed_beside_it_is_of_work_on_the_same_thing_only(
    turns: Maker, promise: str, due: str | None
) -> None:
    talk = turns(("Tom", "schedule", "The lift is inspected on Friday.", "Friday"), ("Mara", "commitment", promise))
    [action] = spoken_actions(talk, people("Tom", "Mara"))
    assert action.due == due


@pytest.mark.parametrize(("promise", "due"), [("鲜花的发票款我来付一下", None), ("那梯子和工具我来准备一下", "周五")])
def test_a_promise_in_chinese_that_refers_back_is_of_the_appointed_day(
    turns: Maker, promise: str, due: str | None
) -> None:
    talk = turns(("王磊", "schedule", "周五检查电梯", "周五"), ("李倩", "commitment", promise))
    [action] = spoken_actions(talk, people("王磊", "李倩"))
    assert action.due == due
