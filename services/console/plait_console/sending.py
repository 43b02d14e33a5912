"""Sends what an importer reads, a batch at a time, and remembers how far it came.

What was sent is counted by items in the file's order, kept under the file's checksum: the same file goes on where it
stopped, a changed one begins anew. Sending an item twice does no harm; ingest derives ids from the content.
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


class Sender(Protocol):
    """Takes a batch of events; `plait_console.door.Door` does."""

    def send(self, events: Sequence[CloudEvent]) -> Receipt:
        """Send a batch and say what became of it."""


@dataclass
class Outcome:
    """What became of a file; ``refused`` holds place and cause of everything that was not taken."""

    skipped: int = 0
    accepted: int = 0
    duplicates: int = 0
    ignored: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Items that need no more work."""
        return self.skipped + self.accepted + self.duplicates + self.ignored + len(self.refused)


class Bookmark:
    """How many items of one file are done, kept in a file of its own."""

    def __init__(self, folder: Path, checksum: str) -> None:
        self._file = folder / f"{checksum}.json"

    def read(self) -> int:
        """Items done, 0 for a file that is new or whose bookmark can't be read."""
        try:
            return int(json.loads(self._file.read_text("utf-8"))["done"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def write(self, path: Path, done: int) -> None:
        """Remember; the old word stands until the new one is whole."""
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(json.dumps({"path": str(path), "done": done}), "utf-8")
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
    skip: int = 0,
    progress: Callable[[Outcome], None] | None = None,
) -> Outcome:
    """Send every item after the first ``skip``; ``progress`` is called when a batch is answered.

    A refused item stops nothing. When ingest stays away, Retryable passes through and ``outcome`` says what was done.
    """
    rest = iter(items)
    outcome.skipped = sum(1 for _ in islice(rest, skip))
    for batch in _batches(rest):
        _send(batch, door, outcome)
        if progress is not None:
            progress(outcome)
    return outcome


def _batches(items: Iterator[Item | Malformed]) -> Iterator[list[Item | Malformed]]:
    while batch := list(islice(items, BATCH)):
        yield batch


def _send(batch: list[Item | Malformed], door: Sender, outcome: Outcome) -> None:
    good = [item for item in batch if isinstance(item, Item)]
    receipt = door.send([item.event for item in good]) if good else Receipt()
    duplicates = sum(1 for accepted in receipt.accepted if accepted.status == "duplicate")
    outcome.duplicates += duplicates
    outcome.accepted += len(receipt.accepted) - duplicates
    outcome.ignored += len(receipt.ignored)
    outcome.refused += [(item.place, item.cause) for item in batch if isinstance(item, Malformed)]
    outcome.refused += [(_place(good, refusal.index), refusal.cause) for refusal in receipt.refused]


def _place(good: Sequence[Item], index: int) -> str:
    return good[index].place if 0 <= index < len(good) else "a place that ingest did not name"
