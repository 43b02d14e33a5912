"""What the ``plait`` command calls: up, down, status, and orders to one part."""

import asyncio
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace

from pydantic import BaseModel

from plait_console.stack import control
from plait_console.stack.errors import StackError
from plait_console.stack.logs import rotate, tail
from plait_console.stack.orphans import end_orphans, end_process
from plait_console.stack.progress import Progress, Silent
from plait_console.stack.settings import Layout, StackSettings
from plait_console.stack.state import StackStatus, read_state, write_state
from plait_console.stack.supervise import check_disk, files_ready, supervise

LOOK_EVERY_S = 0.1
TOLD = 3
"""Exit code of a supervisor that wrote its StackError into the state file."""


class Errand(BaseModel):
    """What a detached supervisor is started with."""

    settings: StackSettings
    names: tuple[str, ...]


def up(
    settings: StackSettings, progress: Progress | None = None, names: Sequence[str] = (), *, detach: bool = False
) -> StackStatus:
    """Start the named parts and what they need; all, if none is named. Raises StackError.

    In the foreground it returns when the stack has ended, after Ctrl-C or ``down``; with ``detach`` when it is ready.
    """
    progress = progress or Silent()
    if detach:
        return _up_detached(settings, progress, names)
    asyncio.run(supervise(settings, names, progress, follow=True))
    return status(settings)


def down(settings: StackSettings, progress: Progress | None = None) -> bool:
    """Stop everything; False when nothing ran. Also ends what a killed supervisor left behind."""
    progress = progress or Silent()
    found = status(settings)
    supervisor = found.supervisor.process() if found.supervisor else None
    if supervisor:
        supervisor.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + settings.stop_grace_s * (len(found.parts) + 1)
        while found.supervisor and found.supervisor.process() and time.monotonic() < deadline:
            progress.changed(status(settings))
            time.sleep(LOOK_EVERY_S)
        if found.supervisor and found.supervisor.process():
            end_process(supervisor, signal.SIGKILL, settings.stop_grace_s)
        progress.changed(status(settings))
    left = status(settings)
    end_orphans(left, settings.stop_grace_s)
    if left.phase == "lost":
        with files_ready(settings.home):
            write_state(Layout(settings.home).state, replace(left, phase="stopped", parts=(), error="", hint=""))
    return supervisor is not None or left.phase == "lost"


def status(settings: StackSettings) -> StackStatus:
    """The stack as it is: what its supervisor wrote down, checked against the living."""
    return read_state(Layout(settings.home).state)


def order(
    settings: StackSettings, action: control.Action, part: str, number: signal.Signals = signal.SIGKILL
) -> StackStatus:
    """Start, stop, restart or kill one part of a running stack, and wait until that is done. Raises StackError."""
    found = status(settings)
    if found.control is None:
        raise StackError("no stack runs here", "plait up")
    control.send(found.control, action, part, number, settings.ready_timeout_s + settings.stop_grace_s)
    return status(settings)


def run_errand(text: str) -> int:
    """The body of a detached supervisor; returns its exit code."""
    errand = Errand.model_validate_json(text)
    try:
        asyncio.run(supervise(errand.settings, errand.names, Silent(), follow=False))
    except StackError as error:
        with contextlib.suppress(OSError):
            print(error, file=sys.stderr)
        return TOLD
    return 0


def _up_detached(settings: StackSettings, progress: Progress, names: Sequence[str]) -> StackStatus:
    found = status(settings)
    if found.supervisor and found.running:
        where = f"the stack runs already in {settings.home} (pid {found.supervisor.pid})"
        raise StackError(where, "plait status shows where; plait down stops it.")
    child = _spawn(settings, names)
    try:
        return _await_ready(settings, child, progress)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        while child.poll() is None:
            progress.changed(status(settings))
            time.sleep(LOOK_EVERY_S)
        return status(settings)


def _spawn(settings: StackSettings, names: Sequence[str]) -> "subprocess.Popen[bytes]":
    layout = Layout(settings.home)
    errand = Errand(settings=settings, names=tuple(names)).model_dump_json()
    with files_ready(settings.home):
        layout.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
        rotate(layout.log("supervisor"))
        with layout.log("supervisor").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "plait_console.stack", errand],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


def _await_ready(settings: StackSettings, child: "subprocess.Popen[bytes]", progress: Progress) -> StackStatus:
    while True:
        ended = child.poll()
        now = status(settings)
        if now.supervisor and now.supervisor.pid == child.pid:
            progress.changed(now)
            if now.phase == "ready":
                return now
        if ended is not None:
            progress.changed(now)
            if ended == TOLD and now.phase == "failed":
                raise StackError(now.error, now.hint)
            check_disk(settings)  # on a full disk it could not leave a word
            log = Layout(settings.home).log("supervisor")
            raise StackError(f"the supervisor ended with exit code {ended}", tail(log))
        time.sleep(LOOK_EVERY_S)
