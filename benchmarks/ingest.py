"""Ingest: what `/v1/events` takes on one core, and how fast it answers at half the target and at half of that."""

import json
import os
import subprocess
import sys
from typing import Any

import psutil

from benchmarks.report import row, write
from plait_console.stack.secrets import load_secrets
from plait_console.stack.settings import Layout
from plait_console.stack.testing import RunningStack, running_stack

ROUNDS, SECONDS, BATCH, TARGET = 5, 8, 50, 1000
FLOOD = 20_000.0


def main() -> None:
    """The service has a core of its own; the load, Kafka and the registry share the other."""
    os.environ |= {"PLAIT_EVENTS_PER_S": "1000000", "PLAIT_BURST_EVENTS": "1000000"}  # measure the door, not its limit
    with running_stack(["ingest"]) as stack:
        _pin(stack)
        most = [_load(stack, FLOOD)["messages_per_s"] for _ in range(ROUNDS)]
        loads = {
            rate: [_load(stack, rate) for _ in range(ROUNDS)] for rate in (TARGET / 2, sorted(most)[ROUNDS // 2] / 2)
        }
    rows = [row(f"/v1/events, batches of {BATCH}, most", "messages/s", most, f"≥ {TARGET}")]
    for rate, calm in loads.items():
        target = "≤ 50" if rate == TARGET / 2 else ""
        rows.append(row(f"at {rate:.0f} messages/s, p50", "ms", [one["p50_ms"] for one in calm]))
        rows.append(row(f"at {rate:.0f} messages/s, p99", "ms", [one["p99_ms"] for one in calm], target))
    method = f"{ROUNDS} rounds of {SECONDS} s, open loop, latency from when a request was due; service pinned to core 0"
    write("ingest", rows, {"method": method})


def _pin(stack: RunningStack) -> None:
    for part in stack.status().parts:
        process = part.process.process() if part.process else None
        if process is not None and hasattr(process, "cpu_affinity"):
            process.cpu_affinity([0] if part.name == "ingest" else [1])


def _load(stack: RunningStack, rate: float) -> dict[str, Any]:
    key = load_secrets(Layout(stack.settings.home).secrets).api_key
    command = [sys.executable, "-m", "benchmarks.ingest_load", "--url", stack.address("ingest"), "--key", key]
    sizes = ["--rate", str(rate), "--batch", str(BATCH), "--seconds", str(SECONDS), "--threads", "8"]
    process = subprocess.Popen([*command, *sizes], stdout=subprocess.PIPE, text=True)
    if hasattr(psutil.Process, "cpu_affinity"):
        psutil.Process(process.pid).cpu_affinity([1])
    out, _ = process.communicate(timeout=300)
    result: dict[str, Any] = json.loads(out)
    return result
