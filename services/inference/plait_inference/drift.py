"""How far the labels of late lie from those that a model gave where it was measured. Pure.

The measure is the population stability index, ``sum((now - then) * ln(now / then))`` over the shares of the labels
(N. Siddiqi, Credit Risk Scorecards, 2006, where less than 0.1 is no change to speak of and more than 0.25 a large one):
0 for equal shares, and symmetric. By chance alone ``B`` labels of ``n`` and ``m`` messages give
``(B - 1) * (1/n + 1/m)`` (B. Yurdakul, Statistical Properties of Population Stability Index, 2018).
"""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from plait_inference.labels import INTENT_TASK, INTENTS, SINGLE
from plait_inference.reading import Reading

Shares = dict[str, dict[str, float]]
"""By task and label: which part of the messages has it."""
LABELS: Final = {INTENT_TASK: INTENTS, **SINGLE}
MEMORY: Final = 1000
"""Messages after which an older one counts 1/e of the newest."""
FLOOR: Final = 0.5 / MEMORY
"""Shares below half a message in `MEMORY` count as that much, so that a label that never came stays finite."""


class Tally:
    """Counts labels; with a ``memory``, a message counts less with each that comes after it."""

    def __init__(self, memory: float = math.inf) -> None:
        self.messages = 0
        self._decay = math.exp(-1 / memory)
        self._weight = 0.0
        self._counts: Shares = {task: dict.fromkeys(labels, 0.0) for task, labels in LABELS.items()}

    def hear(self, reading: Reading) -> None:
        """Count one message."""
        self.messages += 1
        self._weight = self._weight * self._decay + 1
        for task, counts in self._counts.items():
            given = _given(reading, task)
            for label in counts:
                counts[label] = counts[label] * self._decay + (label in given)

    def shares(self) -> Shares:
        """The shares so far; raises ZeroDivisionError before the first message."""
        return {
            task: {label: count / self._weight for label, count in counts.items()}
            for task, counts in self._counts.items()
        }


def stability(then: Sequence[float], now: Sequence[float]) -> float:
    """The population stability index of two lists of shares of the same labels."""
    pairs = [(max(old, FLOOR), max(new, FLOOR)) for old, new in zip(then, now, strict=True)]
    return sum((new - old) * math.log(new / old) for old, new in pairs)


def drifts(then: Mapping[str, Mapping[str, float]], now: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """The index of each task; for intents, of which a message has several, that of the intent that moved most."""
    found = {
        task: stability([then[task][x] for x in labels], [now[task][x] for x in labels])
        for task, labels in SINGLE.items()
    }
    rates = [(then[INTENT_TASK][label], now[INTENT_TASK][label]) for label in INTENTS]
    return found | {INTENT_TASK: max(stability((old, 1 - old), (new, 1 - new)) for old, new in rates)}


def _given(reading: Reading, task: str) -> tuple[str, ...]:
    if task == INTENT_TASK:
        return tuple(intent.label for intent in reading.intents)
    return (getattr(reading, task).label,)
