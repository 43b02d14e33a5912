"""Fits and measures the question answering: ``python -m plait_inference.training.answers`` writes ``weights.json``.

Two thirds of the conversations, by the hash of their id, are fitted on; the numbers come from the last third.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from plait_inference.answers.candidates import Candidate, candidates
from plait_inference.answers.choice import answer, best_of, texts
from plait_inference.answers.features import JUDGING, RANKING, judging_features, ranking_features
from plait_inference.answers.subject import Subject, subject_of
from plait_inference.answers.weights import Weights, parse
from plait_inference.batching import BatchBudget
from plait_inference.passes import read_all
from plait_inference.reading import Reading
from plait_inference.sentences import sentence_spans
from plait_inference.training.answers_data import FOLDS, Item, fitted_on, fold_of, read
from plait_inference.training.logistic import Floats, logistic
from plait_inference.wording import cosine

Bools = NDArray[np.bool_]
WEIGHTS: Final = Path(__file__).parents[1] / "answers" / "weights.json"
RIDGE_RANKING: Final = 0.3
RIDGE_JUDGING: Final = 2.0
STEPS: Final = 400
GRID: Final = np.arange(0.1, 0.9, 0.01)


@dataclass(frozen=True, slots=True)
class Row:
    """An item with its candidates, their features ``[candidates, RANKING]`` and which of them are right."""

    item: Item
    subject: Subject
    found: list[Candidate]
    features: Floats
    right: Bools

    def judged(self, ranking: Floats) -> tuple[list[float], bool]:
        """The judging features of the best candidate, and whether its passage is evidence."""
        values = [float(value) for value in self.features @ ranking]
        best = best_of(values)
        features = judging_features(self.subject, self.found, self.features.tolist(), values, best)
        return features, self.subject.passages[self.found[best].place].id in self.item.evidence


def rows_of(items: Sequence[Item], readings: Mapping[str, Reading]) -> list[Row]:
    """Features of every sentence; it is right when its passage is and it holds the answer, where one does."""
    rows = []
    for item in items:
        subject = subject_of(item.question, item.passages, readings)
        found = candidates(subject)
        inside = np.asarray([item.passages[one.place].id in item.evidence for one in found])
        sentences = [item.passages[one.place].text[slice(*one.sentence)] for one in found]
        says = inside & np.asarray([any(known in text for known in item.answers) for text in sentences])
        features = np.asarray(ranking_features(subject, found))
        rows.append(Row(item, subject, found, features, says if says.any() else inside))
    return rows


def fit_ranking(rows: Sequence[Row]) -> Floats:
    """Weights of a softmax over the sentences of each conversation: the right ones against the others."""
    asked = [row for row in rows if row.right.any()]
    weights = np.zeros(len(RANKING))
    for _ in range(STEPS):
        gradient = RIDGE_RANKING * weights
        for row in asked:
            raised = np.exp(row.features @ weights - (row.features @ weights).max())
            among = np.where(row.right, raised, 0.0)
            gradient += row.features.T @ (raised / raised.sum() - among / among.sum())
        weights -= gradient / len(asked) * 0.5
    return weights


def fit(rows: Sequence[Row]) -> dict[str, Any]:
    """The content of ``weights.json`` without the measurement.

    The judge sees what the ranking says of conversations that it was not fitted on, and so does the threshold.
    """
    folds = np.asarray([fold_of(row.item) for row in rows])
    features, right = np.zeros((len(rows), len(JUDGING))), np.zeros(len(rows), dtype=np.bool_)
    for fold in range(FOLDS):
        ranking = fit_ranking([row for row, own in zip(rows, folds, strict=True) if own != fold])
        for index in map(int, np.flatnonzero(folds == fold)):
            features[index], right[index] = rows[index].judged(ranking)
    scores = np.zeros(len(rows))
    for fold in range(FOLDS):
        *weights, bias = logistic(features[folds != fold], right[folds != fold], RIDGE_JUDGING)
        scores[folds == fold] = 1 / (1 + np.exp(-(features[folds == fold] @ np.asarray(weights) + bias)))
    *judging, bias = logistic(features, right, RIDGE_JUDGING)
    return {
        "threshold": threshold(scores, right, np.asarray([bool(row.item.evidence) for row in rows])),
        "bias": round(float(bias), 4),
        "judging": _named(JUDGING, judging),
        "ranking": _named(RANKING, fit_ranking(rows)),
    }


def threshold(scores: Floats, right: Bools, answerable: Bools) -> float:
    """Where the worse of the two, right answers and unanswerable questions recognised, is best."""

    def worse(limit: float) -> float:
        return float(min((right & (scores >= limit))[answerable].mean(), (scores < limit)[~answerable].mean()))

    values = np.asarray([worse(limit) for limit in GRID])
    return round(float(GRID[np.flatnonzero(values >= values.max() - 1e-9)].mean()), 3)


@dataclass(frozen=True, slots=True)
class Said:
    """What was answered to an item: evidence best first, none for "the passages don't say"."""

    item: Item
    evidence: tuple[str, ...]
    text: str | None
    score: float


def answered(items: Sequence[Item], readings: Mapping[str, Reading], weights: Weights) -> list[Said]:
    """What the service answers."""
    found = [answer(item.question, item.passages, readings, weights) for item in items]
    return [Said(i, f.evidence, f.text, f.score) for i, f in zip(items, found, strict=True)]


def closest(items: Sequence[Item], readings: Mapping[str, Reading], limit: float) -> list[Said]:
    """The baseline: the sentence closest in meaning, if its cosine reaches ``limit``."""
    said = []
    for item in items:
        vector = readings[item.question].embedding
        near = [
            (cosine(vector, readings[text].embedding), passage.id, text)
            for passage in item.passages
            for text in [passage.text[start:end] for start, end in sentence_spans(passage.text)]
        ]
        value, passage_id, text = max(near)
        known = value >= limit
        said.append(Said(item, (passage_id,) if known else (), text if known else None, value))
    return said


def fit_closest(items: Sequence[Item], readings: Mapping[str, Reading]) -> float:
    """The baseline's limit, by the same rule as the threshold."""
    said = closest(items, readings, -1.0)
    scores = np.asarray([one.score for one in said])
    right = np.asarray([one.evidence[0] in one.item.evidence for one in said])
    scale = (scores - scores.min()) / (scores.max() - scores.min())
    limit = threshold(scale, right, np.asarray([bool(item.evidence) for item in items]))
    return float(scores.min() + limit * (scores.max() - scores.min()))


