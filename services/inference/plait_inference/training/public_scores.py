"""How a model does on public sets, each beside a baseline: tags, label packs from ten examples, summaries.

Where a set has no file to measure on, a tenth of its texts is kept for it (`public.held_out`). Large sets are sampled
by the hash of the text.
"""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.offline import summarize_one
from plait_inference.packs.load import fit_packs, in_use
from plait_inference.packs.pack import Label, Pack
from plait_inference.passes import read_all
from plait_inference.reading import Reading, sound
from plait_inference.records_io import Conversation, Message
from plait_inference.training.examples import Example
from plait_inference.training.items import LEAD, rouge_1, units
from plait_inference.training.public import NAMED, SOURCES, held_out
from plait_inference.training.scores import Metrics, accuracy, entity_f1, f1, row, single_macro_f1
from plait_shared.errors import Misconfigured

SAMPLE: Final = 1000
"""Texts of one set that are measured on."""
LONG_SAMPLE: Final = 12
"""Meetings or threads of one set."""
PACK_EXAMPLES: Final = 10
PACKS: Final = {"banking77": "train.csv", "clinc150": "train_val.json"}
LONG: Final = {"qmsum": "val", "convosumm": "val.source"}
MAIL_HEAD: Final = re.compile(r'\s*Name: "(?P<name>[^"]*)".*?Subject: ".*?"(?= {3})')
BREAK: Final = re.compile(r" {3,}")
Read = Callable[[Sequence[str]], list[Reading]]
Labelled = list[tuple[str, str]]
"""Texts with their class."""
Talk = tuple[list[tuple[str, str]], str]
"""Turns of (author, text), and the summary that a reader wrote."""
T = TypeVar("T")


def measure(model: TagModel, folder: Path, budget: BatchBudget) -> Iterator[tuple[str, Metrics]]:
    """Name and rows of each set in ``folder``, as they are found; raises Misconfigured when none is there."""

    def read(texts: Sequence[str]) -> list[Reading]:
        return [sound(found) for found in read_all(model, texts, budget)]

    found = False
    for name, path in _there(folder, {name: one.dev or one.file for name, one in SOURCES.items()}):
        found = True
        yield name, tags(name, path, read)
    for name, path in _there(folder, PACKS):
        found = True
        yield name, pack(*_labelled(path), read)
    for name, path in _there(folder, LONG):
        found = True
        yield name, summaries(talks(path), model, budget)
    if not found:
        raise Misconfigured(f"{folder} has none of the public sets: {', '.join([*SOURCES, *PACKS, *LONG])}")


def tags(name: str, path: Path, read: Read) -> Metrics:
    """The tag that a set is about, on the texts that training leaves out."""
    source = SOURCES[name]
    left_out = (item for item in source.read(path) if item.text.strip() and (source.dev or held_out(item.text)))
    examples = sampled(left_out, lambda item: item.text, SAMPLE)
    readings = read([item.text for item in examples])
    if examples[0].entities is not None:
        return {"names F1 (exact span and label)": row(*entity_f1(examples, [_names(one) for one in readings]))}
    if examples[0].asks_or_promises is not None:
        return _acts(examples, readings)
    [task] = examples[0].singles
    return _single(task, examples, readings)


def pack(learn: Labelled, test: Labelled, read: Read) -> Metrics:
    """Accuracy of a label pack with `PACK_EXAMPLES` examples a class; baseline: chance."""
    by_class: dict[str, list[str]] = {}
    for text, label in sampled(learn, lambda one: one[0], len(learn)):
        if len(by_class.setdefault(label, [])) < PACK_EXAMPLES:
            by_class[label].append(text)
    given = Pack(
        name="public", kind="one", labels={label: Label(examples=texts) for label, texts in sorted(by_class.items())}
    )
    shown = {text for texts in by_class.values() for text in texts}
    test = sampled((one for one in test if one[0] not in shown), lambda one: one[0], SAMPLE)
    packs = in_use(fit_packs([given], read))
    said = [packs.tags(reading.embedding)[0].label for reading in read([text for text, _ in test])]
    wanted = [label for _, label in test]
    return {f"accuracy, {PACK_EXAMPLES} examples a class": row(accuracy(wanted, said), 1 / len(by_class), len(test))}


