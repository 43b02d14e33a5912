"""Thresholds and temperatures from the dev part."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plait_inference.labels import INTENTS

Floats = NDArray[np.float64]
GRID: Final = np.arange(0.2, 0.81, 0.025)
DEFAULT: Final = 0.5
STRENGTH: Final = 12.0
"""So many positive examples weigh as much as the language's common threshold."""
BINS: Final = 10
TEMPERATURES: Final = np.arange(0.5, 3.01, 0.05)


def thresholds(
    probabilities: Mapping[str, Floats], wanted: Mapping[str, NDArray[np.bool_]]
) -> dict[str, dict[str, float]]:
    """For each language ``{intent: threshold}``; ``other`` gets the mean of the languages.

    ``probabilities[language]`` and ``wanted[language]`` are ``[messages, 12]``. A rare
    intent's own best threshold is drawn to the common one, which is the best for micro-F1.
    """
    table: dict[str, dict[str, float]] = {}
    for language, values in probabilities.items():
        gold = wanted[language]
        common = best(values.ravel(), gold.ravel())
        table[language] = {}
        for index, label in enumerate(INTENTS):
            support = float(gold[:, index].sum())
            own = best(values[:, index], gold[:, index]) if support else common
            mixed = (support * own + STRENGTH * common) / (support + STRENGTH)
            table[language][label] = round(float(mixed), 3)
    for language in ("en", "zh", "other"):
        if language not in table:
            rows = list(table.values())
            table[language] = {
                label: round(sum(row[label] for row in rows) / len(rows), 3) if rows else DEFAULT for label in INTENTS
            }
    return table


def best(values: Floats, gold: NDArray[np.bool_]) -> float:
    """The threshold of the grid with the best F1: the middle of the best plateau."""
    scores = []
    for limit in GRID:
        said = values >= limit
        scores.append(2 * float((said & gold).sum()) / max(float(said.sum() + gold.sum()), 1.0))
    top = np.flatnonzero(np.asarray(scores) >= max(scores) - 1e-9)
    return float(GRID[top].mean())


def intent_temperature(logits: Floats, wanted: NDArray[np.bool_]) -> float:
    """The divisor of independent yes-or-no logits ``[messages, 12]`` with the lowest log-loss, in [0.5, 3]."""
    signed = np.where(wanted, logits, -logits)
    losses = [float(np.logaddexp(0.0, -signed / divisor).mean()) for divisor in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 2)


def calibration_error(probabilities: Floats, right: NDArray[np.bool_]) -> float:
    """Expected calibration error over ten equal bins (Guo et al. 2017, arXiv:1706.04599)."""
    bins = np.minimum((probabilities * BINS).astype(int), BINS - 1)
    gaps = [
        abs(float(probabilities[bins == one].mean()) - float(right[bins == one].mean())) * float((bins == one).mean())
        for one in range(BINS)
        if (bins == one).any()
    ]
    return sum(gaps)


def temperature(logits: Floats, wanted: Sequence[int]) -> float:
    """The divisor of the logits with the lowest negative log-likelihood, in [0.5, 3]."""
    rows = np.arange(len(wanted))
    losses = []
    for divisor in TEMPERATURES:
        scaled = logits / divisor
        scaled = scaled - scaled.max(axis=1, keepdims=True)
        log_norm = np.log(np.exp(scaled).sum(axis=1))
        losses.append(float((log_norm - scaled[rows, np.asarray(wanted)]).mean()))
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 2)
