"""The demo from an empty folder to the end, twice: the second time nothing is new."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1200)]


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's unprivileged user can pass through, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="plait-demo-"))
    folder.chmod(0o711)
    yield folder
    plait(folder, "down")
    shutil.rmtree(folder)


def plait(home: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    env = {key: value for key, value in os.environ.items() if not key.startswith("PLAIT_")}
    env |= {"PLAIT_HOME": str(home), "PLAIT_USUAL_PORTS": "false", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "plait_console", *words],
        env=env,
        check=False,
        capture_output=True,
        text=True,
        timeout=900,
    )


@pytest.fixture(scope="module")
def first(home: Path) -> "subprocess.CompletedProcess[str]":
    return plait(home, "demo", "--once")


def test_everything_arrives_and_the_result_is_told(first: "subprocess.CompletedProcess[str]") -> None:
    assert first.returncode == 0, first.stdout + first.stderr
    for heading in ("Decisions", "Actions", "Open questions", "Blocked work", "Facts have a time", "Two people"):
        assert heading in first.stdout
    assert "Tomás Vilhena" not in first.stdout.split("Two people")[0]
    rui = first.stdout.split("Rui (not in #compensation)")[1]
    assert "Severance" not in rui


def test_it_stops_what_it_started(first: "subprocess.CompletedProcess[str]", home: Path) -> None:
    left = [
        process for process in psutil.process_iter(["cmdline"]) if str(home) in " ".join(process.info["cmdline"] or ())
    ]
    assert left == []


def test_a_second_telling_finds_everything_known(first: "subprocess.CompletedProcess[str]", home: Path) -> None:
    second = plait(home, "demo", "--once")
    assert second.returncode == 0, second.stdout + second.stderr

    def counts(output: str) -> str:
        return next(line for line in output.splitlines() if " messages · " in line)

    assert counts(second.stdout) == counts(first.stdout)
