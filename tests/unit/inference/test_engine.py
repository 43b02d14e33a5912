"""The engine: answers in order, and only the poisoned item fails."""

from collections.abc import Sequence

import pytest

from plait_inference.batching import BatchBudget
from plait_inference.engine import read_all
from plait_inference.models.protocol import TagModel
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord, Retryable


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


def test_trouble_of_the_model_itself_is_raised() -> None:
    class Away:
        name = "away"
        revision = "0"

        def lengths(self, texts: Sequence[str]) -> list[int]:
            return [1] * len(texts)

        def encode(self, texts: Sequence[str]) -> list[Reading]:
            raise Retryable("the model server is away")

    with pytest.raises(Retryable):
        read_all(Away(), ["one", "two"], BatchBudget())


def test_no_text_no_work(model: TagModel) -> None:
    assert read_all(model, [], BatchBudget()) == []
