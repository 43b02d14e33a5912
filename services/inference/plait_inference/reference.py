"""``reference.json`` beside a model's weights: the labels that it gave where it was measured, as shares."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from plait_inference.drift import LABELS, Shares, Tally
from plait_inference.reading import Reading
from plait_shared.errors import Misconfigured

REFERENCE: Final = "reference.json"


@dataclass(frozen=True, slots=True)
class Reference:
    """What the model of this revision said of so many messages."""

    revision: str
    messages: int
    shares: Shares


def refer(revision: str, readings: Iterable[Reading]) -> Reference:
    """The reference that these readings make."""
    tally = Tally()
    for reading in readings:
        tally.hear(reading)
    shares = {task: {label: round(s, 6) for label, s in labels.items()} for task, labels in tally.shares().items()}
    return Reference(revision, tally.messages, shares)


def write(folder: Path, reference: Reference) -> Path:
    """Keep it beside the weights."""
    path = folder / REFERENCE
    path.write_text(json.dumps(asdict(reference), indent=1) + "\n", encoding="utf-8")
    return path


def read(folder: Path, revision: str) -> Reference | None:
    """The reference of this revision; None where there is none, or that of another.

    Raises Misconfigured for a file that is no reference.
    """
    path = folder / REFERENCE
    if not path.exists():
        return None
    try:
        found = Reference(**json.loads(path.read_text(encoding="utf-8")))
        whole = all(_is_share(found.shares[task][label]) for task, labels in LABELS.items() for label in labels)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise Misconfigured(f"{path} is no reference: {error!r}; write it again or remove it") from error
    if not whole:
        raise Misconfigured(f"{path} is no reference: a share is no number from 0 to 1; write it again or remove it")
    return found if found.revision == revision else None


def _is_share(value: float) -> bool:
    return 0 <= value <= 1  # false for NaN as well
