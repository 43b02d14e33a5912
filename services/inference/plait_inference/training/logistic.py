"""Logistic regression, small enough to be solved at once."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
STEPS = 30
ENOUGH = 1e-8


def logistic(features: Floats, right: NDArray[np.float64] | NDArray[np.bool_], ridge: float) -> Floats:
    """Weights by Newton's steps, with a ridge on all but the bias, which comes last; ``right`` in [0, 1]."""
    table = np.column_stack([features, np.ones(len(features))])
    penalty = np.diag([*[ridge] * features.shape[1], 1e-6])
    weights = np.zeros(table.shape[1])
    for _ in range(STEPS):
        said = probability(table @ weights)
        gradient = table.T @ (said - right) + penalty @ weights
        step = np.linalg.solve((table * (said * (1 - said))[:, None]).T @ table + penalty, gradient)
        weights -= step
        if np.abs(step).max() < ENOUGH:
            break
    return weights


def probability(values: Floats) -> Floats:
    """Of log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), dtype=np.float64)
