"""The life of one run of the stack: lock, ports, parts, state file, orders, and the end."""

import asyncio
import contextlib
import fcntl
import os
import secrets
import shutil
import signal
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from plait_console.stack.control import Order, carry_out, serve
from plait_console.stack.errors import StackError
from plait_console.stack.keeper import Keeper, Patience
from plait_console.stack.logs import LogFollower, rotate
from plait_console.stack.orphans import end_orphans
from plait_console.stack.part import Part, with_dependencies
from plait_console.stack.ports import choose_ports
from plait_console.stack.process import ChildLauncher
from plait_console.stack.progress import Progress
from plait_console.stack.secrets import load_secrets
from plait_console.stack.services import all_parts
from plait_console.stack.settings import Layout, StackSettings
from plait_console.stack.state import Control, PartStatus, Phase, ProcessId, StackStatus, read_state, write_state
from plait_console.stack.supervisor import Supervisor

HOPELESS_MB = 16
"""With less free disk nothing starts, whatever the settings say."""

ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Run:
    """One run, and what it tells the world: every change goes to the state file and to the person who watches."""

    def __init__(self, settings: StackSettings, parts: Sequence[Part], status: StackStatus, progress: Progress) -> None:
        self.layout = Layout(settings.home)
        self.supervisor = Supervisor(parts, self.layout.logs, ChildLauncher(), patience(settings))
        self.status = status
        self._progress = progress
        self.supervisor.on_change(self.tell)

    def enter(self, phase: Phase, error: StackError | None = None, control: Control | None = None) -> None:
        """Go on to another phase of the run, and tell it."""
        ended = phase in ("stopped", "failed")
        self.status = replace(
            self.status,
            phase=phase,
            supervisor=None if ended else ProcessId.of(os.getpid()),
            control=None if ended else control or self.status.control,
            error=error.message if error else "",
            hint=error.hint if error else "",
        )
        self.tell()

    def tell(self) -> None:
        """Write down the state as it is, and show it. Where it can't be written the stack ends, but in good order."""
        parts = tuple(part_status(keeper) for keeper in self.supervisor.keepers.values())
        self.status = replace(self.status, parts=parts)
        try:
            with files_ready(self.layout.home):
                write_state(self.layout.state, self.status)
        except StackError as error:
            self.supervisor.fail(error)
        self._progress.changed(self.status)

    async def live(self, stop: asyncio.Event) -> None:
        """Start, stay until ``stop`` or a failure, and end everything; raises StackError for a failure."""
        token = secrets.token_hex(16)
        server = await serve(token, self._obey)
        control = Control(port=server.sockets[0].getsockname()[1], token=token)
        error: StackError | None = None
        self.enter("starting", control=control)
        try:
            if await _unless(stop, self.supervisor.up()):
                self.enter("ready")
                await _unless(stop, self._fail())
        except StackError as failure:
            error = failure
            raise
        finally:
            server.close()
            self.enter("stopping", error)
            await self.supervisor.down()
            self.enter("failed" if error else "stopped", error)

    async def _obey(self, order: Order) -> None:
        if self.status.phase != "ready":
            raise StackError(f"the stack is {self.status.phase}", "Wait until it is ready.")
        await carry_out(self.supervisor, order)

    async def _fail(self) -> None:
        raise await self.supervisor.failure()


def patience(settings: StackSettings) -> Patience:
    """The times of the settings."""
    names = ("ready_timeout_s", "stop_grace_s", "service_restarts", "restart_backoff_s", "steady_after_s")
    return Patience(**{name: getattr(settings, name) for name in names})


def part_status(keeper: Keeper) -> PartStatus:
    """A part as it is now."""
    return PartStatus(
        name=keeper.part.name,
        kind=keeper.part.kind,
        state=keeper.state,
        address=keeper.part.address,
        log=str(keeper.log),
        stop_signal=keeper.part.stop_signal,
        process=ProcessId.of(keeper.pid) if keeper.pid else None,
        restarts=keeper.restarts,
        detail=keeper.detail,
    )


