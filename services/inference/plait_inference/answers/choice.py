"""A question answered from given passages, in their own words: a name, a date, a number or a sentence. Pure.

Passages are data: nothing in them is followed, and nothing is said that does not stand in one of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Final

from plait_inference.answers.candidates import Candidate, candidates, quote
from plait_inference.answers.features import judging_features, ranking_features
from plait_inference.answers.subject import Passage, Subject, in_context, subject_of
from plait_inference.answers.weights import Linear, Weights
from plait_inference.reading import Reading
from plait_inference.sentences import sentence_spans
from plait_shared.errors import BadRecord

MORE: Final = 1.0
"""Passages whose best sentence is so close to the best one's value are evidence as well."""
MAX_EVIDENCE: Final = 3
MAX_SENTENCES: Final = 1000
"""Every sentence is compared with every other; these take some seconds, ten times as many would take minutes."""


@dataclass(frozen=True, slots=True)
class Found:
    """``text`` is ``None`` when the passages don't say; ``evidence`` names passages, best first."""

    text: str | None
    evidence: tuple[str, ...]
    score: float


def texts(question: str, passages: Sequence[Passage]) -> Iterator[str]:
    """Everything that must be read for an answer: the question, the passages, alone and in context, their sentences.

    Of too many passages none is read, see `answer`.
    """
    ordered = in_order(passages) if sentences(passages) <= MAX_SENTENCES else []
    yield question
    for place, passage in enumerate(ordered):
        yield passage.text
        yield in_context(ordered, place)
        yield from (passage.text[start:end] for start, end in sentence_spans(passage.text))


def answer(question: str, passages: Sequence[Passage], readings: Mapping[str, Reading], weights: Weights) -> Found:
    """The answer; passages that couldn't be read are left out.

    What the question names must occur in some passage. ``score`` is the probability that the best sentence answers.
    Raises BadRecord for more sentences than can be compared.
    """
    if (count := sentences(passages)) > MAX_SENTENCES:
        raise BadRecord(
            f"{count} sentences are too many to answer from: send {MAX_SENTENCES} at most", field="passages"
        )
    known = [passage for passage in in_order(passages) if _readable(passage, readings)]
    subject = subject_of(question, known, readings)
    found = candidates(subject)
    if not found or not subject.names_occur():
        return Found(None, (), 0.0)
    rows = ranking_features(subject, found)
    values = [weights.ranking.value(row) for row in rows]
    best = best_of(values)
    score = probability(weights.judging, judging_features(subject, found, rows, values, best))
    if score < weights.threshold:
        return Found(None, (), score)
    return Found(quote(subject, found[best]), _evidence(subject, found, values), score)


def sentences(passages: Sequence[Passage]) -> int:
    """How many sentences the passages have."""
    return sum(len(sentence_spans(passage.text)) for passage in passages)


def best_of(values: Sequence[float]) -> int:
    """The index of the highest value, the last of equals: what was said later."""
    return max(range(len(values)), key=lambda index: (values[index], index))


def in_order(passages: Sequence[Passage]) -> list[Passage]:
    """By time where every time is known, else as given; later ones may correct earlier ones."""
    times = [passage.time for passage in passages]
    known = [time for time in times if time is not None]
    if len(known) < len(times) or len({time.tzinfo is not None for time in known}) > 1:
        return list(passages)
    return [passages[index] for index in sorted(range(len(known)), key=known.__getitem__)]


def probability(judging: Linear, features: Sequence[float]) -> float:
    """That the best candidate answers the question."""
    return 1 / (1 + exp(-max(min(judging.value(features), 30.0), -30.0)))


def _evidence(subject: Subject, found: Sequence[Candidate], values: Sequence[float]) -> tuple[str, ...]:
    """The passages that say so, best first."""
    ranked = sorted(range(len(found)), key=lambda index: (-values[index], -index))
    close = [index for index in ranked if values[index] >= values[ranked[0]] - MORE]
    return tuple(dict.fromkeys(subject.passages[found[index].place].id for index in close))[:MAX_EVIDENCE]


def _readable(passage: Passage, readings: Mapping[str, Reading]) -> bool:
    spans = sentence_spans(passage.text)
    return passage.text in readings and all(passage.text[start:end] in readings for start, end in spans)
