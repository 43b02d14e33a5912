"""A pack that knows the vectors of its examples: what it says of a message. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np

from plait_inference.packs.kernel import Floats, Ridge
from plait_inference.packs.platt import Sigmoid, Softmax
from plait_schemas.records import Model

DEFAULT_THRESHOLD: Final = 0.5


@dataclass(frozen=True, slots=True)
class PackTag:
    """A label that a pack gives to a message, with its probability."""

    pack: str
    version: str
    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Choice:
    """Which labels hold, from their probabilities: the rule of a pack."""

    kind: str
    labels: tuple[str, ...]
    other: str | None
    threshold: float

    def __call__(self, probabilities: Floats) -> list[tuple[str, float]]:
        """Labels with their probabilities, best first; exactly one of them for a pack of kind ``one``."""
        order = [int(place) for place in np.argsort(-probabilities, kind="stable")]
        if self.kind == "many":
            chosen = [place for place in order if probabilities[place] >= self.threshold]
        elif self.other is not None and probabilities[order[0]] < self.threshold:
            return [(self.other, round(1 - float(probabilities[order[0]]), 4))]
        else:
            chosen = order[:1]
        return [(self.labels[place], round(float(probabilities[place]), 4)) for place in chosen]


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A pack with its fit; the same vector gets the same tags."""

    name: str
    version: str
    """`Pack.revision`."""
    ridge: Ridge
    probability: Sigmoid | Softmax
    choice: Choice

    def tags(self, vector: Sequence[float]) -> tuple[PackTag, ...]:
        """The labels of a message, from its embedding, best first."""
        scores = self.ridge.score(np.asarray([vector], dtype=np.float64))[0]
        found = self.choice(self.probability(scores))
        return tuple(PackTag(self.name, self.version, label, score) for label, score in found)


@dataclass(frozen=True, slots=True)
class Packs:
    """All packs in use, in the order of their names."""

    fitted: tuple[Fitted, ...] = ()

    def tags(self, vector: Sequence[float]) -> tuple[PackTag, ...]:
        """The labels that all packs give."""
        return tuple(tag for one in self.fitted for tag in one.tags(vector))

    def model(self, model: Model) -> Model:
        """The model as it stands on what these packs tagged: another pack, another revision."""
        if not self.fitted:
            return model
        hashes = " ".join(f"{one.name} {one.version}" for one in self.fitted)
        return Model(name=model.name, revision=f"{model.revision}+{sha256(hashes.encode()).hexdigest()[:8]}")
