"""Who is bound by what was said: requests that someone takes, and people who share a name."""

from collections.abc import Callable

import pytest

from plait_inference.addressing import called
from plait_inference.conversation import Participant, Turn
from plait_inference.items import decisions, questions
from plait_inference.summarise import digest
from tests.unit.inference.conftest import binds, spoken_actions

Maker = Callable[..., list[Turn]]
HILL, REED = Participant("u1", "Sam"), Participant("u2", "Sam")
MARA, TOM = Participant("Mara", "Mara"), Participant("Tom", "Tom")


def test_an_agreement_takes_the_request_that_it_answers(turns: Maker) -> None:
    talk = turns(("Mara", "request", "Could someone look at the flaky test?"), ("Tom", "agreement", "Sure."))
    [action] = spoken_actions(talk, [MARA, TOM])
    assert (action.what, action.owner) == ("Could someone look at the flaky test?", "Tom")
    assert [item.message for item in action.evidence] == ["m1", "m0"]


def test_an_agreement_to_something_said_later_takes_nothing(turns: Maker) -> None:
    talk = turns(
        ("Mara", "request", "Could someone look at the flaky test?"),
        ("Ana", "proposal", "Shall we have lunch?"),
        ("Tom", "agreement", "Sure."),
    )
    assert spoken_actions(talk, [MARA, TOM]) == []


def test_what_was_withdrawn_is_not_taken_any_more(turns: Maker) -> None:
    talk = turns(
        ("Mara", "request", "Could someone look at the flaky test?"),
        ("Mara", "information", "Never mind, it is green."),
        ("Tom", "agreement", "Sure."),
    )
    assert spoken_actions(talk, [MARA, TOM]) == []


@pytest.mark.parametrize(
    ("promise", "found"),
    [
        ("I'll look at the flaky test after lunch.", [("Could someone look at the flaky test?", "Tom")]),
        ("I'll send the numbers to the bank.", [("I'll send the numbers to the bank.", "Tom")]),
    ],
)
def test_a_promise_takes_the_request_only_when_it_is_about_it(
    turns: Maker, promise: str, found: list[tuple[str, str]]
) -> None:
    talk = turns(("Mara", "request", "Could someone look at the flaky test?"), ("Tom", "commitment", promise))
    assert [(action.what, action.owner) for action in spoken_actions(talk, [MARA, TOM])] == found


def test_namesakes_have_their_own_actions(turns: Maker) -> None:
    talk = turns(
        ("u1=Sam", "commitment", "I'll send the budget deck."),
        ("u2=Sam", "commitment", "I'll send the budget deck to legal too."),
    )
    assert [action.owner for action in digest(talk).actions] == ["u1", "u2"]


def test_a_namesake_is_another_person_who_can_agree_answer_and_take(turns: Maker) -> None:
    agreed = turns(("u1=Sam", "proposal", "Let's ship on Thursday."), ("u2=Sam", "agreement", "Works for me."))
    assert [item.text for item in decisions(agreed, binds(agreed, "m0"))] == ["Let's ship on Thursday."]
    asked = turns(("u1=Sam", "question", "Is staging up?"), ("u2=Sam", "status", "It is back."))
    assert [item.answered_by for item in questions(asked)] == ["m1"]
    taken = turns(("u1=Sam", "request", "Could someone look at the test?"), ("u2=Sam", "agreement", "Sure."))
    assert [action.owner for action in spoken_actions(taken, [HILL, REED])] == ["u2"]


def test_only_the_one_who_asked_can_withdraw(turns: Maker) -> None:
    talk = turns(("u1=Sam", "request", "Tom, send me the file?"), ("u2=Sam", "information", "Never mind the rain."))
    assert [action.owner for action in spoken_actions(talk, [HILL, REED, TOM])] == ["Tom"]


def test_a_name_that_two_share_binds_somebody_without_saying_whom(turns: Maker) -> None:
    [action] = spoken_actions(turns(("Mara", "request", "Sam, please review PAY-231.")), [MARA, HILL, REED])
    assert (action.what, action.owner) == ("Sam, please review PAY-231.", None)


def test_a_name_that_two_share_may_mean_either() -> None:
    found = called("Sam, please review it.", [TOM, HILL, REED])
    assert found is not None
    assert found.ids == {"u1", "u2"}


@pytest.mark.parametrize(
    ("author", "text", "owners"),
    [
        ("u1=Sam Hill", "Sam, please review it.", ["u2"]),
        ("Mara", "Sam Reed, please review it.", ["u2"]),
        ("Mara", "Sam, please review it.", [None]),
        ("Mara", "Tom, please review it with Sam.", ["Tom"]),
        ("Mara", "Samuel, please review it.", ["u3"]),
        ("Mara", "小李看下这个", [None]),
        ("Mara", "李倩看下这个", ["u4"]),
        ("Mara", "Please review it.", []),
    ],
)
def test_the_first_and_longest_name_says_whose_work_it_is(
    turns: Maker, author: str, text: str, owners: list[str | None]
) -> None:
    named = {"u1": "Sam Hill", "u2": "Sam Reed", "u3": "Samuel", "u4": "李倩", "u5": "李明", "nameless": ""}
    talk, everyone = turns((author, "request", text)), [TOM, *(Participant(*item) for item in named.items())]
    assert [action.owner for action in spoken_actions(talk, everyone)] == owners