def summaries(found: Sequence[Talk], model: TagModel, budget: BatchBudget) -> Metrics:
    """ROUGE-1 of the summary; baseline: as many words from the beginning as a summary may have."""
    ours, lead = [], []
    for turns, wanted in sampled(found, lambda talk: talk[1], LONG_SAMPLE):
        made = summarize_one(model, conversation_of(turns), budget)
        ours.append(rouge_1(wanted, " ".join(sentence["text"] for sentence in made["summary"])))
        said = [unit for _, text in turns for unit in units(text)]
        lead.append(rouge_1(wanted, " ".join(said[: LEAD["en"]])))
    return {"summary ROUGE-1": row(sum(ours) / len(ours), sum(lead) / len(lead), len(ours))}


def conversation_of(turns: Sequence[tuple[str, str]]) -> Conversation:
    """Turns of (author, text) as a conversation."""
    messages = tuple(Message(str(place), text, author) for place, (author, text) in enumerate(turns))
    return Conversation("public", tuple(dict.fromkeys(author for author, _ in turns if author)), messages)


def sampled(items: Iterable[T], text: Callable[[T], str], count: int) -> list[T]:
    """At most so many, chosen by the hash of their text."""
    return sorted(items, key=lambda item: hashlib.sha256(text(item).encode("utf-8", "surrogatepass")).digest())[:count]


def _there(folder: Path, files: Mapping[str, str]) -> list[tuple[str, Path]]:
    paths = {name: folder / name / file for name, file in files.items()}
    return [(name, path) for name, path in paths.items() if path.exists()]


def _names(reading: Reading) -> Reading:
    return replace(reading, entities=tuple(span for span in reading.entities if span.label in NAMED))


def _acts(examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    """Whether a sentence asks for an action or commits to one: two of the intents."""
    wanted = ["yes" if item.asks_or_promises else "no" for item in examples]
    acts = {"request", "commitment"}
    said = ["yes" if acts & {intent.label for intent in one.intents} else "no" for one in readings]
    return {"request or commitment, accuracy": row(accuracy(wanted, said), _usual(wanted), len(wanted))}


def _single(task: str, examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    wanted = [item.singles[task] for item in examples]
    said = [str(getattr(reading, task).label) for reading in readings]
    flat = [Counter(wanted).most_common(1)[0][0]] * len(wanted)
    rows = {
        f"{task} accuracy": row(accuracy(wanted, said), _usual(wanted), len(wanted)),
        f"{task} macro-F1": row(single_macro_f1(wanted, said), single_macro_f1(wanted, flat), len(wanted)),
    }
    if task == "harm":
        gold, given = ([label != "none" for label in labels] for labels in (wanted, said))
        rows["offensive F1"] = row(f1(gold, given), f1(gold, [True] * len(gold)), sum(gold))
    return rows


def _usual(wanted: Sequence[str]) -> float:
    return Counter(wanted).most_common(1)[0][1] / len(wanted)


def _labelled(path: Path) -> tuple[Labelled, Labelled]:
    """What to take examples from, and what to measure on; BANKING77 has one file for both."""
    if path.suffix == ".json":
        parts = json.loads(path.read_text("utf-8"))
        return [(text, label) for text, label in parts["train"]], [(text, label) for text, label in parts["val"]]
    with path.open(encoding="utf-8") as file:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(file)]
    return rows, rows


def talks(path: Path) -> list[Talk]:
    """Meetings of QMSum with their general summary, or threads of ConvoSumm."""
    if path.is_dir():
        meetings = [json.loads(file.read_text("utf-8")) for file in sorted(path.glob("*.json"))]
        return [
            ([(turn["speaker"], turn["content"]) for turn in one["meeting_transcripts"]],
             one["general_query_list"][0]["answer"])
            for one in meetings
        ]  # fmt: skip
    sources = path.read_text("utf-8").splitlines()
    targets = path.with_suffix(".target").read_text("utf-8").splitlines()
    return [
        ([_mail(mail) for mail in source.split("</s>") if mail.strip()], target)
        for source, target in zip(sources, targets, strict=True)
    ]


def _mail(text: str) -> tuple[str, str]:
    """Author and body of a mail as ConvoSumm has it: the head on its line, three blanks for each line break."""
    head = MAIL_HEAD.match(text)
    return (head["name"] if head else "", BREAK.sub("\n", text[head.end() if head else 0 :]).strip())
