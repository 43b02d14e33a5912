"""Greetings and farewells: whole sentences of a mail that carry no tag and no work."""

from dataclasses import replace

import pytest

from plait_inference.conversation import Participant, Turn
from plait_inference.reading import Scored
from plait_inference.wording import is_formula
from tests.unit.inference.conftest import TurnMaker, spoken_actions


@pytest.mark.parametrize(
    "sentence",
    ["Dear Marta,", "Hi, all", "Hi Marta and Tom", "Good morning everyone!", "Best wishes --", "Kind regards, Tomas",
     "Many thanks!", "Cheers", "洪工，您好：", "各位好", "尊敬的陈女士：", "此致", "祝商祺！", "谢谢各位。", "感谢！"],
)  # fmt: skip
def test_a_formula_says_nothing(sentence: str) -> None:
    assert is_formula(sentence)


@pytest.mark.parametrize(
    "sentence",
    ["Dear me, the valve is leaking again", "Thanks for the draft. Please send the final one.",
     "Hi Marta: the valve is leaking", "Thank you for waiting: the report is at noon",
     "Thanks, I'll send it on Friday",
     "谢谢，周五前我把合同寄给您。", "洪工，您好，请把图纸发我。", "祝贺你们通过验收，下一步请开票。"],
)  # fmt: skip
def test_what_says_something_beside_it_is_none(sentence: str) -> None:
    assert not is_formula(sentence)


def _pointed(turn: Turn, words: str) -> Turn:
    """The same message, whose intents the model believes to stand in those words."""
    start = turn.text.index(words)
    intents = tuple(Scored(one.label, one.score, start, start + len(words)) for one in turn.reading.intents)
    return replace(turn, reading=replace(turn.reading, intents=intents))


def test_a_tag_never_rests_on_a_formula_where_something_is_said(turns: TurnMaker) -> None:
    [turn] = turns(("Ana", "information", "Dear Marta,\nThe crane is booked for Thursday.\nBest wishes"))
    start, end = _pointed(turn, "Best wishes").span_of("information")
    assert turn.text[start:end] == "The crane is booked for Thursday."
    [alone] = turns(("Ana", "social", "Best wishes"))
    assert alone.span_of("social") == (0, len("Best wishes"))


def test_a_greeting_names_who_gets_the_work_but_is_not_the_work(turns: TurnMaker) -> None:
    talk = turns(("林珂", "request", "洪工，您好：\n请书面说明延期的原因。"))
    [action] = spoken_actions(talk, [Participant("洪涛", "洪涛"), Participant("林珂", "林珂")])
    assert (action.owner, action.what) == ("洪涛", "请书面说明延期的原因。")
