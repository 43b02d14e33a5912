"""Passes: answers in order, and only the poisoned item fails."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.passes import Outcome, Passes, read_all
from plait_inference.reading import Reading
from plait_inference.turns import Turns
from plait_shared.errors import BadRecord, Fatal, PlaitError, Retryable


def test_answers_come_in_the_order_of_the_texts(model: TagModel) -> None:
    texts = ["a long text that is first", "short", "another long text, third", "tiny"]
    outcomes = read_all(model, texts, BatchBudget(max_tokens=50))
    assert [item.sentiment.end for item in outcomes if isinstance(item, Reading)] == [len(text) for text in texts]


@pytest.mark.parametrize("bad", ["poison", "untokenisable", "   "])
def test_only_the_poisoned_item_fails(model: TagModel, bad: str) -> None:
    outcomes = read_all(model, ["one", bad, "three"], BatchBudget())
    assert [type(item) for item in outcomes] == [Reading, BadRecord, Reading]


def test_a_sound_batch_is_one_pass(model: TagModel) -> None:
    read_all(model, ["one", "two"], BatchBudget())
    assert getattr(model, "batches") == [["one", "two"]]  # noqa: B009 - the fake's own


@pytest.mark.parametrize("error", [Retryable("no memory now"), Fatal("the device is lost")])
@pytest.mark.parametrize("texts", [["one"], ["one", "two"]])
@pytest.mark.parametrize("while_counting", [True, False])
def test_trouble_of_the_model_itself_is_raised_at_once(
    error: PlaitError, texts: list[str], while_counting: bool
) -> None:
    class Away:
        name = "away"
        revision = "0"
        passes = 0

        def lengths(self, texts: Sequence[str]) -> list[int]:
            if while_counting:
                self.passes += 1
                raise error
            return [1] * len(texts)

        def encode(self, texts: Sequence[str]) -> list[Reading]:
            self.passes += 1
            raise error

    model = Away()
    with pytest.raises(PlaitError) as raised:
        read_all(model, texts, BatchBudget())
    assert raised.value is error
    assert model.passes == 1


def test_no_text_no_work(model: TagModel) -> None:
    assert read_all(model, [], BatchBudget()) == []


def test_threads_take_turns_in_the_order_in_which_they_ask(model: Any) -> None:
    """While the first pass runs another thread asks: it gets the next turns but one, to be counted and to be read."""
    passes, spoken, counted, order = Passes(BatchBudget(max_tokens=10)), model.encode, model.lengths, list[str]()
    asking = threading.Thread(target=passes.read, args=(model, ["short"]))

    def encode(texts: Sequence[str]) -> list[Reading]:
        if not asking.ident:
            asking.start()
            while not passes._turn._waiting:
                threading.Event().wait(0.001)
        order.append(texts[0])
        return list(spoken(texts))

    def lengths(texts: Sequence[str]) -> list[int]:
        order.append(f"tokens of {len(texts)}")
        return list(counted(texts))

    model.encode, model.lengths = encode, lengths
    passes.read(model, ["ten tokens", "as many :)", "and these."])
    asking.join(30)
    assert order[:3] == ["tokens of 3", "ten tokens", "tokens of 1"]
    assert order.index("short") < order.index("and these.")


def test_the_turn_is_given_back_when_a_pass_fails() -> None:
    turns = Turns()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), turns:
            raise ZeroDivisionError


def type_of(outcome: Outcome) -> str:
    return type(outcome).__name__
