"""The live stream's memory: each person's alerts with the position at which they stand on the alert topic.

Clients keep a cursor, not a queue: what stands behind the cursor is theirs, so that a client that resumes or is slow
misses nothing and gets nothing twice, and costs no memory while it is slow. What has left the ring is read from Kafka.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from plait_notification.view import Who
from plait_schemas.records import Alert
from plait_shared.errors import BadRecord

MOST_AT_ONCE = 200
Cursor = dict[int, int]  # last offset that the client has, by partition


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert at its position."""

    partition: int
    offset: int
    alert: Alert

    @property
    def id(self) -> str:
        """The position as the stream's event id."""
        return f"{self.partition}:{self.offset}"


@dataclass(slots=True)
class _Ring:
    entries: deque[Entry] = field(default_factory=deque)
    dropped: Cursor = field(default_factory=dict)


Backfill = Callable[[int, int, int], Iterable[Entry]]


def position(event_id: str, field_name: str) -> tuple[int, int]:
    """Partition and offset of an event id; raises BadRecord naming the field when it is none."""
    parts = event_id.split(":")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 20 for part in parts):
        raise BadRecord(f"{field_name} must be `partition:offset`, as the stream gave it", field=field_name)
    return int(parts[0]), int(parts[1])


class Hub:
    """Takes alerts from the reading thread and gives them to clients of any thread.

    ``backfill(partition, start, end)`` reads the alert topic from ``start`` up to, not including, ``end``.
    """

    def __init__(self, ring: int, backfill: Backfill) -> None:
        self._size = ring
        self._backfill = backfill
        self._rings: dict[Who, _Ring] = {}
        self._last: Cursor = {}
        self._wakers: dict[Who, set[Callable[[], None]]] = {}
        self._lock = threading.Lock()
        self.closed = False

    def publish(self, partition: int, offset: int, alert: Alert) -> None:
        """Take an alert; one that was taken before is ignored."""
        who = Who(alert.workspace, alert.recipient)
        with self._lock:
            if offset <= self._last.get(partition, -1):
                return
            self._last[partition] = offset
            ring = self._rings.setdefault(who, _Ring())
            ring.entries.append(Entry(partition, offset, alert))
            if len(ring.entries) > self._size:
                oldest = ring.entries.popleft()
                ring.dropped[oldest.partition] = oldest.offset
            wakers = tuple(self._wakers.get(who, ()))
        for wake in wakers:
            wake()

    def cursor(self, last_event_id: str | None) -> Cursor:
        """Where a client goes on: behind its last event, or behind everything so far.

        A position beyond the end means that the topic was made anew, and all of it is new to the client. Raises
        BadRecord when the id is not a position.
        """
        with self._lock:
            if last_event_id is None:
                return dict(self._last)
            partition, offset = position(last_event_id, "Last-Event-ID")
            return {partition: offset} if offset <= self._last.get(partition, -1) else {}

    def after(self, who: Who, cursor: Cursor) -> list[Entry]:
        """The person's next alerts behind the cursor, in the order of their positions; at most some hundred."""
        with self._lock:
            ring = self._rings.get(who)
            if ring is None:
                return []
            entries, dropped = list(ring.entries), dict(ring.dropped)
        missing = list(islice(self._missing(who, cursor, dropped), MOST_AT_ONCE))
        fresh = [entry for entry in entries if entry.offset > cursor.get(entry.partition, -1)]
        return (missing + fresh)[:MOST_AT_ONCE]

    def _missing(self, who: Who, cursor: Cursor, dropped: Cursor) -> Iterator[Entry]:
        """What has left the person's ring behind the cursor; reads on only as far as it is asked."""
        for partition, last in dropped.items():
            if cursor.get(partition, -1) < last:
                for entry in self._backfill(partition, cursor.get(partition, -1) + 1, last + 1):
                    if Who(entry.alert.workspace, entry.alert.recipient) == who:
                        yield entry

    def before(self, who: Who, event_id: str | None) -> list[Entry]:
        """The person's alerts of the last days, newest first, behind this one; raises BadRecord for no position."""
        start = None if event_id is None else position(event_id, "before")
        with self._lock:
            entries = list(self._rings[who].entries) if who in self._rings else []
        return [e for e in reversed(entries) if start is None or (e.partition, e.offset) < start]

    def subscribe(self, who: Who, wake: Callable[[], None]) -> Callable[[], None]:
        """Call ``wake`` from the publishing thread when something new is there; returns how to end it."""
        with self._lock:
            self._wakers.setdefault(who, set()).add(wake)
        return lambda: self._leave(who, wake)

    def run(self, stop: threading.Event) -> None:
        """Let every client go when the service stops."""
        stop.wait()
        self.closed = True
        with self._lock:
            wakers = [wake for some in self._wakers.values() for wake in some]
        for wake in wakers:
            wake()

    def _leave(self, who: Who, wake: Callable[[], None]) -> None:
        with self._lock:
            self._wakers.get(who, set()).discard(wake)
            if not self._wakers.get(who):
                self._wakers.pop(who, None)
