"""How much may come in: a bound on what is in flight, a rate for each workspace, a memory of what was just written."""

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from plait_shared.errors import Overloaded


class Gate:
    """Lets a bounded amount in at a time; more is refused at once, never queued."""

    def __init__(self, capacity: int, what: str) -> None:
        self._capacity = capacity
        self._what = what
        self._inside = 0
        self._lock = threading.Lock()

    @contextmanager
    def inside(self, amount: int = 1) -> Iterator[None]:
        """Hold room for this much; raises Overloaded when there is none. More than fits at all enters alone."""
        with self._lock:
            if self._inside and self._inside + amount > self._capacity:
                raise Overloaded(f"{self._inside} {self._what} are being worked on; send this again in a second")
            self._inside += amount
        try:
            yield
        finally:
            with self._lock:
                self._inside -= amount


class Rates:
    """A token bucket for each workspace. What is in the bucket may be overdrawn once, so that no batch is too large."""

    def __init__(self, per_s: float, burst: int) -> None:
        self._per_s = per_s
        self._burst = float(burst)
        self._buckets: dict[str, tuple[float, float]] = {}
        self._lock = threading.Lock()

    def take(self, workspace: str, events: int, now_s: float) -> None:
        """Pay for these events; raises Overloaded with the time until there is something in the bucket again."""
        with self._lock:
            tokens, at_s = self._buckets.get(workspace, (self._burst, now_s))
            tokens = min(self._burst, tokens + max(0.0, now_s - at_s) * self._per_s)
            if tokens <= 0:
                wait_s = max(1.0, math.ceil((1 - tokens) / self._per_s))
                raise Overloaded(f"more than {self._per_s:g} events a second for a while", retry_after_s=wait_s)
            self._buckets[workspace] = (tokens - events, now_s)


class Recent:
    """The last ids that Kafka acknowledged. Forgetting one is harmless: readers drop duplicates by the same ids."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def __contains__(self, id_: str) -> bool:
        return id_ in self._ids

    def add(self, ids: Iterable[str]) -> None:
        """Remember these, forget the oldest beyond the capacity."""
        with self._lock:
            for id_ in ids:
                self._ids[id_] = None
                self._ids.move_to_end(id_)
            while len(self._ids) > self._capacity:
                self._ids.popitem(last=False)
