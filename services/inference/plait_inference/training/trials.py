"""The trials of a sweep, and what they say as Markdown. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plait_inference.training.scores import ENTITY, MICRO
from plait_inference.training.search import Value, brief, shown

SEED: Final = "seed"
JUDGED: Final = (MICRO, ENTITY, "sentiment macro-F1", "urgency macro-F1", "topic accuracy", "harm macro-F1")
"""What a trial is judged by: their mean on the dev part."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A training that is done: what it was given of the plan, and what it scored in each of ``JUDGED``."""

    number: int
    settings: dict[str, Value]
    scores: dict[str, float]

    @property
    def mean(self) -> float:
        """What the search maximises."""
        return sum(self.scores.values()) / len(self.scores)


def trials_table(trials: Sequence[Trial]) -> str:
    """Settings, scores and their mean of each trial, the best first."""
    names = list(trials[0].settings)
    lines = [_row(["trial", *names, *JUDGED, "mean"]), "|---:|" + "---|" * len(names) + "---:|" * (len(JUDGED) + 1)]
    for trial in sorted(trials, key=lambda trial: -trial.mean):
        settings = [brief(trial.settings[name]) for name in names]
        scores = [f"{trial.scores[task]:.3f}" for task in JUDGED]
        lines.append(_row([str(trial.number), *settings, *scores, f"{trial.mean:.4f}"]))
    return "\n".join(lines)


def seeds_table(trials: Sequence[Trial]) -> str:
    """Over the seeds of a grid: the mean of each combination of the other settings, and the lowest and highest."""
    found: dict[str, list[float]] = defaultdict(list)
    for trial in trials:
        found[shown({name: value for name, value in trial.settings.items() if name != SEED})].append(trial.mean)
    lines = ["| settings | seeds | mean | lowest | highest |", "|---|---:|---:|---:|---:|"]
    for settings, means in sorted(found.items(), key=lambda item: -sum(item[1]) / len(item[1])):
        ends = [f"{value:.4f}" for value in (sum(means) / len(means), min(means), max(means))]
        lines.append(_row([settings or "as given", str(len(means)), *ends]))
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
