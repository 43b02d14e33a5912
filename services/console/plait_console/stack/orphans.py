"""Ends what a killed supervisor left behind."""

import contextlib
import signal
import time

import psutil

from plait_console.stack.state import StackStatus

LOOK_EVERY_S = 0.05


def end_orphans(status: StackStatus, grace_s: float) -> list[str]:
    """Stop the parts of a run whose supervisor is gone, in reverse order, and say which; nothing for any other run."""
    ended = []
    if status.phase == "lost":
        for part in reversed(status.parts):
            process = part.process.process() if part.process else None
            if process:
                end_process(process, signal.Signals(part.stop_signal), grace_s)
                ended.append(part.name)
    return ended


def end_process(process: psutil.Process, number: signal.Signals, grace_s: float) -> None:
    """Signal a process that need not be our child, wait, then SIGKILL it and all that it started."""
    family: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [*process.children(recursive=True), process]
        process.send_signal(number)
    _await_end(family, grace_s)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()
    _await_end(family, grace_s)


def _await_end(family: list[psutil.Process], timeout_s: float) -> None:
    """Wait as psutil does, but take a zombie for ended: its new parent may be slow to notice."""
    deadline = time.monotonic() + timeout_s
    while any(_lives(member) for member in family) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
