"""Footprint: how long `plait up` takes once everything is there, and what the running stack holds in memory."""

import time

import psutil

from benchmarks.report import row, write
from plait_console.stack.services import SERVICES
from plait_console.stack.testing import RunningStack, running_stack

ROUNDS = 3


def main() -> None:
    """Start everything on an empty folder, look, stop; a few times."""
    took: list[float] = []
    sizes: list[dict[str, float]] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        with running_stack([service.name for service in SERVICES]) as stack:
            took.append(time.perf_counter() - start)
            sizes.append(_resident_mib(stack))
    rows = [row("plait up, empty folder, parts fetched before", "s", took, "≤ 45")]
    rows += [row(f"resident, {name}", "MiB", [size[name] for size in sizes]) for name in sizes[0]]
    rows.append(row("resident, all", "MiB", [sum(size.values()) for size in sizes], "≤ 4096"))
    write("footprint", rows, {"method": f"{ROUNDS} rounds; resident memory of each part with its children, when ready"})


def _resident_mib(stack: RunningStack) -> dict[str, float]:
    found: dict[str, float] = {}
    for part in stack.status().parts:
        process = part.process.process() if part.process else None
        if process is not None:
            family: list[psutil.Process] = [process, *process.children(recursive=True)]
            found[part.name] = sum(one.memory_info().rss for one in family) / 2**20
    return found
