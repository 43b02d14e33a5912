"""The questions that the answering is fitted and measured on: read, and split by conversation."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from plait_inference.answers.subject import Passage
from plait_inference.training.examples import position

DATA: Final = Path(__file__).parent / "data" / "answers"
FITTED: Final = 2 / 3
FOLDS: Final = 6


@dataclass(frozen=True, slots=True)
class Item:
    """A question over a conversation; ``evidence`` is empty when the passages don't say."""

    conversation: str
    language: str
    question: str
    passages: tuple[Passage, ...]
    evidence: frozenset[str]
    answers: tuple[str, ...]


def read(folder: Path = DATA) -> list[Item]:
    """Every question of the folder's files, in order."""
    return [item for file in sorted(folder.glob("*.jsonl")) for item in _read_file(file)]


def _read_file(file: Path) -> list[Item]:
    found: list[Item] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        passages = tuple(
            Passage(m["id"], m["text"], m["author"], datetime.fromisoformat(m["time"])) for m in record["messages"]
        )
        for asked in record["questions"]:
            found.append(
                Item(
                    record["conversation"],
                    record["language"],
                    asked["question"],
                    passages,
                    frozenset(asked["evidence"]),
                    tuple(asked["answers"]),
                )
            )
    return found


def fitted_on(item: Item) -> bool:
    """Whether the item's conversation belongs to the fitting part."""
    return position(item.conversation) < FITTED


def fold_of(item: Item) -> int:
    """The part of the fitting that the item's conversation is left out of."""
    return int(position(item.conversation + "/fold") * FOLDS)
