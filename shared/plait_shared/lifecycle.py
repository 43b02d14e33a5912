"""A service's life: its parts run in named threads, the first failure stops all, SIGTERM drains.

Exit codes: 0 after a wanted stop, 1 when a part failed or did not stop in time, 2 when misconfigured.
"""

import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from types import FrameType
from typing import TypeVar

import structlog
from tenacity import Retrying, retry_if_exception_type, wait_exponential_jitter

from plait_shared.errors import Misconfigured, PlaitError, Retryable

log = structlog.get_logger()
T = TypeVar("T")
Part = Callable[[threading.Event], None]


class Lifecycle:
    """Runs parts until one fails or a signal comes; ``resources`` are closed afterwards, last first."""

    def __init__(self, parts: Mapping[str, Part], resources: ExitStack, drain_timeout_s: float) -> None:
        self._parts = parts
        self._resources = resources
        self._drain_timeout_s = drain_timeout_s
        self._stop = threading.Event()
        self._failures: list[BaseException] = []

    def run(self) -> int:
        """Block until everything has ended; returns the exit code."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._on_signal)
        threads = [
            threading.Thread(target=self._guard, args=(name, part), name=name, daemon=True)
            for name, part in self._parts.items()
        ]
        for thread in threads:
            thread.start()
        while not self._stop.wait(timeout=1.0):
            pass
        late = self._join(threads)
        try:
            self._resources.close()
        except PlaitError as exc:
            log.warning("not closed cleanly", cause=str(exc))
        return 1 if self._failures or late else 0

    def _guard(self, name: str, part: Part) -> None:
        try:
            part(self._stop)
            if not self._stop.is_set():
                raise RuntimeError(f"{name} ended by itself")
        except BaseException as exc:
            self._failures.append(exc)
            known = isinstance(exc, PlaitError)
            log.error("part failed, stopping", part=name, cause=str(exc) or repr(exc), exc_info=None if known else exc)
        finally:
            self._stop.set()

    def _join(self, threads: list[threading.Thread]) -> list[str]:
        deadline = time.monotonic() + self._drain_timeout_s
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [thread.name for thread in threads if thread.is_alive()]
        if late:
            log.error("parts did not stop in time", parts=late, drain_timeout_s=self._drain_timeout_s)
        return late

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        log.info("stopping", signal=signal.Signals(number).name)
        self._stop.set()


def patiently(build: Callable[[], T]) -> T:
    """What ``build`` gives, tried again while a part that it needs is away."""
    retrying = Retrying(
        retry=retry_if_exception_type(Retryable),
        wait=wait_exponential_jitter(multiplier=0.5, max=5),
        before_sleep=lambda state: log.warning("waiting", cause=str(state.outcome and state.outcome.exception())),
    )
    return retrying(build)


def main(service: Callable[[], int]) -> None:
    """Run a service's entry point, from the start again while Kafka, registry or database are away at its start.

    A wrong setting ends with one line and exit code 2, never a traceback.
    """
    try:
        sys.exit(patiently(service))
    except Misconfigured as exc:
        print(f"plait: {exc}", file=sys.stderr)
        sys.exit(2)
    except PlaitError as exc:
        print(f"plait: {exc}", file=sys.stderr)
        sys.exit(1)
