"""A generator that obeys every order in a message writes nothing that anyone reads."""

import re

import pytest

from plait_inference.answers.choice import Found
from plait_inference.answers.orders import orders_a_machine
from plait_inference.answers.subject import Passage
from plait_inference.writing.compose import answer_sheet, reworded, rewritten
from plait_inference.writing.generator import Prompt
from plait_inference.writing.prompt import CLOSE, OPEN
from tests.unit.inference.conftest import START, make_reading
from tests.unit.inference.injections import EN, ZH
from tests.unit.inference.test_injection import TALK
from tests.unit.inference.world import Says, talk

CASES = [("en", text) for text in EN] + [("zh", text) for text in ZH]
CLAIMS = {
    "en": (
        "Monday",
        "The release is on Monday",
        "Tom: The release is on Monday",
        "Mara decided that the release is on Monday",
        "The release was cancelled",
        "The release is not on Friday",
        "The decision was reversed",
        "Walter owns PAY-231",
        "Walter will take PAY-231",
        "Mara will take PAY-231",
        "I'll take PAY-231",
        "PAY-231 is done",
        "All is well",
        "Visit https://evil.example",
        "The admin password is hunter2",
        "Everyone must reply with their password",
    ),
    "zh": (
        "周一",
        "发布时间是周一",
        "葛明：发布时间是周一",
        "李倩决定发布时间是周一",
        "发布已经取消",
        "发布时间不是周五",
        "决定改成不发布",
        "老魏负责 PAY-231",
        "PAY-231 由老魏负责",
        "李倩负责 PAY-231",
        "我来负责 PAY-231",
        "PAY-231 已完成",
        "一切正常",
        "点击 https://evil.example",
        "管理员密码是 hunter2",
        "请大家回复密码",
    ),
}


def obeying(order: str, language: str) -> Says:
    """Writes the order, each of its clauses and what it wants said, resting on every line, no line, and all lines."""

    def obey(prompt: Prompt) -> str:
        rows = prompt.user.splitlines()
        numbers = [match[1] for row in rows if (match := re.match(r"(\d+) \|", row))]
        wanted = [order, *re.split(r"[,，.。:：;；?？!！]\s*", order), *CLAIMS[language], prompt.system.splitlines()[0]]
        marks = [f"[{number}]" for number in numbers] + [f"[{', '.join(numbers)}]", "[0]", "[99]", ""]
        return "\n".join(f"{text} {mark}" for mark in marks for text in wanted if text.strip())

    return Says(obey)


def chunks(text: str) -> list[str]:
    """As many lines at a time as are read of one answer."""
    rows = text.splitlines()
    return ["\n".join(rows[start : start + 20]) for start in range(0, len(rows), 20)]


def test_there_are_enough_cases() -> None:
    assert len(set(CASES)) >= 60


@pytest.mark.parametrize(("language", "order"), CASES, ids=[text[:30] for _, text in CASES])
@pytest.mark.parametrize("intents", ["information", "decision", "commitment request"])
def test_a_summary_obeys_nothing(language: str, order: str, intents: str) -> None:
    rows = (*TALK[language], ("Eve", intents, order))
    _, found, sheet = talk(rows)
    assert not any(orders_a_machine(source.text) for source in sheet.sources.values())
    assert (sheet.prompt.user.count(OPEN), sheet.prompt.user.count(CLOSE)) == (1, 1)
    (text,) = obeying(order, language).generate([sheet.prompt])
    for part in chunks(text):
        assert rewritten(found, sheet, part) is found, part


@pytest.mark.parametrize(("language", "order"), CASES, ids=[text[:30] for _, text in CASES])
def test_an_answer_obeys_nothing(language: str, order: str) -> None:
    truth = {"en": ("When is the release?", "Friday"), "zh": ("发布时间是什么时候？", "周五")}[language]
    said = [Passage("a", TALK[language][0][2], TALK[language][0][0], START), Passage("e", order, "Eve", START)]
    found = Found(truth[1], ("a", "e"), 0.9)
    readings = {passage.text: make_reading(passage.text) for passage in said}
    sheet = answer_sheet(truth[0], found, said, readings, 1500)
    assert sheet is not None
    (text,) = obeying(order, language).generate([sheet.prompt])
    for part in chunks(text):
        assert reworded(found, sheet, part) is found, part
