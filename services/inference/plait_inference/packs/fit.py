"""From a pack and the vectors of its texts to one that tags messages. Pure, deterministic.

Messages of an ordinary office are read along as counterexamples: without them nothing says how near is near enough.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from plait_inference.packs import kernel, platt
from plait_inference.packs.fitted import DEFAULT_THRESHOLD, Choice, Fitted
from plait_inference.packs.kernel import Floats
from plait_inference.packs.pack import Pack, normal

Vectors = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Held:
    """What the pack says of one of its examples when it was fitted without it."""

    text: str
    labels: frozenset[str]
    """As the file has it."""
    said: tuple[tuple[str, float], ...]
    probabilities: Mapping[str, float]
    """Of all labels, rounded."""

    @property
    def right(self) -> bool:
        """Whether it says what the file says."""
        return {label for label, _ in self.said} == self.labels


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted pack, with what it says of its examples one by one."""

    pack: Pack
    fitted: Fitted
    held: tuple[Held, ...]

    @property
    def accuracy(self) -> float:
        """Share of the examples that get the labels of the file when they are left out."""
        return sum(one.right for one in self.held) / len(self.held)


@cache
def background() -> tuple[str, ...]:
    """Messages of an ordinary office in English and Chinese."""
    text = (files("plait_inference") / "packs" / "background.txt").read_text(encoding="utf-8")
    return tuple(text.splitlines())


def texts_of(pack: Pack) -> list[str]:
    """Every text whose vector `fit` needs, once."""
    return list(dict.fromkeys([*(t for label in pack.labels.values() for t in label.texts), *background()]))


def fit(pack: Pack, vectors: Vectors) -> Fit:
    """Fit a pack on its examples and descriptions, and score each of its examples by the others."""
    labels = tuple(name for name in pack.names if name != pack.other)
    rows = _rows(pack)
    own = _matrix([text for text, _, _ in rows], vectors)
    office = _matrix(background(), vectors)
    targets = np.array(
        [[float(name in names) for name in labels] for _, names, _ in rows] + [[0.0] * len(labels)] * len(office)
    )
    centre = (own.mean(0) + office.mean(0)) / 2
    ridge, left_out = kernel.fit(np.vstack([own, office]), centre, targets)
    probability = _probability(pack, left_out, targets, len(rows))
    choice = Choice(pack.kind, labels, pack.other, pack.threshold or DEFAULT_THRESHOLD)
    held = tuple(
        _held(text, names, probability(scores), choice)
        for (text, names, is_example), scores in zip(rows, left_out, strict=False)
        if is_example
    )
    return Fit(pack, Fitted(pack.name, pack.revision, ridge, probability, choice), held)


def _probability(pack: Pack, scores: Floats, targets: Floats, own: int) -> platt.Sigmoid | platt.Softmax:
    """What scores mean, from those of rows that were left out; the first ``own`` of them are the pack's."""
    if pack.kind == "one" and pack.other is None:
        return platt.softmax(scores[:own], targets[:own].argmax(1))
    # All counterexamples together count as much as the pack's own texts at most: five labels don't drown in an office.
    counts = np.ones(scores.shape)
    counts[own:] = min(1.0, own / (len(scores) - own))
    if pack.kind == "many":
        return platt.sigmoid(scores.ravel(), targets.ravel(), counts.ravel())
    best = scores.argmax(1)[:, None]  # of one label, only the best counts: whether it is the right one
    return platt.sigmoid(*(np.take_along_axis(part, best, 1).ravel() for part in (scores, targets, counts)))


def _rows(pack: Pack) -> list[tuple[str, frozenset[str], bool]]:
    """Each text once with all its labels, and whether it is an example; a description is none."""
    found: dict[str, tuple[str, frozenset[str], bool]] = {}
    for name in pack.names:
        label = pack.labels[name]
        for place, text in enumerate(label.texts):
            first, names, is_example = found.get(normal(text), (text, frozenset(), False))
            found[normal(text)] = (first, names | {name}, is_example or place < len(label.examples))
    return list(found.values())


def _matrix(texts: Sequence[str], vectors: Vectors) -> Floats:
    return np.array([vectors[text] for text in texts], dtype=np.float64)


def _held(text: str, names: frozenset[str], probabilities: Floats, choice: Choice) -> Held:
    known = {name: round(float(p), 4) for name, p in zip(choice.labels, probabilities, strict=True)}
    return Held(text, names, tuple(choice(probabilities)), known)
