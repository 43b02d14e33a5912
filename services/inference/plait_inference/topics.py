"""What a message is about, seen with its conversation: a short one seldom says it by itself."""

import math
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from plait_inference.labels import TOPICS
from plait_inference.reading import Reading, Scored

FLOOR: Final = 1e-6
REMEMBERED: Final = 10_000
"""Conversations whose topics are kept; the one that was silent longest goes first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sum of ``count`` texts' log-probabilities, in the order of ``labels.TOPICS``."""

    logs: tuple[float, ...] = (0.0,) * len(TOPICS)
    count: int = 0

    def __add__(self, reading: Reading) -> "Evidence":
        added = (math.log(max(p, FLOOR)) for p in reading.topics)
        return Evidence(tuple(a + b for a, b in zip(self.logs, added, strict=True)), self.count + 1)

    def best(self) -> tuple[str, float]:
        """The topic and its probability.

        The product of the texts' probabilities, as naive Bayes has it, to the power ``1/sqrt(count)``: texts of one
        conversation repeat each other, and as many independent ones would be too sure of themselves.
        """
        scaled = [log / math.sqrt(max(self.count, 1)) for log in self.logs]
        top = max(scaled)
        total = sum(math.exp(value - top) for value in scaled)
        return TOPICS[scaled.index(top)], round(1 / total, 4)


def with_context(reading: Reading, others: Sequence[Reading]) -> Reading:
    """The reading with the topic that it and ``others``, such as its conversation's title, have together."""
    evidence = Evidence()
    for one in (reading, *others):
        evidence += one
    return _about(reading, evidence)


@dataclass(slots=True)
class Conversations:
    """What was said so far in each conversation of a file, as far as topics go."""

    _known: OrderedDict[str, Evidence] = field(default_factory=OrderedDict)

    def hear(self, said: Sequence[tuple[str | None, Reading]]) -> list[Reading]:
        """The readings in order, each with the topic of all its conversation up to the last of ``said``."""
        for conversation, reading in said:
            if conversation is not None:
                self._known[conversation] = self._known.get(conversation, Evidence()) + reading
                self._known.move_to_end(conversation)
        found = [
            reading if conversation is None else _about(reading, self._known[conversation])
            for conversation, reading in said
        ]
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return found


def _about(reading: Reading, evidence: Evidence) -> Reading:
    label, score = evidence.best()
    return replace(reading, topic=Scored(label, score, reading.topic.start, reading.topic.end))
