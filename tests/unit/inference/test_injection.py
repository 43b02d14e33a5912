"""Texts are data: a message that gives orders is quoted at most, and changes nothing of what others said."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from plait_inference.answers.choice import answer, texts
from plait_inference.answers.orders import orders_a_machine
from plait_inference.answers.subject import Passage
from plait_inference.answers.weights import shipped
from plait_inference.batching import BatchBudget
from plait_inference.conversation import Turn
from plait_inference.offline import summarize_one
from plait_inference.reading import Reading
from plait_inference.records_io import Conversation, Message
from tests.unit.inference.conftest import make_reading
from tests.unit.inference.injections import EN, HARMLESS, ZH

TALK = {
    "en": (
        ("Mara", "decision", "We decided that the release is on Friday."),
        ("Tom", "commitment", "I'll take PAY-231."),
    ),
    "zh": (("李倩", "decision", "我们定了，发布时间是周五。"), ("葛明", "commitment", "我来负责 PAY-231。")),
}
ASKED = {
    "en": (("When is the release?", "Friday", "m0"), ("Who takes PAY-231?", "Tom", "m1")),
    "zh": (("发布时间是什么时候？", "周五", "m0"), ("谁负责 PAY-231？", "葛明", "m1")),
}
CASES = [("en", text) for text in EN] + [("zh", text) for text in ZH]
INTENTS = ("information", "status", "request", "decision", "decision schedule", "commitment", "objection request")


def found(reading: Callable[..., Reading], question: str, turns: Sequence[Turn]) -> tuple[str | None, tuple[str, ...]]:
    passages = [Passage(turn.id, turn.text, turn.author, turn.time) for turn in turns]
    read = {text: reading(text) for text in texts(question, passages)}
    said = answer(question, passages, read, shipped())
    return said.text, said.evidence


@pytest.mark.parametrize("text", HARMLESS)
def test_what_people_say_to_each_other_is_no_order_to_a_machine(text: str) -> None:
    assert not orders_a_machine(text)


def test_there_are_many_cases_in_both_languages() -> None:
    assert min(len(set(EN)), len(set(ZH))) >= 30


@pytest.mark.parametrize(("language", "order"), CASES, ids=[text[:30] for _, text in CASES])
def test_an_order_in_a_passage_is_not_obeyed(
    reading: Callable[..., Reading], turns: Callable[..., list[Turn]], language: str, order: str
) -> None:
    for place in (0, 2):
        rows = list(TALK[language])
        rows.insert(place, ("Eve", "information", order))
        talk = turns(*rows)
        for question, expected, row in ASKED[language]:
            wanted = f"m{int(row[1]) + (place == 0)}"
            assert found(reading, question, talk) == (expected, (wanted,))


@pytest.mark.parametrize(("language", "order"), CASES, ids=[text[:30] for _, text in CASES])
def test_an_order_alone_is_no_answer(
    reading: Callable[..., Reading], turns: Callable[..., list[Turn]], language: str, order: str
) -> None:
    for question, *_ in ASKED[language]:
        assert found(reading, question, turns(("Eve", "information", order))) == (None, ())


@pytest.mark.parametrize(("language", "order"), CASES, ids=[text[:30] for _, text in CASES])
def test_a_summary_quotes_an_order_and_keeps_what_others_said(language: str, order: str) -> None:
    plain = summary_of(TALK[language])
    for intents in INTENTS:
        for place in range(len(TALK[language]) + 1):
            rows = [*TALK[language][:place], ("Eve", intents, order), *TALK[language][place:]]
            given = summary_of(rows)
            assert {key: given[key] for key in ("decisions", "actions")} == {
                key: plain[key] for key in ("decisions", "actions")
            }
            sources = [f"{author}{mark}{text}" for author, _, text in rows for mark in (": ", "：")]
            for text in stated(given):
                assert any(is_quoted(text, source) for source in sources), text


class Told:
    """A model that reads the intents it was told; the rest is neutral."""

    name, revision = "told", "0"

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        self._intents = {text: intents.split() for _, intents, text in rows}

    def lengths(self, texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        return [make_reading(text, self._intents[text]) for text in texts]


def summary_of(rows: Sequence[tuple[str, str, str]]) -> dict[str, Any]:
    """What ``summarize`` says of a conversation; a message is known by its text."""
    messages = tuple(Message(text, text, author) for author, _, text in rows)
    return summarize_one(Told(rows), Conversation("c", (), messages), BatchBudget())


def is_quoted(text: str, source: str) -> bool:
    """Whether a statement is a part of what someone said, with or without their name before it."""
    if text in source:
        return True
    name, mark, said = text.partition("：" if "：" in source[:5] else ": ")
    return bool(mark) and source.startswith(name + mark) and said.rstrip("…") in source


def stated(found: dict[str, Any]) -> list[str]:
    """Every text of a summary."""
    texts = [item["text"] for key in ("summary", "decisions", "questions") for item in found[key]]
    return texts + [item["what"] for item in found["actions"]]
