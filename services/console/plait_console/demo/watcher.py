"""Reads the topics from the beginning while the week is told, in a thread of its own."""

import threading
import time
from datetime import datetime
from types import TracebackType
from typing import Self

from plait_console.decoding import Reader, Undecodable
from plait_console.demo.arrivals import Arrivals
from plait_console.settings import ConsoleSettings
from plait_console.stream import Stream
from plait_schemas.catalogue import topics
from plait_shared.bus import Partition, RawRecord
from plait_shared.bystander import Extent
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
        self._extents: dict[Partition, Extent] = {}
        self._before: dict[Partition, Extent] = {}
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

    def extents(self) -> dict[Partition, Extent]:
        """Where the workspace's records lie, so far; unlike the ends of the log, without the marks of transactions."""
        return dict(self._extents)

    def _run(self) -> None:
        try:
            with (
                Reader(self._settings) as reader,
                Stream(self._settings, list(topics()), from_beginning=True) as stream,
            ):
                self._before = stream.extents()
                while not self._stop.is_set():
                    for raw in stream.poll():
                        self._take(reader, raw)
        except PlaitError as error:
            self._error = error

    def _take(self, reader: Reader, raw: RawRecord) -> None:
        found = reader.read(raw)
        if getattr(found, "workspace", self.workspace) != self.workspace:
            return
        self._changed_s = time.monotonic()
        known = self._extents.get(raw.partition, Extent(raw.offset, raw.offset))
        self._extents[raw.partition] = Extent(known.beginning, raw.offset + 1)
        if not isinstance(found, Undecodable):
            self.arrivals.add(found)
        elif raw.offset >= self._before[raw.partition].end:  # those of earlier days are not the week's
            self.arrivals.undecodable.append(f"{raw.partition.topic} {raw.partition.number}/{raw.offset}")
