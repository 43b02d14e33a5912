"""The fitted weights of the choice of binding messages; ``weights.json`` beside this file holds them with what was
measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import exp
from typing import Any, Final

EXTREME: Final = 30.0
"""Log-odds beyond which a probability is 0 or 1 in every respect."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weights of features by name; from ``threshold`` on a message is taken to bind."""

    weights: Mapping[str, float]
    bias: float
    threshold: float

    def share(self, features: Mapping[str, float]) -> float:
        """The probability that a message binds."""
        value = self.bias + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + exp(-max(min(value, EXTREME), -EXTREME)))


@dataclass(frozen=True, slots=True)
class Weights:
    """What makes a message one that binds a decision, and one that binds an action."""

    decisions: Weighing
    actions: Weighing


def parse(record: Mapping[str, Any]) -> Weights:
    """Weights from the content of ``weights.json``."""
    return Weights(*(Weighing(**record[kind]) for kind in ("decisions", "actions")))


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return parse(json.loads((files("plait_inference") / "binding" / "weights.json").read_text(encoding="utf-8")))
