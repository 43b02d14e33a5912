"""A question with what it asks for, beside the passages that may answer it. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plait_inference.answers.kind import KIND_WORDS, Kind, ids_in, kind_of, names_in
from plait_inference.answers.words import Unit, Words, cover, lowered, units_of, weights_of, words_of
from plait_inference.reading import Reading

FADING: Final = 0.9
"""What a word counts that stands one passage further back."""
REACH: Final = 3
"""A short answer stands at most so many passages behind its question."""
KIND_WORD: Final = 0.3
NAMED: Final = frozenset({"PERSON", "ORG", "CLIENT", "PROJECT", "PLACE"})
Readings = Mapping[str, Reading]


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that an answer may rest on; ``time`` and ``author`` may be unknown."""

    id: str
    text: str
    author: str = ""
    time: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A question with what it asks for, and the passages in order of time.

    ``names``: what must occur near the answer; ``ids``: those of them that must occur at all.
    """

    question: str
    kind: Kind
    units: list[Unit]
    weights: list[float]
    names: frozenset[str]
    ids: frozenset[str]
    passages: Sequence[Passage]
    words: list[Words]
    readings: Readings

    @property
    def vector(self) -> tuple[float, ...]:
        """The question's embedding."""
        return self.readings[self.question].embedding

    def context(self, place: int) -> Reading:
        """The reading of a passage with the one before it."""
        own = self.passages[place].text
        return self.readings.get(in_context(self.passages, place), self.readings[own])

    def covered(self, *places: int) -> float:
        """The share of the question's words that these passages have together."""
        return cover(self.units, self.weights, *(self.words[place] for place in places))

    def before(self, place: int) -> float:
        """The same for a passage and the two before it."""
        return self.covered(*range(max(place - 2, 0), place + 1))

    def trail(self, place: int) -> float:
        """The same for a passage and all before it, less with the distance."""
        total = sum(self.weights)
        back = self.words[: place + 1][::-1]
        hits = (
            weight * max(words.has(unit) * FADING**far for far, words in enumerate(back))
            for unit, weight in zip(self.units, self.weights, strict=True)
        )
        return sum(hits) / total if total else 0.0

    def named(self, start: int, end: int) -> float:
        """The share of ``names`` that occur in the passages from ``start`` to ``end``."""
        return _share(self.names, self._text(start, end))

    def names_occur(self) -> bool:
        """Whether every id, number and Latin name of the question occurs in some passage."""
        return _share(self.ids, self._text(0, len(self.passages))) == 1.0

    def unknown(self) -> float:
        """The share of the question's words that no passage has, each counting the same."""
        missing = [max(words.has(unit) for words in self.words) == 0 for unit in self.units]
        return sum(missing) / len(missing) if missing else 1.0

    def _text(self, start: int, end: int) -> str:
        return " ".join(f"{passage.author} {passage.text}" for passage in self.passages[start:end]).lower()


def in_context(passages: Sequence[Passage], place: int) -> str:
    """A passage behind the one before it: a short reply alone says little."""
    return " ".join(passage.text for passage in passages[max(place - 1, 0) : place + 1])


def subject_of(question: str, passages: Sequence[Passage], readings: Readings) -> Subject:
    """The question, prepared. Passages come in order of time."""
    reading = readings[question]
    surfaces = tuple(question[span.start : span.end] for span in reading.entities if span.label in NAMED)
    units = units_of(question)
    words = [words_of(f"{passage.author} {passage.text}") for passage in passages]
    weights = lowered(units, weights_of(units, words), KIND_WORDS, KIND_WORD)
    names = names_in(question, surfaces)
    return Subject(question, kind_of(question), units, weights, names, ids_in(question), passages, words, readings)


def _share(names: frozenset[str], text: str) -> float:
    return sum(name in text for name in names) / len(names) if names else 1.0
