"""A lock that is given in the order in which it was asked for."""

import threading
from collections import deque
from types import TracebackType


class Turns:
    """First come, first served, unlike ``threading.Lock``: who has just had a turn waits for all who came before."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._taken = False
        self._waiting: deque[threading.Event] = deque()

    def __enter__(self) -> None:
        with self._lock:
            if not self._taken:
                self._taken = True
                return
            mine = threading.Event()
            self._waiting.append(mine)
        mine.wait()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()  # handed over: nobody else can take it in between
            else:
                self._taken = False
