"""Fits and measures which sentences make a summary.

    python -m plait_inference.training.summary ARTEFACT [PUBLIC] [--learn ARTEFACT]

Writes ``summary/weights.json``: fitted on the summaries of ``data/items/learn``, on those of the noted conversations
that may be looked at, and on meetings and mails of public sets where their folder is given. The scores are from weights
fitted without the conversation, a part of all being left out at a time.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from plait_inference.offline import people_of, turns_of
from plait_inference.passes import Outcome, read_all
from plait_inference.records_io import Conversation
from plait_inference.summarise import heard
from plait_inference.summary.choice import summary
from plait_inference.summary.features import Features, features, frame
from plait_inference.summary.heard import Heard, sentences
from plait_inference.summary.weights import Weights
from plait_inference.training.examples import position
from plait_inference.training.items import Noted, looked_at, read, rouge_1, units
from plait_inference.training.logistic import Floats
from plait_inference.training.public_scores import Talk, conversation_of, sampled, talks
from plait_shared.errors import Misconfigured

DATA: Final = Path(__file__).parent / "data"
WEIGHTS: Final = Path(__file__).parents[1] / "summary" / "weights.json"
PUBLIC: Final = {"convosumm": ("train.source", 40), "qmsum": ("train", 8)}
"""The part of a public set to learn from, and how many of its conversations are taken."""
FOLDS: Final = 6
RIDGE: Final = 0.1
"""Beside a mean square of 1 of each feature."""
LONGEST: Final = 40
"""Words from which a longer sentence counts no more in the fit."""
MAX_CHARS: Final = 20_000
"""Of a public conversation: longer ones take long to read."""


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation and the summary that a reader wrote of it; ``id`` says in which part it is left out."""

    id: str
    part: str
    conversation: Conversation
    wanted: str


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation as the choice sees it: the features of its sentences, and the share of their words in use."""

    told: Told
    heard: Heard
    rows: tuple[Features, ...]
    used: tuple[float, ...]
    sizes: tuple[int, ...]


def cases(some: Sequence[Told], readings: Mapping[str, Outcome]) -> list[Case]:
    """The conversations, read."""
    found = []
    for told in some:
        turns = turns_of(told.conversation, [readings[message.text] for message in told.conversation.messages])
        given = heard(turns, people_of(told.conversation))
        seen, wanted = frame(given), Counter(units(told.wanted))
        said = sentences(given)
        words = [Counter(units(one.text)) for one in said]
        found.append(
            Case(
                told,
                given,
                tuple(features(seen, one) for one in said),
                tuple((word & wanted).total() / max(word.total(), 1) for word in words),
                tuple(word.total() for word in words),
            )
        )
    return found


def fit(some: Sequence[Case]) -> Weights:
    """Ridge regression of the share in use; every conversation weighs the same, a longer sentence more.

    Raises ``Misconfigured`` when there is nothing to learn from.
    """
    names = next((tuple(row) for case in some for row in case.rows), None)
    if names is None:
        raise Misconfigured(
            "no sentence to fit the weights on: more conversations are needed, apart from those left out"
        )
    table = np.asarray([[row[name] for name in names] for case in some for row in case.rows])
    used = np.asarray([share for case in some for share in case.used])
    weight = np.concatenate([_weights(case) for case in some])
    weight /= weight.sum()
    middle = weight @ table
    spread = np.sqrt(weight @ (table - middle) ** 2)
    spread[spread < 1e-6] = 1.0  # a feature that never occurs
    scaled = (table - middle) / spread
    mean = float(weight @ used)
    inner = (scaled * weight[:, None]).T
    found = np.linalg.solve(inner @ scaled + RIDGE * np.eye(len(names)), inner @ (used - mean)) / spread
    return Weights(
        {name: round(float(value), 4) for name, value in zip(names, found, strict=True)},
        round(float(mean - found @ middle), 4),
    )


def left_out(some: Sequence[Case]) -> list[Weights]:
    """For each conversation the weights that were fitted without its part; raises as ``fit`` does."""
    folds = [int(position(case.told.id + "/fold") * FOLDS) for case in some]
    fitted = {fold: fit([case for case, own in zip(some, folds, strict=True) if own != fold]) for fold in set(folds)}
    return [fitted[fold] for fold in folds]


def measured(some: Sequence[Case], weights: Sequence[Weights]) -> dict[str, float]:
    """ROUGE-1 of the summaries, by the part that a conversation is of."""
    found: dict[str, list[float]] = {}
    for case, known in zip(some, weights, strict=True):
        text = " ".join(statement.text for statement in summary(case.heard, known))
        found.setdefault(case.told.part, []).append(rouge_1(case.told.wanted, text))
    return {part: round(sum(values) / len(values), 4) for part, values in found.items()}


def run(known: Sequence[Case]) -> dict[str, Any]:
    """The content of ``weights.json``."""
    fitted = fit(known)
    return {
        "bias": fitted.bias,
        "weights": dict(fitted.weights),
        "measured": {"summary ROUGE-1, left out in turn": measured(known, left_out(known))},
    }


def noted(some: Iterable[Noted], part: str) -> list[Told]:
    """Those that have a summary."""
    return [
        Told(item.items["conversation"], f"{part}, {item.language}", item.conversation, item.items["summary"])
        for item in some
        if item.items["summary"]
    ]


def public(folder: Path) -> list[Told]:
    """Of each set that is there, the conversations to learn from."""
    found = []
    for name, (file, count) in PUBLIC.items():
        if (folder / name / file).exists():
            some = sampled(filter(short, talks(folder / name / file)), lambda talk: talk[1], count)
            found += [
                Told(f"{name}-{place}", name, conversation_of(turns), wanted)
                for place, (turns, wanted) in enumerate(some)
            ]
    return found


def short(talk: Talk) -> bool:
    """Whether it is read to learn from."""
    return sum(len(text) for _, text in talk[0]) <= MAX_CHARS


def learned() -> list[Told]:
    """The project's conversations whose messages a model may have learned from."""
    return noted(read(DATA / "learn", DATA / "items" / "learn"), "learn")


def others() -> list[Told]:
    """The rest of the project's that may be looked at."""
    return noted(looked_at(read(DATA)), "looked at")


def _weights(case: Case) -> Floats:
    values = np.sqrt(np.minimum(np.asarray(case.sizes, dtype=np.float64), LONGEST))
    return np.asarray(values / max(values.sum(), 1e-9), dtype=np.float64)


def heard_by(artefact: Path, some: Sequence[Told]) -> list[Case]:
    """The conversations as the model in a folder reads them."""
    from plait_inference.models.tagger import load_tagger

    model = load_tagger(artefact, precision="float32")
    texts = list(dict.fromkeys(message.text for told in some for message in told.conversation.messages))
    return cases(some, dict(zip(texts, read_all(model, texts, model.budget(1024)), strict=True)))


def main(
    artefact: Annotated[Path, typer.Argument(help="Folder of the model whose tags the summaries will rest on.")],
    sets: Annotated[Path | None, typer.Argument(metavar="[PUBLIC]", help="Folder of public sets.")] = None,
    learn: Annotated[
        Path | None, typer.Option(help="Folder of a model to read `learn`, when the first has learned from it.")
    ] = None,
) -> None:
    """Read the texts with the models in the folders that are named, fit, measure and write the weights."""
    some = others() + (public(sets) if sets else [])
    record = run([*heard_by(learn or artefact, learned()), *heard_by(artefact, some)])
    WEIGHTS.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(json.dumps(record["measured"], indent=2) + "\n")


if __name__ == "__main__":
    typer.run(main)
