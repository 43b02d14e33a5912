"""Follows a text file as it grows."""

import time
from collections.abc import Iterator
from pathlib import Path

LOOK_EVERY_S = 0.2


def follow_file(path: Path) -> Iterator[str]:
    """Whole lines that are added from now on, for ever; a file that is put aside is followed in its new form."""
    with path.open(encoding="utf-8", errors="replace") as file:
        file.seek(0, 2)
        part = ""
        while True:
            part += file.readline()
            if part.endswith("\n"):
                yield part.rstrip("\n")
                part = ""
                continue
            if path.exists() and path.stat().st_ino != _inode(file.fileno()):
                break
            time.sleep(LOOK_EVERY_S)
    yield from follow_file(path)


def _inode(descriptor: int) -> int:
    import os

    return os.fstat(descriptor).st_ino
