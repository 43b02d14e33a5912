"""Real child processes: each in its own session, writing to its own log file."""

import asyncio
import contextlib
import os
import pwd
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import psutil

from plait_console.stack.errors import StackError
from plait_console.stack.part import Part


class Process(Protocol):
    """A started child."""

    @property
    def pid(self) -> int:
        """Its process id."""

    async def wait(self) -> int:
        """Its exit code, negative for a signal; may be awaited by many."""

    def send(self, number: signal.Signals) -> None:
        """Signal the child alone; nothing if it has ended."""

    def kill_tree(self) -> None:
        """SIGKILL whatever still lives of the child and all that it started."""


class Launcher(Protocol):
    """Starts parts; tests put a fake here."""

    async def launch(self, part: Part, log: Path) -> Process:
        """Start the part with its output appended to ``log``; raises StackError when it can't be started."""


def identity(user: str | None) -> dict[str, Any]:
    """The arguments of ``subprocess`` that make a child run as ``user``."""
    if user is None:
        return {}
    entry = pwd.getpwnam(user)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


class ChildProcess(Process):
    """A ``Process`` of asyncio, leader of its own session."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._family: list[psutil.Process] = []

    @property
    def pid(self) -> int:
        return self._process.pid

    async def wait(self) -> int:
        return await self._process.wait()

    def send(self, number: signal.Signals) -> None:
        # PostgreSQL's children are sessions of their own: note them while the link to their parent exists.
        with contextlib.suppress(psutil.NoSuchProcess):
            self._family = psutil.Process(self.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    def kill_tree(self) -> None:
        self.send(signal.SIGKILL)
        for member in {*self._family, *session(self.pid)}:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()


def session(leader: int) -> list[psutil.Process]:
    """All living processes of the session that ``leader`` began, whether or not it still lives."""
    members = []
    for process in psutil.process_iter():
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if process.pid != leader and os.getsid(process.pid) == leader:
                members.append(process)
    return members


class ChildLauncher:
    """The ``Launcher`` that really starts processes."""

    async def launch(self, part: Part, log: Path) -> Process:
        try:
            part.cwd.mkdir(mode=0o700, parents=True, exist_ok=True)
            with log.open("ab") as output:
                process = await asyncio.create_subprocess_exec(
                    *part.command,
                    cwd=part.cwd,
                    env={**os.environ, "PYTHONUNBUFFERED": "1", **part.env},
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=output,
                    stderr=asyncio.subprocess.STDOUT,
                    start_new_session=True,
                    **identity(part.user),
                )
        except OSError as exc:
            raise StackError(f"{part.name} can't be started: {exc.strerror}: {exc.filename}", "plait doctor") from exc
        return ChildProcess(process)


async def run_once(
    command: Sequence[str], *, env: dict[str, str] | None = None, text: str = "", user: str | None = None
) -> str:
    """Run a short command to its end and return its output; raises StackError with the output when it fails.

    A cancelled caller takes the command and all that it started with it.
    """
    name = Path(command[0]).name
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **(env or {})},
            cwd="/",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            **identity(user),
        )
    except OSError as exc:
        raise StackError(f"{name} can't be run: {exc.strerror}: {exc.filename}", "plait doctor") from exc
    try:
        output, _ = await process.communicate(text.encode())
    except asyncio.CancelledError:
        ChildProcess(process).kill_tree()
        await process.wait()
        raise
    said = output.decode("utf-8", "replace").strip()
    if process.returncode != 0:
        last = "\n".join(said.splitlines()[-12:])
        raise StackError(f"{name} failed with exit code {process.returncode}", last)
    return said
