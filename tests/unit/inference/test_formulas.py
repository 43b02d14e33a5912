"""Greetings and farewells: whole sentences of a mail that carry no tag and no work."""

import pytest

from plait_inference.conversation import Participant
from plait_inference.wording import is_formula
from tests.unit.inference.conftest import TurnMaker, spoken_actions

FORMULAS = (
    *("Dear Marta,", "Hi, all", "Hi Marta and Tom", "Good morning everyone!", "Hello there", "Hi 李工，"),
    *("Best wishes --", "Kind regards, Tomas", "Best,", "Many thanks!", "Thanks for your patience, Ana", "Cheers"),
    *(
        "洪工，您好：",
        "各位好",
        "李老师下午好！",
        "尊敬的陈女士：",
        "此致",
        "祝商祺！",
        "祝您工作顺利",
        "谢谢各位。",
        "感谢！",
    ),
)
CONTENT = (
    *("Dear me, the valve is leaking again", "Hi Marta: the valve is leaking", "Hey fix prod please"),
    *("Hey, can you review?", "Hello server is down!", "Yours failed on staging", "Regards the budget: cut it by half"),
    *("Thanks for the draft. Please send the final one.", "Thank you for waiting: the report is at noon"),
    *("Thanks, I'll send it on Friday", "Thanks I'll send it tomorrow.", "Thank you Tom you own it"),
    *("Wishes from the client: bigger logo", "Best to wait until the audit is over"),
    *("谢谢，周五前我把合同寄给您。", "谢谢我来处理。", "谢谢请明天发我", "辛苦了明天交报告", "感谢王总批准了"),
    *(
        "洪工，您好，请把图纸发我。",
        "祝贺你们通过验收，下一步请开票。",
        "祝先生要退款",
        "改到周五下午好。",
        "那就周五下午好",
    ),
)


@pytest.mark.parametrize("sentence", FORMULAS)
def test_a_formula_says_nothing(sentence: str) -> None:
    assert is_formula(sentence)


@pytest.mark.parametrize("sentence", CONTENT)
def test_what_says_something_beside_it_is_none(sentence: str) -> None:
    assert not is_formula(sentence)


def test_a_greeting_names_who_gets_the_work_but_is_not_the_work(turns: TurnMaker) -> None:
    talk = turns(("林珂", "request", "洪工，您好：\n请书面说明延期的原因。"))
    [action] = spoken_actions(talk, [Participant("洪涛", "洪涛"), Participant("林珂", "林珂")])
    assert (action.owner, action.what) == ("洪涛", "请书面说明延期的原因。")
