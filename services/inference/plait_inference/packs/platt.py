"""From scores to probabilities, by scores of rows that were left out. Pure, deterministic.

Platt, "Probabilistic Outputs for Support Vector Machines" (1999), with his smoothed targets, so that a few examples
are never proof; Guo et al., "On Calibration of Modern Neural Networks" (2017), for the temperature of a softmax.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from plait_inference.packs.kernel import Floats

STEPS: Final = 100
SCALES: Final = np.geomspace(1, 100, 81)


@dataclass(frozen=True, slots=True)
class Sigmoid:
    """The probability ``1 / (1 + exp(-(slope * score + bias)))`` that a label holds."""

    slope: float
    bias: float

    def __call__(self, scores: Floats) -> Floats:
        """One probability a score."""
        return _logistic(self.slope * scores + self.bias)


@dataclass(frozen=True, slots=True)
class Softmax:
    """The probabilities of labels of which exactly one holds."""

    scale: float

    def __call__(self, scores: Floats) -> Floats:
        """Rows that sum to 1."""
        shifted = self.scale * (scores - scores.max(axis=-1, keepdims=True))
        grown = np.exp(shifted)
        return np.asarray(grown / grown.sum(axis=-1, keepdims=True))


def sigmoid(scores: Floats, holds: Floats, counts: Floats) -> Sigmoid:
    """The most probable slope and bias, by Newton's method.

    ``holds`` is 1 or 0 for each score, ``counts`` for how many of its like a score stands.
    """
    yes, no = float((counts * holds).sum()), float((counts * (1 - holds)).sum())
    targets = np.where(holds > 0, (yes + 1) / (yes + 2), 1 / (no + 2))
    rows = np.column_stack([scores, np.ones_like(scores)])
    found = np.array([0.0, np.log((yes + 1) / (no + 1))])
    loss = _loss(rows @ found, targets, counts)
    for _ in range(STEPS):
        held = _logistic(rows @ found)
        slope = rows.T @ (counts * (held - targets))
        curve = (rows * (counts * held * (1 - held))[:, None]).T @ rows + 1e-9 * np.eye(2)
        step = np.linalg.solve(curve, slope)
        while (fresh := _loss(rows @ (found - step), targets, counts)) > loss and np.abs(step).max() > 1e-9:
            step = step / 2
        if np.abs(step).max() <= 1e-9 or fresh > loss:
            break
        found, loss = found - step, fresh
    return Sigmoid(max(float(found[0]), 0.0), float(found[1]))


def softmax(scores: Floats, labels: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Softmax:
    """The scale under which the labels of the rows are most probable, a small share of doubt kept for the others."""
    count, width = scores.shape
    doubt = 1 / (count + 2)
    targets = np.full(scores.shape, doubt / width)
    targets[np.arange(count), labels] += 1 - doubt
    likely = [float((targets * np.log(Softmax(scale)(scores) + 1e-300)).sum()) for scale in SCALES]
    return Softmax(float(SCALES[int(np.argmax(likely))]))


def _logistic(values: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -500, 500))))


def _loss(values: Floats, targets: Floats, counts: Floats) -> float:
    return float((counts * (np.logaddexp(0, values) - targets * values)).sum())
