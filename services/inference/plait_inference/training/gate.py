"""Whether a model may follow another: on no earlier test set may any task lose more than half a point. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plait_inference.training.scores import Metrics

TOLERANCE: Final = 0.005
"""Half a point of a score in 0 … 1."""
FEWEST: Final = 3.0
"""Cases that must have gone wrong besides."""
ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Change:
    """A task's score on one set under two models; None where it was not measured. ``support`` counts what is scored."""

    set: str
    task: str
    before: float | None
    after: float | None
    support: float = 0.0

    @property
    def lost(self) -> bool:
        """Whether the later model is too much worse; a score that went missing is lost, a new one is not."""
        if self.before is None:
            return False
        return self.after is None or not self.before - self.after <= TOLERANCE + ROUNDING

    @property
    def by_chance(self) -> bool:
        """Whether a loss is that of a case or two."""
        if self.before is None or self.after is None:
            return False
        return (self.before - self.after) * self.support < FEWEST


def changes(name: str, before: Mapping[str, Metrics], after: Mapping[str, Metrics]) -> list[Change]:
    """Each task of a set called ``name``, in order; what both give as ``{part: {task: {"model", …}}}``.

    Only wholes decide: a language or a single intent has too few examples for half a point to mean anything.
    """
    earlier, later = dict(_tasks(before)), dict(_tasks(after))
    return [
        Change(name, task, _score(earlier.get(task)), _score(later.get(task)), (earlier | later)[task]["support"])
        for task in dict.fromkeys([*earlier, *later])
    ]


def losses(found: Sequence[Change]) -> list[Change]:
    """The changes that stand in the way; that of a case or two is chance: shown, and no more."""
    return [change for change in found if change.lost and not change.by_chance]


def table(found: Sequence[Change]) -> str:
    """A Markdown table of task, before and after; what is lost is marked."""
    rows = ["| set | task | before | after | |", "|---|---|---:|---:|---|"]
    rows += [
        f"| {change.set} | {change.task} | {_shown(change.before)} | {_shown(change.after)} | {_verdict(change)} |"
        for change in found
    ]
    return "\n".join(rows)


def _tasks(metrics: Mapping[str, Metrics]) -> Iterator[tuple[str, Mapping[str, float]]]:
    for part, rows in metrics.items():
        if part == "all":
            yield from rows.items()
        elif part.startswith("conversations") and "," not in part:
            yield from ((f"{part}: {task}", row) for task, row in rows.items())


def _verdict(change: Change) -> str:
    if not change.lost:
        return ""
    return "lower, by too few cases to decide" if change.by_chance else "lost"


def _score(row: Mapping[str, float] | None) -> float | None:
    return None if row is None else row["model"]


def _shown(score: float | None) -> str:
    return "none" if score is None else f"{score:.4f}"
