"""A circuit breaker for each address: after some failures in a row it rests, then one attempt decides."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass
class Breaker:
    """Counts failures in a row of each address. Safe to use from several threads."""

    failures: int
    rest: timedelta
    _counts: dict[str, int] = field(default_factory=dict)
    _open_until: dict[str, datetime] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def resting(self, now: datetime) -> frozenset[str]:
        """Addresses that are not to be tried now."""
        with self._lock:
            return frozenset(address for address, until in self._open_until.items() if now < until)

    def record(self, address: str, worked: bool, now: datetime) -> None:
        """Note how an attempt went; the first failure after a rest opens it again."""
        with self._lock:
            if worked:
                self._counts.pop(address, None)
                self._open_until.pop(address, None)
                return
            self._counts[address] = self._counts.get(address, 0) + 1
            if self._counts[address] >= self.failures:
                self._open_until[address] = now + self.rest
