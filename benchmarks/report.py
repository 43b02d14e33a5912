"""How a result is written down: what was measured, on which machine, by which command."""

import json
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure: its median over the rounds with the range, and the target if there is one."""

    what: str
    unit: str
    median: float
    low: float
    high: float
    target: str = ""


def row(what: str, unit: str, values: Sequence[float], target: str = "") -> Row:
    """The row for the values of all rounds."""
    ranked = sorted(values)
    return Row(what, unit, ranked[len(ranked) // 2], ranked[0], ranked[-1], target)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all values does not exceed (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


def machine() -> str:
    """Processor, cores, memory and versions, in a line."""
    cpu = next(
        (line.split(":")[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor()
    )
    memory = psutil.virtual_memory().total / 2**30
    return f"{cpu}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def write(name: str, rows: Sequence[Row], notes: Mapping[str, str] | None = None) -> None:
    """Print the table and keep it as ``results/<name>.json`` and ``.md``."""
    lines = [f"# {name}", "", f"{machine()}; `python -m benchmarks {name}`; {datetime.now(UTC):%Y-%m-%d}", ""]
    lines += ["| what | median | range | unit | target |", "|---|---|---|---|---|"]
    lines += [f"| {r.what} | {r.median:,.2f} | {r.low:,.2f} to {r.high:,.2f} | {r.unit} | {r.target} |" for r in rows]
    lines += ["", *(f"- {key}: {value}" for key, value in (notes or {}).items())]
    text = "\n".join(lines).rstrip() + "\n"
    sys.stdout.write(text + "\n")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text(text, "utf-8")
    body = {
        "machine": machine(),
        "rows": [{f: getattr(r, f) for f in Row.__slots__} for r in rows],
        "notes": notes or {},
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(body, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text("utf-8").splitlines() if path.exists() else []
