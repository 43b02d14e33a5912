"""Passes: answers in order, and only the poisoned item fails."""

import threading
from collections.abc import Sequence
from typing import Any

import pytest

from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.passes import Outcome, Passes, read_all
from plait_inference.reading import Reading
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


def test_threads_take_turns_of_one_pass(model: Any) -> None:
    """While the first pass runs, another thread asks, and waits."""
    passes, spoken, events = Passes(BatchBudget(max_tokens=10)), model.encode, list[str]()
    asking = threading.Thread(target=lambda: events.extend(["asked", *map(type_of, passes.read(model, ["short"]))]))

    def encode(texts: Sequence[str]) -> list[Reading]:
        if not asking.ident:
            asking.start()
            asking.join(0.05)
            assert asking.is_alive()
        events.append(texts[0])
        return list(spoken(texts))

    model.encode = encode
    assert list(map(type_of, passes.read(model, ["ten tokens", "as many :)"]))) == ["Reading", "Reading"]
    asking.join(30)
    assert events[0] == "ten tokens"
    assert {"as many :)", "short", "asked", "Reading"} == set(events[1:])


def type_of(outcome: Outcome) -> str:
    return type(outcome).__name__
