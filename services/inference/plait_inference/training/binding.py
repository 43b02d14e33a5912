"""Fits and measures the choice of binding messages: ``python -m plait_inference.training.binding ARTEFACT``.

Writes ``binding/weights.json``: fitted on the notes of ``data/items/learn``; thresholds and scores come from the
conversations themselves, a part of them left out at a time.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from plait_inference.binding.choice import Chosen
from plait_inference.binding.features import Features, features
from plait_inference.binding.scene import scene
from plait_inference.bound import bound_actions
from plait_inference.conversation import Participant, Turn
from plait_inference.items import decisions
from plait_inference.offline import evidence_ids, people_of, turns_of
from plait_inference.passes import read_all
from plait_inference.reading import Reading
from plait_inference.summarise import everyone
from plait_inference.training.examples import position
from plait_inference.training.items import Item, Noted, looked_at, read, scores
from plait_inference.training.logistic import Floats, logistic, probability

DATA: Final = Path(__file__).parent / "data"
WEIGHTS: Final = Path(__file__).parents[1] / "binding" / "weights.json"
KINDS: Final = ("decisions", "actions")
MEASURES: Final = ("decisions F1", "actions F1", "owner right", "due right")
FOLDS: Final = 6
RIDGE: Final = 200.0
BESIDE: Final = 0.15
"""What a message is worth that an item rests on, but that doesn't bind it: to name it is half right."""
GRID: Final = tuple(round(0.1 + step / 100, 2) for step in range(40))
NEAR_BEST: Final = {"decisions": 0.005, "actions": 0.01}
"""F1 that may be lost to a lower threshold, which finds more: work that is missed costs more than a line too many."""


Shares = Mapping[str, Sequence[Sequence[float]]]
"""For each kind of item and conversation, the probabilities of its messages to bind one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation as the rules see it, with the features of its messages."""

    noted: Noted
    turns: tuple[Turn, ...]
    people: tuple[Participant, ...]
    rows: tuple[Features, ...]

    def right(self, kind: str) -> list[float]:
        """For each message how far it binds an item of a kind."""
        items = self.noted.items[kind]
        binding = {item["messages"][0] for item in items}
        beside = {message for item in items for message in item["messages"][1:]}
        return [1.0 if turn.id in binding else BESIDE if turn.id in beside else 0.0 for turn in self.turns]


def cases(noted: Sequence[Noted], readings: Mapping[str, Reading]) -> list[Case]:
    """The conversations, read."""
    found = []
    for item in noted:
        outcomes = [readings[message.text] for message in item.conversation.messages]
        turns = turns_of(item.conversation, outcomes)
        people = everyone(turns, people_of(item.conversation))
        seen = scene(turns, people)
        found.append(Case(item, tuple(turns), tuple(people), tuple(features(seen, at) for at in range(len(turns)))))
    return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """Weights of standardised features, the bias last."""

    names: tuple[str, ...]
    middle: Floats
    spread: Floats
    weights: Floats

    def shares(self, case: Case) -> list[float]:
        """The probability of each message."""
        table = (_table([case], self.names) - self.middle) / self.spread
        return [float(value) for value in probability(table @ self.weights[:-1] + self.weights[-1])]

    def record(self, threshold: float) -> dict[str, Any]:
        """As ``weights.json`` holds it: for features as they are."""
        plain = self.weights[:-1] / self.spread
        return {
            "threshold": threshold,
            "bias": round(float(self.weights[-1] - plain @ self.middle), 4),
            "weights": {name: round(float(weight), 4) for name, weight in zip(self.names, plain, strict=True)},
        }


def fit(some: Sequence[Case], kind: str) -> Fitted:
    """Weights for one kind of item."""
    names = tuple(some[0].rows[0])
    table = _table(some, names)
    middle, spread = table.mean(axis=0), table.std(axis=0)
    spread[spread < 1e-6] = 1.0  # a feature that never occurs
    right = np.asarray([value for case in some for value in case.right(kind)])
    return Fitted(names, middle, spread, logistic((table - middle) / spread, right, RIDGE))


