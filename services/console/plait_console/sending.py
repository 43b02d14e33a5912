"""Sends what an importer reads, a batch at a time, and remembers how far it came.

What was sent is counted by items in the file's order, kept under the file's checksum: the same file goes on where it
stopped, a changed one begins anew. What was refused is sent again by each later run, until it is taken. Sending an
item twice does no harm; ingest derives ids from the content.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Protocol

from plait_console.events import CloudEvent, Item, Malformed
from plait_console.receipts import Receipt

BATCH = 100
CHUNK_BYTES = 1 << 20
UNNAMED = "a place that ingest did not name"

Numbered = tuple[int, Item | Malformed]
"""An item with its number in the file's order, from 0."""


class Sender(Protocol):
    """Takes a batch of events; `plait_console.door.Door` does."""

    def send(self, events: Sequence[CloudEvent]) -> Receipt:
        """Send a batch and say what became of it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a file is done: its first ``reached`` items, but not those that are numbered in ``refused``."""

    reached: int = 0
    refused: frozenset[int] = frozenset()

    def done(self, number: int) -> bool:
        """Whether this item needs no more work."""
        return number < self.reached and number not in self.refused

    def after(self, sent: Sequence[int], refused: Iterable[int]) -> "Mark":
        """The mark when these items were sent, of which some were refused."""
        return Mark(max(self.reached, sent[-1] + 1), self.refused.difference(sent).union(refused))


@dataclass
class Outcome:
    """What became of a file; ``refused`` holds place and cause of everything that was not taken.

    ``mark`` is where the run begins, and then how far it came.
    """

    skipped: int = 0
    accepted: int = 0
    duplicates: int = 0
    ignored: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    mark: Mark = Mark()

    @property
    def done(self) -> int:
        """Items that this run has behind it."""
        return self.skipped + self.accepted + self.duplicates + self.ignored + len(self.refused)


class Bookmark:
    """The mark of one file, kept in a file of its own."""

    def __init__(self, folder: Path, checksum: str) -> None:
        self._file = folder / f"{checksum}.json"

    def read(self) -> Mark:
        """The mark; the beginning for a file that is new or whose bookmark can't be read."""
        try:
            kept = json.loads(self._file.read_text("utf-8"))
            return Mark(int(kept["done"]), frozenset(map(int, kept["refused"])))
        except (OSError, ValueError, KeyError, TypeError):
            return Mark()

    def write(self, path: Path, mark: Mark) -> None:
        """Remember; the old word stands until the new one is whole."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        kept = {"path": str(path), "done": mark.reached, "refused": sorted(mark.refused)}
        new.write_text(json.dumps(kept), "utf-8")
        new.replace(self._file)


def checksum(path: Path, *more: str) -> str:
    """SHA-256 over a file, or over all files of a folder with their names, and over what else shapes its events."""
    digest = hashlib.sha256("\0".join(more).encode())
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if file.is_file():
            digest.update(str(file.relative_to(path)).encode() + b"\0")
            with file.open("rb") as content:
                while chunk := content.read(CHUNK_BYTES):
                    digest.update(chunk)
    return digest.hexdigest()


def send_all(
    items: Iterable[Item | Malformed],
    door: Sender,
    outcome: Outcome,
    *,
    progress: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """Send every item that is not done by ``outcome.mark``; ``progress`` is called when a batch is answered.

    A refused item stops nothing. When ingest stays away, Retryable passes through and ``outcome`` says what was done.
    """
    todo = _todo(items, outcome, outcome.mark)
    while batch := list(islice(todo, BATCH)):
        _send(batch, door, outcome)
        if progress is not None:
            progress(outcome)
    return outcome


def _todo(items: Iterable[Item | Malformed], outcome: Outcome, begun: Mark) -> Iterator[Numbered]:
    for number, item in enumerate(items):
        if begun.done(number):
            outcome.skipped += 1
        else:
            yield number, item


def _send(batch: list[Numbered], door: Sender, outcome: Outcome) -> None:
    good = [(number, item) for number, item in batch if isinstance(item, Item)]
    bad = [(number, item) for number, item in batch if isinstance(item, Malformed)]
    receipt = door.send([item.event for _, item in good]) if good else Receipt()
    duplicates = sum(1 for accepted in receipt.accepted if accepted.status == "duplicate")
    outcome.duplicates += duplicates
    outcome.accepted += len(receipt.accepted) - duplicates
    outcome.ignored += len(receipt.ignored)
    outcome.refused += [(item.place, item.cause) for _, item in bad]
    again = {number for number, _ in bad}
    for refusal in receipt.refused:
        known = 0 <= refusal.index < len(good)
        meant = [good[refusal.index]] if known else good
        again.update(number for number, _ in meant)
        outcome.refused.append((meant[0][1].place if known else UNNAMED, refusal.cause))
    outcome.mark = outcome.mark.after([number for number, _ in batch], again)
