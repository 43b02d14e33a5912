"""Texts to windows and back, without a model."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.labels import BIO, INTENTS, QUERIES, SINGLE
from plait_inference.models.merge import (
    Evidence,
    Piece,
    best_intents,
    merge_embedding,
    merge_intents,
    merge_singles,
    merge_tokens,
)
from plait_inference.models.tokens import OVERLAP, Tokens, Window, cuts, tokenize, windows_of


class Characters:
    """A tokenizer whose pieces are characters; ids are code points, 1 and 2 are the marks."""

    def __call__(self, text: str | list[str], *, add_special_tokens: bool, **_: bool) -> dict[str, list[object]]:
        texts = [text] if isinstance(text, str) else text
        ids = [[ord(char) for char in one] for one in texts]
        rows = [[1, *row, 2] if add_special_tokens else row for row in ids]
        spans = [[(place, place + 1) for place in range(len(one))] for one in texts]
        if isinstance(text, str):
            return {"input_ids": [*rows[0]], "offset_mapping": [*spans[0]]}
        return {"input_ids": [*rows], "offset_mapping": [*spans]}


def piece(start: int, stop: int, **given_values: float) -> Piece:
    """A window's output; every token says ``tag`` log-probability, every intent ``intent``."""
    size = stop - start
    return Piece(
        window=Window(0, start, stop, 1, ()),
        intents=np.full(len(INTENTS), given_values.get("intent", 0.5), dtype=np.float32),
        tokens=np.full((size, len(BIO)), given_values.get("tag", -1.0), dtype=np.float32),
        singles={task: np.full(len(labels), 1 / len(labels), dtype=np.float32) for task, labels in SINGLE.items()},
        support=np.full((size, QUERIES), 1 / max(size, 1), dtype=np.float32),
        pooled=np.asarray([given_values.get("x", 1.0), 1.0], dtype=np.float32),
    )


@given(st.integers(0, 3000), st.integers(4, 512))
def test_windows_cover_everything_and_fit(count: int, room: int) -> None:
    ranges = cuts(count, room)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == count
    assert all(stop - start <= room for start, stop in ranges)
    for (_, stop), (start, _) in zip(ranges, ranges[1:], strict=False):  # noqa: RUF007
        assert 0 < stop - start <= OVERLAP or room < 8


def test_a_text_that_fits_is_one_window() -> None:
    assert cuts(100, 100) == [(0, 100)]
    assert cuts(0, 100) == [(0, 0)]


def test_tokens_know_their_place_in_the_text_and_the_prefix_is_apart() -> None:
    [tokens] = tokenize(Characters(), ["周四 ok"])
    assert len(tokens.prefix_ids) == len("query: ")
    assert tokens.spans == ((0, 1), (1, 2), (2, 3), (3, 4), (4, 5))
    [window] = windows_of(Characters(), [tokens], 64)
    assert window.ids == (1, *map(ord, "query: 周四 ok"), 2)
    assert window.lead == 8


def test_every_window_has_marks_and_prefix() -> None:
    items = tokenize(Characters(), ["x" * 100])
    windows = windows_of(Characters(), items, 30)
    assert all(window.ids[0] == 1 and window.ids[-1] == 2 and len(window.ids) <= 30 for window in windows)
    assert len(windows) > 1


def test_windows_merge_to_the_loudest_intent_and_inner_tokens() -> None:
    pieces = [piece(0, 10, intent=0.2, tag=-4.0), piece(6, 16, intent=0.9, tag=-1.0)]
    assert merge_intents(pieces)[0] == pytest.approx(0.9)
    merged = merge_tokens(pieces, 16)
    assert merged[0, 0] == pytest.approx(-4.0)
    assert merged[15, 0] == pytest.approx(-1.0)
    assert merged[7, 0] < merged[9, 0]
    assert merge_singles(pieces, "harm").sum() == pytest.approx(1.0)


def test_the_embedding_has_length_one() -> None:
    vector = merge_embedding([piece(0, 10, x=3.0), piece(10, 12, x=0.0)])
    assert sum(value * value for value in vector) == pytest.approx(1.0, abs=1e-5)


def test_evidence_is_the_sentence_that_adds_most() -> None:
    text = "Hi. Fix it."
    tokens = Tokens((), tuple(range(len(text))), tuple((place, place + 1) for place in range(len(text))))
    found = piece(0, len(text))
    found.support[:, 1] = 0.0
    found.support[5, 1] = 1.0
    assert Evidence(text, tokens, [found]).of(1, lambda piece: float(piece.intents[1])) == (4, 11)
    assert Evidence("one sentence", tokens, [found]).of(1, lambda _: 0.0) == (0, 12)


@pytest.mark.parametrize(("text", "cited"), [("Hi all. Fix it.", (8, 15)), ("Hi all.", (0, 7))])
def test_evidence_is_no_formula_where_something_is_said(text: str, cited: tuple[int, int]) -> None:
    tokens = Tokens((), tuple(range(len(text))), tuple((place, place + 1) for place in range(len(text))))
    found = piece(0, len(text))
    found.support[:7] = 9.0
    assert Evidence(text, tokens, [found]).of(1, lambda _: 0.0) == cited


def test_at_least_one_intent_is_always_said() -> None:
    probabilities = np.full(len(INTENTS), 0.1, dtype=np.float32)
    probabilities[3] = 0.3
    assert best_intents(probabilities, dict.fromkeys(INTENTS, 0.5)) == [3]
    probabilities[[3, 5]] = [0.6, 0.9]
    assert best_intents(probabilities, dict.fromkeys(INTENTS, 0.5)) == [5, 3]
