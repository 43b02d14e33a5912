"""The fitted weights of the question answering; ``weights.json`` beside this file holds them with what was measured."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Linear:
    """A weighted sum of features."""

    weights: tuple[float, ...]
    bias: float = 0.0

    def value(self, features: Sequence[float]) -> float:
        """The sum for one row."""
        return self.bias + sum(w * f for w, f in zip(self.weights, features, strict=True))


@dataclass(frozen=True, slots=True)
class Weights:
    """``ranking`` orders sentences; ``judging`` says whether the best one answers; below ``threshold`` none does."""

    ranking: Linear
    judging: Linear
    threshold: float


def parse(record: dict[str, Any]) -> Weights:
    """Weights from the content of ``weights.json``."""
    judging = Linear(tuple(record["judging"].values()), record["bias"])
    return Weights(Linear(tuple(record["ranking"].values())), judging, record["threshold"])


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return parse(json.loads((files("plait_inference") / "answers" / "weights.json").read_text(encoding="utf-8")))
