"""From windows back to whole texts: probabilities, evidence and entities. No torch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plait_inference.labels import INTENTS
from plait_inference.models.tokens import Tokens, Window
from plait_inference.sentences import sentence_spans
from plait_inference.wording import is_formula

Floats = NDArray[np.float32]
ALWAYS_INSIDE: Final = 0.02
"""Softens the weight of a token at a window's edge, so that an average is always defined."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What the network said of one window, without prefix, specials and padding.

    ``intents [12]`` probabilities; ``tokens [n, 19]`` log-probabilities; ``singles[task]``
    probabilities; ``support [n, 16]``; ``pooled [hidden]`` of the whole window, for the embedding.
    """

    window: Window
    intents: Floats
    tokens: Floats
    singles: dict[str, Floats]
    support: Floats
    pooled: Floats


def merge_intents(pieces: Sequence[Piece]) -> Floats:
    """The highest probability over the windows, ``[12]``."""
    if len(pieces) == 1:
        return pieces[0].intents
    return np.asarray(np.max([piece.intents for piece in pieces], axis=0))


def merge_singles(pieces: Sequence[Piece], task: str) -> Floats:
    """Mean of the windows' probabilities, weighted by their tokens."""
    if len(pieces) == 1:
        return pieces[0].singles[task]
    weights = [max(piece.window.stop - piece.window.start, 1) for piece in pieces]
    return np.asarray(np.average([piece.singles[task] for piece in pieces], axis=0, weights=weights))


def merge_embedding(pieces: Sequence[Piece]) -> tuple[float, ...]:
    """Token-weighted mean of the windows' means, scaled to length 1."""
    weights = [max(piece.window.stop - piece.window.start, 1) for piece in pieces]
    mean = np.average(np.stack([piece.pooled for piece in pieces]).astype(np.float64), axis=0, weights=weights)
    unit = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return tuple(np.round(unit, 6).tolist())


def merge_tokens(pieces: Sequence[Piece], count: int) -> Floats:
    """Log-probabilities ``[count, 19]``; where windows overlap, the inner token counts more."""
    if len(pieces) == 1:
        return pieces[0].tokens
    total = np.zeros((count, pieces[0].tokens.shape[1]), dtype=np.float32)
    weight = np.zeros((count, 1), dtype=np.float32)
    for piece in pieces:
        size = piece.window.stop - piece.window.start
        steps = np.arange(size)
        inner = np.minimum(steps, size - 1 - steps)[:, None] / max(size, 1) + ALWAYS_INSIDE
        total[piece.window.start : piece.window.stop] += piece.tokens * inner
        weight[piece.window.start : piece.window.stop] += inner
    return np.asarray(total / weight, dtype=np.float32)


class Evidence:
    """The sentence that a tag rests on, no formula where something is said beside it.

    What is the same for all tags of a text is worked out once.
    """

    def __init__(self, text: str, tokens: Tokens, pieces: Sequence[Piece]) -> None:
        sentences = sentence_spans(text) or [(0, len(text))]
        self._sentences = [one for one in sentences if not is_formula(text[slice(*one)])] or sentences
        self._spans, self._pieces = tokens.spans, pieces
        self._places: dict[int, tuple[list[tuple[int, int]], NDArray[np.bool_]]] = {}

    def of(self, query: int, loud: Callable[[Piece], float]) -> tuple[int, int]:
        """The sentence that adds most to tag ``query``, in the window whose ``loud`` is highest."""
        if len(self._sentences) == 1:
            return self._sentences[0]
        piece = max(self._pieces, key=loud)
        sentences, inside = self._within(piece.window.start, piece.window.stop)
        return sentences[int(np.argmax(inside @ piece.support[:, query]))]

    def _within(self, first: int, last: int) -> tuple[list[tuple[int, int]], NDArray[np.bool_]]:
        """The sentences that tokens ``[first, last)`` reach into, and which of these tokens each has."""
        if first not in self._places:
            spans = np.asarray(self._spans[first:last]).reshape(-1, 2)
            low, high = (spans[0, 0], spans[-1, 1]) if len(spans) else (0, 0)
            near = [one for one in self._sentences if one[0] < high and low < one[1]] or self._sentences[:1]
            bounds = np.asarray(near)
            self._places[first] = near, (bounds[:, :1] < spans[:, 1]) & (spans[:, 0] < bounds[:, 1:])
        return self._places[first]


def best_intents(probabilities: Floats, thresholds: dict[str, float]) -> list[int]:
    """Indices above their thresholds, best first; the closest one when none is above."""
    limits = np.asarray([thresholds[label] for label in INTENTS])
    chosen = [int(index) for index in np.flatnonzero(probabilities >= limits)]
    if not chosen:
        chosen = [int(np.argmax(probabilities / np.maximum(limits, 1e-6)))]
    return sorted(chosen, key=lambda index: -float(probabilities[index]))
