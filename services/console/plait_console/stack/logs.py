"""The parts' log files: put aside at the start, read at the end, followed in the foreground."""

import asyncio
import os
from collections import deque
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

FOLLOW_EVERY_S = 0.15


def rotate(log: Path) -> None:
    """Keep the last run's log as ``.1``, so that no log grows over more than one run."""
    if log.exists():
        os.replace(log, log.with_name(log.name + ".1"))


def tail(log: Path, lines: int = 12) -> str:
    """The last lines of a log, or a word that there are none."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            last = deque(file, maxlen=lines)
    except FileNotFoundError:
        last = deque()
    return "".join(last).rstrip() or "(it said nothing)"


class LogFollower:
    """Hands on whole lines as the parts write them. A part writes to its file, so that no reader can hold it up."""

    def __init__(self, logs: dict[str, Path], line: Callable[[str, str], None]) -> None:
        self._logs = logs
        self._line = line
        self._files: dict[str, BufferedReader] = {}

    async def run(self) -> None:
        """Until cancelled; what is still unread then is handed on first."""
        try:
            while True:
                self.step()
                await asyncio.sleep(FOLLOW_EVERY_S)
        finally:
            self.step()
            self.close()

    def step(self) -> None:
        """Hand on every whole line written since the last step."""
        for part, log in self._logs.items():
            if part not in self._files and log.exists():
                self._files[part] = log.open("rb")
            if part in self._files:
                self._read(part, self._files[part])

    def close(self) -> None:
        """Let go of the files."""
        for file in self._files.values():
            file.close()

    def _read(self, part: str, file: BufferedReader) -> None:
        while True:
            start = file.tell()
            line = file.readline()
            if not line.endswith(b"\n"):
                file.seek(start)
                return
            self._line(part, line.decode("utf-8", "replace").rstrip())
