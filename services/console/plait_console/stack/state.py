"""What the stack writes down about itself, and who may be believed to be alive."""

import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import psutil
from pydantic import TypeAdapter, ValidationError

from plait_console.stack.errors import StackError
from plait_console.stack.part import Kind, PartState

Phase = Literal["never started", "starting", "ready", "stopping", "stopped", "failed", "lost"]
"""``lost``: the supervisor was killed; its parts may still run, and ``plait down`` ends them."""

CLOCK_TOLERANCE_S = 2.0


@dataclass(frozen=True)
class ProcessId:
    """A pid with the time its process began, since pids are used again."""

    pid: int
    created_s: float

    @classmethod
    def of(cls, pid: int) -> "ProcessId | None":
        """The process that has this pid now."""
        try:
            return cls(pid, psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return None

    def process(self) -> psutil.Process | None:
        """The living process that this is, and never another with the same pid."""
        try:
            process = psutil.Process(self.pid)
            if abs(process.create_time() - self.created_s) > CLOCK_TOLERANCE_S:
                return None
            return None if process.status() == psutil.STATUS_ZOMBIE else process
        except psutil.NoSuchProcess:
            return None


@dataclass(frozen=True)
class PartStatus:
    """One part as ``plait status`` shows it. ``address`` is what a client needs: a bootstrap, a url, a dsn."""

    name: str
    kind: Kind
    state: PartState
    address: str
    log: str
    stop_signal: int
    process: ProcessId | None = None
    restarts: int = 0
    detail: str = ""


@dataclass(frozen=True)
class Control:
    """Where the supervisor takes orders: a loopback port, and the word that proves who asks."""

    port: int
    token: str


@dataclass(frozen=True)
class StackStatus:
    """The whole stack. ``ports`` outlive it, so that a restart is found where it was."""

    home: str
    phase: Phase = "never started"
    supervisor: ProcessId | None = None
    parts: tuple[PartStatus, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    control: Control | None = None
    error: str = ""
    hint: str = ""

    @property
    def running(self) -> bool:
        """Whether a supervisor lives that keeps these parts."""
        return self.phase in ("starting", "ready", "stopping")

    def address(self, part: str) -> str:
        """The address of a part; raises StackError when there is no such part."""
        for status in self.parts:
            if status.name == part:
                return status.address
        raise StackError(f"no {part} runs here", "plait up")

    def to_json(self) -> str:
        """Indented JSON, without the word that lets others give orders."""
        return STATUS.dump_json(self, indent=2, exclude={"control"}).decode()


STATUS = TypeAdapter(StackStatus)


def write_private(path: Path, content: bytes) -> None:
    """Replace a file at once, readable by its owner alone: a reader sees the old content or the new."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def write_state(path: Path, status: StackStatus) -> None:
    """Write down the stack as it is now."""
    write_private(path, STATUS.dump_json(status, indent=1))


def read_state(path: Path) -> StackStatus:
    """The last word of a supervisor, checked against the living: ``lost`` when it left without one."""
    try:
        status = STATUS.validate_json(path.read_bytes())
    except FileNotFoundError:
        return StackStatus(home=str(path.parent))
    except PermissionError as exc:
        raise StackError(f"{path} belongs to another user", "Run the command as that user, or set PLAIT_HOME.") from exc
    except ValidationError as exc:
        raise StackError(f"{path} can't be read: {exc.error_count()} errors", "Delete it if no stack runs.") from exc
    if status.running and (status.supervisor is None or status.supervisor.process() is None):
        return _lost(status)
    return status


def _lost(status: StackStatus) -> StackStatus:
    parts = tuple(
        part if part.process and part.process.process() else replace(part, process=None, state=PartState.STOPPED)
        for part in status.parts
    )
    return replace(
        status,
        phase="lost",
        supervisor=None,
        control=None,
        parts=parts,
        error="the supervisor is gone without a word",
        hint="plait down ends what it left behind.",
    )
