"""Keeps one part: starts it, waits until it is ready, starts it again when it may, ends it."""

import asyncio
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from plait_console.stack.errors import StackError
from plait_console.stack.logs import tail
from plait_console.stack.part import Part, PartState
from plait_console.stack.process import Launcher, Process

ENDING = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGQUIT, signal.SIGABRT, signal.SIGKILL})


@dataclass(frozen=True)
class Patience:
    """How long things may take, in seconds, and how often a service may be started again in a row."""

    ready_timeout_s: float = 120
    stop_grace_s: float = 30
    service_restarts: int = 5
    restart_backoff_s: float = 1
    steady_after_s: float = 60
    probe_every_s: float = 0.1
    retry_after_s: float = 0.5


def how_it_ended(code: int) -> str:
    """An exit code in words; 143 and -15 are both how a JVM or a Python says SIGTERM."""
    number = -code if code < 0 else code - 128
    if number in set(signal.Signals):
        return f"ended by {signal.Signals(number).name}"
    return f"ended with exit code {code}"


class Keeper:
    """One part and the process that it is now. Every method is for the supervisor's loop alone."""

    def __init__(self, part: Part, log: Path, launcher: Launcher, patience: Patience) -> None:
        self.part = part
        self.log = log
        self.state = PartState.WAITING
        self.detail = ""
        self.restarts = 0
        self.process: Process | None = None
        self.changed: Callable[[], None] = lambda: None
        self.failed: Callable[[StackError], None] = lambda _: None
        self._launcher = launcher
        self._patience = patience
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id, while there is a process."""
        return self.process.pid if self.process else None

    async def start(self) -> None:
        """Start it and wait until it is ready or, a task, done; raises StackError when it ends before, or is late.

        Returns at once when it is so already, and while it is being started again.
        """
        if self.state in (PartState.READY, PartState.DONE, PartState.RESTARTING):
            return
        if self.process is not None:
            await self.stop()
        try:
            if self.part.prepare:
                self._turn(PartState.PREPARING)
                await self.part.prepare(self._note)
            await self._launch_until_ready()
            if self.part.settle:
                await self.part.settle(self._note)
        except StackError as error:
            self._turn(PartState.FAILED, error.message)
            raise
        self._settled()

    async def stop(self) -> None:
        """The part's own signal, a grace time, then SIGKILL; nothing is left behind. Nothing to do if it has ended."""
        await self._unwatch()
        if self.process is None:
            if self.state is not PartState.FAILED:
                self._turn(PartState.STOPPED)
            return
        self._turn(PartState.STOPPING)
        await self._end(self.part.stop_signal)
        self._turn(PartState.STOPPED)

    async def kill(self, number: signal.Signals) -> None:
        """Send any signal. One of ``ENDING`` is not a crash: the part is then stopped, not restarted.

        Any other is sent and no more: SIGSTOP and SIGCONT freeze and thaw the part.
        """
        if self.process is None:
            raise StackError(f"{self.part.name} does not run", "plait status")
        if number not in ENDING:
            self.process.send(number)
            return
        await self._unwatch()
        await self._end(number)
        self._turn(PartState.STOPPED, f"by {number.name}")

    async def _launch_until_ready(self) -> None:
        for remaining in reversed(range(self.part.start_tries)):
            self.process = await self._launcher.launch(self.part, self.log)
            self._turn(PartState.STARTING)
            code = await self._ready_or_ended(self.process)
            if code is None or (code == 0 and self.part.kind == "task"):
                return
            self._forget()
            if remaining == 0:
                raise self._ended(code, "before it was ready")
            self._note("starting again")
            await asyncio.sleep(self._patience.retry_after_s)

    async def _ready_or_ended(self, process: Process) -> int | None:
        """None once ready, else the exit code; a task is never ready but ends."""
        ended = asyncio.ensure_future(process.wait())
        try:
            async with asyncio.timeout(self._patience.ready_timeout_s):
                if self.part.kind == "task":
                    return await ended
                while not ended.done():
                    if await self.part.ready() and not ended.done():
                        return None
                    await asyncio.wait({ended}, timeout=self._patience.probe_every_s)
                return ended.result()
        except TimeoutError as exc:
            await self._end(self.part.stop_signal)
            waited = f"{self.part.name} was not ready after {self._patience.ready_timeout_s:g} s"
            raise StackError(waited, f"The last lines of {self.log}:\n{tail(self.log)}") from exc
        finally:
            ended.cancel()

    def _settled(self) -> None:
        if self.part.kind == "task":
            self._forget()
            self._turn(PartState.DONE)
        elif self.process is not None:
            self._watch = asyncio.create_task(self._watch_over(self.process), name=f"watch-{self.part.name}")
            self._turn(PartState.READY)

    async def _watch_over(self, process: Process) -> None:
        """Wait for an end that nobody asked for; start a service again, or report."""
        tries = 0
        while True:
            began = time.monotonic()
            code = await process.wait()
            self._forget()
            error = self._ended(code, "unasked")
            tries = 0 if time.monotonic() - began >= self._patience.steady_after_s else tries
            while self.part.kind == "service" and tries < self._patience.service_restarts and self.process is None:
                try:
                    await self._start_again(tries, error)
                except StackError as next_error:
                    error = next_error
                tries += 1
            if self.process is None:
                self._turn(PartState.FAILED, error.message)
                self.failed(error)
                return
            process = self.process

    async def _start_again(self, tries: int, error: StackError) -> None:
        wait_s = self._patience.restart_backoff_s * 2**tries
        self._turn(PartState.RESTARTING, f"{error.message}; again in {wait_s:g} s")
        await asyncio.sleep(wait_s)
        self.restarts += 1
        await self._launch_until_ready()
        self._turn(PartState.READY, f"started again {self.restarts} times")

    async def _end(self, number: signal.Signals) -> None:
        process = self.process
        if process is None:
            return
        process.send(number)
        try:
            async with asyncio.timeout(self._patience.stop_grace_s):
                await process.wait()
        except TimeoutError:
            self._note(f"did not end within {self._patience.stop_grace_s:g} s: killed")
            process.send(signal.SIGKILL)
            await process.wait()
        self._forget()

    async def _unwatch(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.wait({self._watch})
            self._watch = None

    def _forget(self) -> None:
        if self.process:
            self.process.kill_tree()
            self.process = None

    def _ended(self, code: int, when: str) -> StackError:
        hint = f"The last lines of {self.log}:\n{tail(self.log)}"
        return StackError(f"{self.part.name} {how_it_ended(code)} {when}", hint)

    def _turn(self, state: PartState, detail: str = "") -> None:
        self.state, self.detail = state, detail
        self.changed()

    def _note(self, detail: str) -> None:
        self.detail = detail
        self.changed()
