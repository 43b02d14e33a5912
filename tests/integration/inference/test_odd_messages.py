"""Messages as nobody writes them: each has a reading or an error of its own, and its neighbours stay as they are."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from plait_inference.batching import BatchBudget
from plait_inference.labels import SINGLE
from plait_inference.models.tagger import MAX_RUN_TOKENS, Tagger, load_tagger
from plait_inference.passes import Outcome, Passes
from plait_inference.reading import Reading, Scored
from plait_shared.errors import BadRecord

pytestmark = [pytest.mark.model, pytest.mark.integration]
BUDGET = BatchBudget(max_tokens=512)
TOLERANCE = 2e-4
"""Scores have four digits: a sum in another order may move the last one by one, each way."""
PLAIN = ["can you fix the bug ?", "I will send the deck .", "fix the bug . I will send the deck . done ?"]
ODD = {
    "emoji": "👍🏽🎉👩‍👩‍👧‍👦🇵🇹",
    "mixed scripts": "Send the отчёт to 李倩 by الجمعة , はい ? fix the bug",
    "right to left": "هل يمكنك إصلاح bug اليوم ؟ תודה, I will send the deck",
    "null bytes": "fix\x00the bug\x00\x00 ?",
    "zero width": "\u200b\u200c\u200d\u2060\ufeff",
    "zero width inside": "fix\u200b the\ufeff bug ?",
    "one long word": "a" * 20_000,
    "stacked marks": "e" + "\u0301" * 5000,
    "line breaks": "\n" * 5000 + "fix the bug" + "\r\n" * 5000,
    "not normal": "ﷺ ﬁx the bug ½ ①",
}
UNREADABLE = {
    "blank": "",
    "white space": " \n\t\u3000\u2003\u00a0",
    "lone surrogate": "fix the bug \ud83d ?",
}


@pytest.fixture(scope="module", autouse=True)
def one_thread(two_threads: None) -> None:
    """Threads cost more than they give in a model so small; `two_threads` puts back what was before."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def tagger(tiny_models: Path) -> Tagger:
    return load_tagger(tiny_models / "good", precision="float32")


@pytest.fixture(scope="module")
def together(tagger: Tagger) -> dict[str, Outcome]:
    """What comes of all of them, read at once among plain ones."""
    texts = [*PLAIN, *ODD.values(), *UNREADABLE.values(), *PLAIN]
    return dict(zip(texts, Passes(BUDGET).read(tagger, texts), strict=True))


def numbers(reading: Reading) -> Iterator[float]:
    """Everything in a reading that rounding may move."""
    for scored in (*reading.intents, *reading.entities, *(getattr(reading, task) for task in SINGLE)):
        yield scored.score
    yield from reading.topics
    yield from reading.embedding


def words(reading: Reading) -> list[object]:
    """Everything in a reading that it may not."""
    tags = [*reading.intents, *reading.entities, *(getattr(reading, task) for task in SINGLE)]
    return [reading.language, *((tag.label, tag.start, tag.end) for tag in tags)]


def check_spans(text: str, reading: Reading) -> None:
    singles: list[Scored] = [getattr(reading, task) for task in SINGLE]
    for tag in (*reading.intents, *singles):
        assert 0 <= tag.start < tag.end <= len(text)
    for entity in reading.entities:
        assert 0 <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end].strip()
    assert all(left.end <= right.start for left, right in pairwise(reading.entities))


def check_alone(tagger: Tagger, text: str, found: Outcome) -> None:
    """What was found is what the text gives alone, but for rounding."""
    [alone] = tagger.encode([text])
    assert isinstance(found, Reading)
    assert words(alone) == words(found)
    assert np.allclose(list(numbers(alone)), list(numbers(found)), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("text", [*ODD.values(), *PLAIN], ids=[*ODD, *PLAIN])
def test_it_is_read_as_if_it_were_alone(tagger: Tagger, together: dict[str, Outcome], text: str) -> None:
    found = together[text]
    assert isinstance(found, Reading)
    check_spans(text, found)
    check_alone(tagger, text, found)
    assert np.isfinite(list(numbers(found))).all()


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_it_is_a_bad_record_with_a_cause(together: dict[str, Outcome], text: str) -> None:
    found = together[text]
    assert isinstance(found, BadRecord)
    assert str(found)


def test_what_the_plain_ones_say_is_what_they_are_known_for(together: dict[str, Outcome]) -> None:
    asked, promised = (together[text] for text in PLAIN[:2])
    assert isinstance(asked, Reading)
    assert isinstance(promised, Reading)
    assert (asked.has("request"), promised.has("commitment")) == (True, True)
    assert [PLAIN[0][entity.start : entity.end] for entity in asked.entities] == ["bug"]


def test_a_megabyte_is_read_to_its_end_in_bounded_passes(tagger: Tagger, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    run = tagger.engine.run

    def counting(input_ids: Any, mask: Any) -> Any:
        sizes.append(input_ids.numel())
        return run(input_ids, mask)

    monkeypatch.setattr(tagger.engine, "run", counting)
    sentence = "can you fix the bug ? "
    text = sentence * (2**20 // len(sentence))
    before, found, after = Passes(BUDGET).read(tagger, [PLAIN[0], text, PLAIN[1]])
    assert isinstance(found, Reading)
    check_spans(text, found)
    assert found.has("request")
    assert {text[entity.start : entity.end] for entity in found.entities} <= set(sentence.split())
    assert found.entities[-1].end > len(text) - 40 * len(sentence)
    assert max(sizes) <= MAX_RUN_TOKENS
    check_alone(tagger, PLAIN[0], before)
    check_alone(tagger, PLAIN[1], after)
