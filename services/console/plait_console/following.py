"""Follows a text file as it grows."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from io import BufferedReader
from pathlib import Path

LOOK_EVERY_S = 0.2

Pause = Callable[[float], None]


def follow_file(path: Path, last: int = 0, pause: Pause | None = None) -> Iterator[str]:
    """The last lines, then those that are added from now on, for ever.

    A file that is put aside is read to its end, and its successor from its beginning.
    """
    pause = pause or time.sleep
    with path.open("rb") as file:
        _go_back(file, last)
        yield from _lines(path, file, pause)
    while True:
        with _open(path, pause) as file:
            yield from _lines(path, file, pause)


def _go_back(file: BufferedReader, last: int) -> None:
    lines = deque(file, maxlen=last)
    file.seek(-sum(map(len, lines)), os.SEEK_CUR)


def _open(path: Path, pause: Pause) -> BufferedReader:
    while True:
        try:
            return path.open("rb")
        except FileNotFoundError:
            pause(LOOK_EVERY_S)


def _lines(path: Path, file: BufferedReader, pause: Pause) -> Iterator[str]:
    """Whole lines, until the file was put aside and read to its end."""
    part = b""
    while True:
        aside = _put_aside(path, file)  # asked before reading: what is read then is all there will be
        for piece in file:
            part += piece
            if part.endswith(b"\n"):
                yield _text(part)
                part = b""
        if aside:
            break
        pause(LOOK_EVERY_S)
    if part:
        yield _text(part)


def _put_aside(path: Path, file: BufferedReader) -> bool:
    try:
        return not os.path.samestat(path.stat(), os.fstat(file.fileno()))
    except FileNotFoundError:
        return False


def _text(line: bytes) -> str:
    return line.decode("utf-8", "replace").rstrip("\r\n")
