"""Measures a candidate and the model in use on earlier test sets, and writes down that it may take over."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from plait_inference.models.artefact import Manifest
from plait_inference.models.tagger import Tagger
from plait_inference.training import gate, items
from plait_inference.training.examples import Example, read_folder, split
from plait_inference.training.gate import TOLERANCE, Change
from plait_inference.training.measure import measure_as_it_is
from plait_inference.training.scores import Metrics
from plait_inference.training.train import LEARN_PART
from plait_shared.errors import Misconfigured

PROMOTION: Final = "promotion.json"
PASS_TOKENS: Final = 1024


@dataclass(frozen=True, slots=True)
class TestSet:
    """Annotated messages, and conversations with readers' notes where there are some; ``sha256`` is of its files."""

    __test__ = False  # no test of pytest's

    name: str
    sha256: str
    examples: list[Example]
    noted: list[items.Noted]


def promote(candidate: Tagger, over: Tagger, sets: Sequence[TestSet], report: Callable[[str], None]) -> dict[str, Any]:
    """What `PROMOTION` says when the candidate loses nowhere; raises Misconfigured when it does.

    Every score is reported, in a table, before the verdict.
    """
    if candidate.revision == over.revision:
        raise Misconfigured(f"{candidate.name} and {over.name} are the same model, {over.revision}")
    found = {each.sha256: gate.changes(each.name, _measure(over, each), _measure(candidate, each)) for each in sets}
    every = [change for changes in found.values() for change in changes]
    report(gate.table(every))
    lost = gate.losses(every)
    if lost:
        tasks = "; ".join(f"{change.task} on {change.set}" for change in lost)
        raise Misconfigured(
            f"{candidate.name} is not promoted: it loses more than {TOLERANCE * 100:g} point in {tasks}"
        )
    return {
        "candidate": _named(candidate.manifest),
        "over": _named(over.manifest),
        "tolerance": TOLERANCE,
        "sets": [_set(each, found[each.sha256]) for each in sets],
    }


def write(folder: Path, promotion: dict[str, Any]) -> Path:
    """Keep it beside the candidate's weights."""
    path = folder / PROMOTION
    path.write_text(json.dumps(promotion, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def dev_share(*manifests: Manifest) -> float:
    """The part of the shipped messages that none of these models learned from; 0 when one learned from all."""
    shares = [float(m.recipe["dev_share"]) if m.recipe["fitted_on"] == LEARN_PART else 0.0 for m in manifests]
    return min(shares)


def read_sets(folders: Sequence[Path], trained_on: Path, dev_share: float) -> list[TestSet]:
    """The sets in these folders, each once; of ``trained_on`` only the ``dev_share`` that no model learned from."""
    sets: dict[str, TestSet] = {}
    for folder in folders:
        examples = read_folder(folder)
        if folder.resolve() == trained_on.resolve():
            _, examples = split(examples, dev_share)
        if not examples:
            raise Misconfigured(f"{folder} has no message to measure on that the models did not learn from")
        made = TestSet(folder.resolve().name, content_hash(folder), examples, items.read(folder))
        sets.setdefault(made.sha256, made)
    return list(sets.values())


def content_hash(folder: Path) -> str:
    """sha256 over names and bytes of the files of a set, its notes included."""
    digest = hashlib.sha256()
    for path in (*sorted(folder.glob("*.jsonl")), *sorted((folder / "items").glob("*.jsonl"))):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _measure(tagger: Tagger, each: TestSet) -> dict[str, Metrics]:
    return measure_as_it_is(tagger, each.examples) | items.measure(tagger, each.noted, tagger.budget(PASS_TOKENS))


def _named(manifest: Manifest) -> dict[str, str]:
    return {"name": manifest.name, "revision": manifest.revision}


def _set(each: TestSet, changes: Sequence[Change]) -> dict[str, Any]:
    scores = [{key: value for key, value in asdict(change).items() if key != "set"} for change in changes]
    about = {"name": each.name, "sha256": each.sha256, "messages": len(each.examples)}
    return about | {"conversations": len(each.noted), "scores": scores}
