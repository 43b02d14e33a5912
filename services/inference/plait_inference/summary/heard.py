"""A conversation with what was gathered of it, and the sentences that may enter its summary. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from typing import Final

from plait_inference.answers.orders import orders_a_machine
from plait_inference.binding.choice import Binding
from plait_inference.conversation import Action, Decision, Evidence, Question, Turn
from plait_inference.sentences import sentence_spans
from plait_inference.wording import terms, tidy, words

SHORTEST_SENTENCE: Final = 4.7
"""Words that a sentence takes to say something out of its place, five or eight characters: not "Dear Tom," and "Glad to
hear!"."""
Stated = tuple[Evidence, Decision]
"""A decision with the part of a message whose words it is in."""


class Rank(IntEnum):
    """Where a sentence stands in a summary."""

    OUTCOME = 0
    MIDDLE = 1
    OPEN = 2


@dataclass(frozen=True, slots=True)
class Heard:
    """The messages of a conversation in order, which of them bind, all choices, actions and questions."""

    turns: Sequence[Turn]
    language: str
    bound: Binding
    choices: tuple[Decision, ...]
    actions: tuple[Action, ...]
    questions: tuple[Question, ...]

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """The choices that stand."""
        return tuple(item for item in self.choices if item.reversed_by is None)


@dataclass(frozen=True)
class Sentence:
    """A sentence of message ``place``, its ``order``-th of ``among``; tidied, with what it rests on."""

    place: int
    order: int
    among: int
    span: tuple[int, int]
    text: str
    evidence: tuple[Evidence, ...]
    rank: Rank

    @cached_property
    def terms(self) -> frozenset[str]:
        """What it is about."""
        return terms(self.text)

    @cached_property
    def words(self) -> float:
        """How much it says, whatever is spoken around it."""
        return words(self.text)

    def meets(self, start: int, end: int) -> bool:
        """Whether a span of the same message shares a character with it."""
        return start < self.span[1] and self.span[0] < end


def sentences(heard: Heard) -> list[Sentence]:
    """All that say enough, in order; a decision takes the place of the sentences that state it.

    What gives orders to a machine is left out.
    """
    texts = {turn.id: turn.text for turn in heard.turns}
    stated: dict[str, list[Stated]] = {}
    for decision in heard.decisions:
        where = _place(decision, texts)
        stated.setdefault(where.message, []).append((where, decision))
    asked = {item.evidence[0] for item in heard.questions if item.answered_by is None}
    found: list[Sentence] = []
    for place, turn in enumerate(heard.turns):
        if not orders_a_machine(turn.text):
            found += _of(place, turn, stated.get(turn.id, ()), asked)
    return [one for one in found if one.terms and (one.rank is not Rank.MIDDLE or one.words >= SHORTEST_SENTENCE)]


def _of(place: int, turn: Turn, stated: Sequence[Stated], asked: set[Evidence]) -> Iterator[Sentence]:
    spans = sentence_spans(turn.text)
    for order, (start, end) in enumerate(spans):
        own = Evidence(turn.id, start, end)
        rank = Rank.OPEN if own in asked else Rank.MIDDLE
        one = Sentence(place, order, len(spans), (start, end), tidy(turn.text[start:end]), (own,), rank)
        if not any(one.meets(where.start, where.end) for where, _ in stated):
            yield one
    for where, decision in stated:
        span = (where.start, where.end)
        order = next((at for at, (start, end) in enumerate(spans) if start < where.end and where.start < end), 0)
        yield Sentence(place, order, len(spans), span, decision.text, decision.evidence, Rank.OUTCOME)


def _place(decision: Decision, texts: Mapping[str, str]) -> Evidence:
    """The part of a message whose words a decision is in."""
    parts = decision.evidence
    return next((one for one in parts if tidy(texts[one.message][one.start : one.end]) == decision.text), parts[0])
