"""A running stack for tests: the real Kafka, registry and PostgreSQL, on free ports, in a folder of its own."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from anyio.from_thread import BlockingPortal, start_blocking_portal

from plait_console.stack.part import Part
from plait_console.stack.progress import Silent
from plait_console.stack.services import INFRASTRUCTURE
from plait_console.stack.settings import StackSettings
from plait_console.stack.state import StackStatus
from plait_console.stack.supervise import Run, locked, prepare


class _Signpost(Silent):
    """Says when the stack is ready, or has ended."""

    def __init__(self) -> None:
        self.reached = threading.Event()

    def changed(self, status: StackStatus) -> None:
        if status.phase in ("ready", "stopped", "failed"):
            self.reached.set()


@dataclass(frozen=True)
class RunningStack:
    """The stack, for a test in another thread than its loop. Every method waits until it is done."""

    settings: StackSettings
    run: Run
    portal: BlockingPortal

    @property
    def kafka_bootstrap(self) -> str:
        """host:port of the broker."""
        return self.address("kafka")

    @property
    def registry_url(self) -> str:
        """The Confluent-compatible API."""
        return self.address("registry")

    @property
    def postgres_dsn(self) -> str:
        """Plait's database, with the password."""
        return self.address("postgres")

    def address(self, part: str) -> str:
        """The address of any part."""
        return self.run.status.address(part)

    def status(self) -> StackStatus:
        """The stack as it is now."""
        return self.run.status

    def start(self, part: str) -> None:
        """Start a part and wait until it is ready."""
        self.portal.call(self.run.supervisor.start, part)

    def stop(self, part: str) -> None:
        """Stop a part in good order."""
        self.portal.call(self.run.supervisor.stop, part)

    def restart(self, part: str) -> None:
        """Stop and start a part."""
        self.portal.call(self.run.supervisor.restart, part)

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a part a signal; it stays down until ``start``. SIGSTOP and SIGCONT freeze and thaw it."""
        self.portal.call(self.run.supervisor.kill, part, number)


@contextlib.contextmanager
def running_stack(
    parts: Sequence[str] = INFRASTRUCTURE, *, extra: Sequence[Part] = (), settings: StackSettings | None = None
) -> Iterator[RunningStack]:
    """Run the named parts, what they need and all of ``extra`` during the block; raises StackError when one crashes.

    Without ``settings`` everything lies in a new folder that goes at the end. Slow to enter: once a session.
    """
    with contextlib.ExitStack() as stack:
        settings = settings or StackSettings(home=stack.enter_context(open_folder()), usual_ports=False)
        stack.enter_context(locked(settings))
        signpost = _Signpost()
        run = prepare(settings, [*parts, *(part.name for part in extra)], signpost, extra)
        portal = stack.enter_context(start_blocking_portal(name="stack"))
        stop = portal.call(asyncio.Event)
        living = portal.start_task_soon(run.live, stop, name="stack")
        try:
            living.add_done_callback(lambda _: signpost.reached.set())
            signpost.reached.wait()
            if not living.done():
                yield RunningStack(settings, run, portal)
        finally:
            _finish(portal, stop, living)


def _finish(portal: BlockingPortal, stop: asyncio.Event, living: "Future[None]") -> None:
    portal.call(stop.set)
    living.result()


@contextlib.contextmanager
def open_folder() -> Iterator[Path]:
    """A new folder that PostgreSQL's unprivileged user can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="plait-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
