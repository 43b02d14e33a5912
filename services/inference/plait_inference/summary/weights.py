"""The fitted weights of a summary's sentences; ``weights.json`` beside this file holds them with what was measured."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights of features by name."""

    weights: Mapping[str, float]
    bias: float

    def share(self, features: Mapping[str, float]) -> float:
        """How much of its words a reader is expected to use in a summary; about 0 to 1."""
        return self.bias + sum(weight * features[name] for name, weight in self.weights.items())


def parse(record: Mapping[str, Any]) -> Weights:
    """Weights from the content of ``weights.json``."""
    return Weights(record["weights"], record["bias"])


@cache
def shipped() -> Weights:
    """The weights that come with the package."""
    return parse(json.loads((files("plait_inference") / "summary" / "weights.json").read_text(encoding="utf-8")))