def prepare(settings: StackSettings, names: Sequence[str], progress: Progress, extra: Sequence[Part] = ()) -> Run:
    """Everything before the first child: what the last run left is ended, ports are chosen, the disk has room.

    A StackError is written down before it is raised, for whoever waits for a detached supervisor.
    """
    layout = Layout(settings.home)
    before = read_state(layout.state)
    try:
        check_disk(settings)
        end_orphans(before, settings.stop_grace_s)
        ports = choose_ports(settings.ports, before.ports, usual=settings.usual_ports)
        every = (*all_parts(settings, ports, load_secrets(layout.secrets)), *extra)
        parts = with_dependencies(every, names or [part.name for part in every])
        for part in parts:
            rotate(layout.log(part.name))
    except StackError as error:
        failed = replace(before, phase="failed", parts=(), supervisor=None, error=error.message, hint=error.hint)
        write_state(layout.state, failed)
        raise
    return Run(settings, parts, StackStatus(home=str(settings.home), ports=ports), progress)


def check_disk(settings: StackSettings) -> None:
    """Raise StackError when the disk of the home folder is nearly full: Kafka stops hard on a full one."""
    free_mb = shutil.disk_usage(settings.home).free // 2**20
    if free_mb < max(settings.min_free_disk_mb, HOPELESS_MB):
        wanted = f"PLAIT_MIN_FREE_DISK_MB asks for {settings.min_free_disk_mb}"
        raise StackError(f"{settings.home} has only {free_mb} MB of free disk", f"Make room; {wanted}.")


@contextlib.contextmanager
def locked(settings: StackSettings) -> Iterator[None]:
    """Make the home folder and be its only supervisor; raises StackError when another one is."""
    layout = Layout(settings.home)
    with files_ready(settings.home):
        layout.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        with layout.lock.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as exc:
                running = read_state(layout.state)
                pid = f" (pid {running.supervisor.pid})" if running.supervisor else ""
                message = f"the stack runs already in {settings.home}{pid}"
                raise StackError(message, "plait status shows where; plait down stops it.") from exc
            yield


@contextlib.contextmanager
def files_ready(home: Path) -> Iterator[None]:
    """Turn an error of the file system, such as a full disk, into a StackError."""
    try:
        yield
    except OSError as exc:
        hint = f"Is there room, and may this user write? PLAIT_HOME is {home}."
        raise StackError(f"{exc.strerror or exc}: {exc.filename or home}", hint) from exc


async def supervise(settings: StackSettings, names: Sequence[str], progress: Progress, *, follow: bool) -> None:
    """Run the named parts (all, if none) and what they need until a signal or a failure, which is raised.

    The first signal stops everything in good order; the second kills.
    """
    with locked(settings):
        run = prepare(settings, names, progress)
        stop = asyncio.Event()

        def end() -> None:
            if stop.is_set():
                run.supervisor.hurry()
            stop.set()

        for number in ENDING_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, end)
        async with _followed(run, progress) if follow else contextlib.nullcontext():
            await run.live(stop)


@contextlib.asynccontextmanager
async def _followed(run: Run, progress: Progress) -> AsyncIterator[None]:
    logs = {name: keeper.log for name, keeper in run.supervisor.keepers.items()}
    follower = asyncio.create_task(LogFollower(logs, progress.line).run(), name="logs")
    try:
        yield
    finally:
        follower.cancel()
        await asyncio.wait({follower})


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, None]) -> bool:
    """Do the work, or cancel it when ``stop`` is set; whether it was done."""
    doing = asyncio.create_task(work, name="stack")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    try:
        await asyncio.wait({doing, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if doing.done():
            doing.result()
            return True
        return False
    finally:
        for task in (doing, stopping):
            task.cancel()
        await asyncio.wait({doing, stopping})
