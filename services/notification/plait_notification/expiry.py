"""When the counts of a Faust window are no longer needed: by the stream's own time."""

import time
from collections.abc import Callable
from datetime import timedelta

import faust

SILENT_S = 3600.0
"""A partition without an event for so long, or that went to another instance, holds nothing up."""


class Newest:
    """How far the stream has come: of the newest events of the partitions that speak, the oldest."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._read: dict[int, tuple[float, float]] = {}

    def __call__(self) -> float:
        """Seconds since the epoch; 0 before the first event."""
        spoken = self._clock() - SILENT_S
        return min((newest for newest, at in self._read.values() if at > spoken), default=0.0)

    def read(self, partition: int, seconds: float) -> None:
        """Note an event of a partition."""
        newest, _ = self._read.get(partition, (0.0, 0.0))
        self._read[partition] = max(seconds, newest), self._clock()


class EventTimeWindow(faust.TumblingWindow):
    """Tumbling windows that expire as the stream goes on.

    Faust's own expire by the clock on the wall: it forgets the counts of an old week while that week is being read.
    """

    def __init__(self, size: timedelta, expires: timedelta, now: Callable[[], float]) -> None:
        super().__init__(size, expires)
        self._now = now

    def stale(self, timestamp: float, latest_timestamp: float) -> bool:
        """Whether a window that ended at ``timestamp`` is no longer needed."""
        return super().stale(timestamp, min(latest_timestamp, self._now()))