def measure(said: Sequence[Said]) -> dict[str, float]:
    """Shares of the questions with and without an answer in the passages that were met, and their counts.

    A question with an answer is met when the first evidence is right; that nothing was answered counts as a miss.
    """
    there = [one for one in said if one.item.evidence]
    absent = [one for one in said if not one.item.evidence]
    exact = [one for one in there if one.item.answers]
    return {
        "evidence top-1": _share([one.evidence[:1] != () and one.evidence[0] in one.item.evidence for one in there]),
        "answer holds the words": _share([_holds(one) for one in exact]),
        "not there recall": _share([one.text is None for one in absent]),
        "with answer": len(there),
        "without answer": len(absent),
    }


def tables(said: Sequence[Said]) -> dict[str, dict[str, float]]:
    """``measure`` for all and for each language."""
    parts = {"all": list(said)}
    parts |= {code: [one for one in said if one.item.language == code] for code in ("en", "zh")}
    return {part: measure(some) for part, some in parts.items()}


def run(readings: Mapping[str, Reading], items: Sequence[Item]) -> dict[str, Any]:
    """Fit on one part, measure on the other."""
    fitting = [item for item in items if fitted_on(item)]
    rest = [item for item in items if not fitted_on(item)]
    record = fit(rows_of(fitting, readings))
    limit = fit_closest(fitting, readings)
    record["measured"] = tables(answered(rest, readings, parse(record)))
    record["baseline: closest sentence"] = tables(closest(rest, readings, limit))
    return record


def main() -> None:
    """Read the texts with the shipped model, fit, measure and write the weights."""
    from plait_inference.models.tagger import load_tagger

    items = read()
    wanted = list(dict.fromkeys(text for item in items for text in texts(item.question, item.passages)))
    outcomes = read_all(load_tagger(precision="float32"), wanted, BatchBudget(max_tokens=1024))
    readings = {text: found for text, found in zip(wanted, outcomes, strict=True) if isinstance(found, Reading)}
    record = run(readings, items)
    WEIGHTS.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps({key: record[key] for key in list(record)[-2:]}, indent=2) + "\n")


def _named(names: Sequence[str], weights: Sequence[float] | Floats) -> dict[str, float]:
    return {name: round(float(weight), 4) for name, weight in zip(names, weights, strict=True)}


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / max(len(hits), 1), 4)


def _holds(said: Said) -> bool:
    return any(known.lower() in (said.text or "").lower() for known in said.item.answers)


if __name__ == "__main__":
    main()