def left_out(some: Sequence[Case], kind: str) -> list[list[float]]:
    """The probabilities of each conversation's messages, by weights fitted without it."""
    folds = [int(position(case.noted.items["conversation"] + "/fold") * FOLDS) for case in some]
    fitted = {
        fold: fit([case for case, own in zip(some, folds, strict=True) if own != fold], kind) for fold in set(folds)
    }
    return [fitted[fold].shares(case) for case, fold in zip(some, folds, strict=True)]


def threshold(some: Sequence[Case], shares: Shares, kind: str) -> float:
    """The lowest of those whose items are about as right as the best one's."""
    found = [measured(some, shares, dict.fromkeys(KINDS, limit))[f"{kind} F1"] for limit in GRID]
    return next(limit for limit, value in zip(GRID, found, strict=True) if value >= max(found) - NEAR_BEST[kind])


def measured(some: Sequence[Case], shares: Shares, limits: Mapping[str, float]) -> dict[str, float]:
    """The scores of the items found with given probabilities and thresholds."""
    said = [
        _items(case, *(Chosen(tuple(shares[kind][row]), limits[kind]) for kind in KINDS))
        for row, case in enumerate(some)
    ]
    found = scores([case.noted.items for case in some], said)
    return {name: round(found[name][0], 4) for name in MEASURES}


def _items(case: Case, settling: Chosen, working: Chosen) -> Item:
    settled = [item for item in decisions(case.turns, settling) if item.reversed_by is None]
    return {
        "decisions": [{"evidence": evidence_ids(item.evidence)} for item in settled],
        "actions": [
            {"owner": item.owner, "due": item.due, "due_at": item.due_at, "evidence": evidence_ids(item.evidence)}
            for item in bound_actions(case.turns, case.people, working)
        ],
        "questions": [],
        "summary": [],
    }


def run(
    readings: Mapping[str, Reading], learned: Sequence[Noted], others: Mapping[str, Sequence[Noted]]
) -> dict[str, Any]:
    """The content of ``weights.json``: fitted on ``learned``, measured there with each left out, and on others."""
    some = cases(learned, readings)
    shares = {kind: left_out(some, kind) for kind in KINDS}
    limits = {kind: threshold(some, shares, kind) for kind in KINDS}
    fitted = {kind: fit(some, kind) for kind in KINDS}
    tables = {"left out in turn": _by_language(some, shares, limits)}
    for title, noted in others.items():
        more = cases(noted, readings)
        tables[title] = _by_language(
            more, {kind: [fitted[kind].shares(case) for case in more] for kind in KINDS}, limits
        )
    return {**{kind: fitted[kind].record(limits[kind]) for kind in KINDS}, "measured": tables}


def _by_language(some: Sequence[Case], shares: Shares, limits: Mapping[str, float]) -> dict[str, dict[str, float]]:
    found = {"all": measured(some, shares, limits)}
    for language in ("en", "zh"):
        rows = [row for row, case in enumerate(some) if case.noted.language == language]
        own = {kind: [shares[kind][row] for row in rows] for kind in KINDS}
        if rows:
            found[language] = measured([some[row] for row in rows], own, limits)
    return found


def _table(some: Sequence[Case], names: Sequence[str]) -> Floats:
    return np.asarray([[row[name] for name in names] for case in some for row in case.rows])


def main() -> None:
    """Read the texts with the model in the folder that is named, fit, measure and write the weights."""
    from plait_inference.models.tagger import load_tagger

    if len(sys.argv) != 2:
        raise SystemExit("name the folder of a model that has not learned from these conversations, as the shipped has")
    model = load_tagger(Path(sys.argv[1]), precision="float32")
    learned, others = read(DATA / "learn", DATA / "items" / "learn"), looked_at(read(DATA))
    texts = dict.fromkeys(m.text for item in (*learned, *others) for m in item.conversation.messages)
    outcomes = read_all(model, list(texts), model.budget(1024))
    readings = {text: found for text, found in zip(texts, outcomes, strict=True) if isinstance(found, Reading)}
    record = run(readings, learned, {"looked at": others})
    WEIGHTS.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(record["measured"], indent=2) + "\n")


if __name__ == "__main__":
    main()
