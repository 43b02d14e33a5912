"""Token tags to entity spans and back. Pure: numpy and text only."""

import re
from bisect import bisect, insort
from collections.abc import Sequence
from functools import cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plait_inference.labels import BIO, ENTITIES
from plait_inference.language import is_han
from plait_inference.reading import EntitySpan

Floats = NDArray[np.float32]
TokenSpans = Sequence[tuple[int, int]]
OUTSIDE: Final = 0
TIME_TAG: Final = BIO.index("B-TIME")
FORBIDDEN: Final = np.float32(-1e9)
EDGE: Final = " \t\r\n\u3000\u00a0.,;:!?、，。；：！？…~～'\"“”‘’`*_@#<>《》「」【】|/\\-–—"
PAIRS: Final = {")": "(", "]": "[", "）": "（"}
CLOCK: Final = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)
CLOCK_REACH: Final = 5
"""Characters that `CLOCK` looks at: the four of its own and the one before."""
ARTICLES: Final = ("the ", "a ", "an ")


def transitions() -> Floats:
    """``[19, 19]`` from row to column: 0 where BIO allows it, else a large negative value."""
    table = np.zeros((len(BIO), len(BIO)), dtype=np.float32)
    for column, tag in enumerate(BIO):
        if tag.startswith("I-"):
            table[:, column] = FORBIDDEN
            table[[column - 1, column], column] = 0.0
    return table


TRANSITIONS: Final = transitions()


def viterbi(log_probs: Floats) -> list[int]:
    """The best allowed tag sequence for ``log_probs [seq, 19]``."""
    if not len(log_probs):
        return []
    likeliest = log_probs.argmax(axis=1)
    if not TRANSITIONS[np.append(OUTSIDE, likeliest[:-1]), likeliest].any():
        return [int(tag) for tag in likeliest]  # nothing is likelier than each step's likeliest, where BIO allows it
    best = log_probs[0].copy()
    best[2::2] = FORBIDDEN  # a text does not start inside an entity
    back = np.zeros(log_probs.shape, dtype=np.int64)
    for step in range(1, len(log_probs)):
        paths = best[:, None] + TRANSITIONS
        back[step] = paths.argmax(axis=0)
        best = paths.max(axis=0) + log_probs[step]
    tags = [int(best.argmax())]
    for step in range(len(log_probs) - 1, 0, -1):
        tags.append(int(back[step, tags[-1]]))
    return tags[::-1]


def decode(text: str, spans: TokenSpans, log_probs: Floats) -> tuple[EntitySpan, ...]:
    """Entities of a text: Viterbi, whole words, trimmed edges, no overlap, in order.

    A span's score is the geometric mean of its tokens' tag probabilities.
    """
    tags = viterbi(log_probs)
    words, trimmed = Words(text), cache(partial(trim, text))
    found: list[EntitySpan] = []
    for first, last in _joined_times(text, spans, _runs(tags), tags):
        steps = range(first, last)
        score = float(np.exp(np.mean([log_probs[step, tags[step]] for step in steps])))
        start, end = trimmed(*words.widen(spans[first][0], spans[last - 1][1]))
        if start < end:
            label = ENTITIES[(tags[first] - 1) // 2]
            found.append(EntitySpan(label, round(score, 4), start, end))
    return without_overlaps(found)


def encode(spans: TokenSpans, entities: Sequence[tuple[int, int, str]], text: str) -> list[int]:
    """The tag of each token: it takes the entity that covers most of its visible letters."""
    tags = [OUTSIDE] * len(spans)
    for start, end, label in sorted(entities):
        inside = False
        for index, (token_start, token_end) in enumerate(spans):
            size = len(text[token_start:token_end].strip())
            shared = len(text[max(start, token_start) : min(end, token_end)].strip())
            most = 2 * shared >= size if size else start < token_start and token_end < end
            if most and tags[index] == OUTSIDE:
                tags[index] = 1 + 2 * ENTITIES.index(label) + int(inside)
                inside = True
    return tags


class Words:
    """The words of a text, where its script has them (not between Han characters).

    The one last seen is remembered: a word of many tokens is walked once, not once a token.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen = (0, 0)

    def widen(self, start: int, end: int) -> tuple[int, int]:
        """Grow a span to whole words."""
        return self._around(start)[0], self._around(end)[1]

    def _around(self, place: int) -> tuple[int, int]:
        text, (start, end) = self._text, self._seen
        if not start < place < end:
            start = end = place
            while 0 < start < len(text) and _joined(text[start - 1], text[start]):
                start -= 1
            while 0 < end < len(text) and _joined(text[end - 1], text[end]):
                end += 1
            self._seen = start, end
        return start, end


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop spaces, punctuation and articles at the edges; balanced brackets stay."""
    while start < end and text[start] in EDGE:
        start += 1
    if 0 < start < end and text[start - 1] in "#!" and text[start].isdigit():
        start -= 1  # a ticket or merge request: #874, !2047
    shown = text[start:end].lower() if start == 0 else text[start:end]
    start += next((len(word) for word in ARTICLES if shown.startswith(word)), 0)
    while start < end and not CLOCK.search(text[max(start, end - CLOCK_REACH) : end]):
        last = text[end - 1]
        unbalanced = last in PAIRS and PAIRS[last] not in text[start:end]
        if last not in EDGE and not unbalanced and last not in PAIRS.values():
            break
        end -= 1
    if start < end and text[start] in PAIRS.values():
        closing = next(close for close, opening in PAIRS.items() if opening == text[start])
        start += int(closing not in text[start:end])
    return start, end


def without_overlaps(found: Sequence[EntitySpan]) -> tuple[EntitySpan, ...]:
    """Of overlapping spans the better scored one stays; the result is in text order."""
    kept: list[EntitySpan] = []
    for span in sorted(found, key=lambda item: (-item.score, item.start)):
        place = bisect(kept, span.start, key=_start)
        before, after = kept[max(place - 1, 0) : place], kept[place : place + 1]
        if all(span.end <= other.start or other.end <= span.start for other in before + after):
            insort(kept, span, key=_start)
    return tuple(kept)


def _start(span: EntitySpan) -> int:
    return span.start


def _joined(left: str, right: str) -> bool:
    return left.isalnum() and right.isalnum() and not is_han(left) and not is_han(right)


def _joined_times(
    text: str, spans: TokenSpans, runs: list[tuple[int, int]], tags: Sequence[int]
) -> list[tuple[int, int]]:
    """Runs with neighbouring TIME runs made one ("by" + "Friday"): the longest expression is meant."""
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and tags[first] == tags[joined[-1][0]] == TIME_TAG:
            between = text[spans[joined[-1][1] - 1][1] : spans[first][0]]
            if joined[-1][1] == first and not between.strip():
                joined[-1] = (joined[-1][0], last)
                continue
        joined.append((first, last))
    return joined


def _runs(tags: Sequence[int]) -> list[tuple[int, int]]:
    """``[first, last)`` of each entity: a ``B`` (odd tag) with the ``I`` tags that follow."""
    runs: list[tuple[int, int]] = []
    for index, tag in enumerate(tags):
        if tag % 2 == 1:
            runs.append((index, index + 1))
        elif tag != OUTSIDE and runs:
            runs[-1] = (runs[-1][0], index + 1)
    return runs
