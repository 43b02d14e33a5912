"""Annotated messages: read, checked against the lists of docs/reference/labels.md, split by conversation."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from plait_inference.labels import ENTITIES, INTENTS, SINGLE
from plait_shared.errors import Misconfigured

Entity = tuple[int, int, str]
LEARN_ONLY: Final = "learn"


@dataclass(frozen=True, slots=True)
class Example:
    """One text with what is known of it; ``None`` and a missing task mean "not annotated".

    ``entity_labels``: the labels that the source marks; a token outside them may still be
    an entity of another kind. ``asks_or_promises``: request or commitment, one of them.
    """

    id: str
    conversation: str
    text: str
    language: str
    intents: frozenset[str] | None = None
    entities: tuple[Entity, ...] | None = None
    entity_labels: frozenset[str] = frozenset(ENTITIES)
    singles: dict[str, str] = field(default_factory=dict)
    asks_or_promises: bool | None = None


def read_folder(folder: Path) -> list[Example]:
    """Every example of the folder's ``*.jsonl`` files, in order of file name and line."""
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        raise Misconfigured(f"no *.jsonl file with training messages in {folder}")
    return [example for file in files for example in read_file(file)]


def read_parts(folder: Path, dev_share: float) -> tuple[list[Example], list[Example]]:
    """Train and dev parts of a folder; what lies in its subfolder ``learn`` is learned from alone.

    So data can grow without moving what is measured on.
    """
    train, dev = split(read_folder(folder), dev_share)
    more = folder / LEARN_ONLY
    return (train + read_folder(more) if more.is_dir() else train), dev


def read_file(file: Path) -> list[Example]:
    """Examples of one file; raises ``Misconfigured`` with file and line for a wrong record."""
    examples: list[Example] = []
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    examples.append(parse(json.loads(line)))
                except (ValueError, KeyError, TypeError) as error:
                    raise Misconfigured(f"{file}:{number}: {error!r}") from error
    return examples


def parse(record: dict[str, Any]) -> Example:
    """Check one record; raises ``ValueError`` or ``KeyError`` when it breaks docs/reference/labels.md."""
    text = record["text"]
    entities = tuple((int(e["start"]), int(e["end"]), str(e["label"])) for e in record["entities"])
    for (start, end, label), entity in zip(entities, record["entities"], strict=True):
        if label not in ENTITIES or not text[start:end] or text[start:end] != entity["text"]:
            raise ValueError(f"entity does not fit the text: {entity}")
    intents = frozenset(record["intents"])
    if not intents or not intents <= set(INTENTS):
        raise ValueError(f"unknown or no intents: {sorted(intents)}")
    singles = {task: record[task] for task in SINGLE}
    for task, label in singles.items():
        if label not in SINGLE[task]:
            raise ValueError(f"unknown {task}: {label!r}")
    return Example(
        id=record["id"],
        conversation=record["conversation"],
        text=text,
        language=record["language"],
        intents=intents,
        entities=entities,
        singles=singles,
    )


def split(examples: Sequence[Example], dev_share: float) -> tuple[list[Example], list[Example]]:
    """Train and dev parts; a conversation is wholly in one, decided by the hash of its id."""
    train = [item for item in examples if position(item.conversation) >= dev_share]
    dev = [item for item in examples if position(item.conversation) < dev_share]
    return train, dev


def position(conversation: str) -> float:
    """A stable number in [0, 1) for a conversation id."""
    digest = hashlib.sha256(conversation.encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def languages(examples: Iterable[Example]) -> list[str]:
    """The languages that occur, sorted."""
    return sorted({item.language for item in examples})
