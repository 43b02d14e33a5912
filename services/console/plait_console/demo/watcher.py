"""Reads the topics from the beginning while the week is told, in a thread of its own."""

import threading
import time
from datetime import datetime
from types import TracebackType
from typing import Self

from plait_console.decoding import Reader, Undecodable
from plait_console.demo.arrivals import TOPICS, Arrivals
from plait_console.settings import ConsoleSettings
from plait_console.stream import Stream
from plait_shared.bus import RawRecord
from plait_shared.errors import PlaitError

JOIN_S = 10.0


class Watcher:
    """Fills ``arrivals`` with what belongs to one workspace, until the block ends.

    ``error`` is set when it had to give up; `check` raises it.
    """

    def __init__(self, settings: ConsoleSettings, workspace: str, since: datetime) -> None:
        self.arrivals = Arrivals(since=since)
        self.workspace = workspace
        self._changed_s = time.monotonic()
        self._error: PlaitError | None = None
        self._settings = settings
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(JOIN_S)

    def check(self) -> None:
        """Raise what made the watcher give up, if anything did."""
        if self._error is not None:
            raise self._error

    def quiet_s(self) -> float:
        """Seconds since the last record."""
        return time.monotonic() - self._changed_s

    def _run(self) -> None:
        try:
            with Reader(self._settings) as reader, Stream(self._settings, TOPICS, from_beginning=True) as stream:
                while not self._stop.is_set():
                    for raw in stream.poll():
                        self._take(reader, raw)
        except PlaitError as error:
            self._error = error

    def _take(self, reader: Reader, raw: RawRecord) -> None:
        self._changed_s = time.monotonic()
        found = reader.read(raw)
        if isinstance(found, Undecodable):
            self.arrivals.undecodable.append(f"{raw.partition.topic} {raw.partition.number}/{raw.offset}")
        elif getattr(found, "workspace", self.workspace) == self.workspace:
            self.arrivals.add(found)
