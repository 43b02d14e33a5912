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

from plait_console.decoding import Reader, Undecodable
from plait_console.stream import Stream, topic_name
from plait_console.where import connect
from plait_schemas.records import Alert, AlertKind, Record

SURGE = "Alerts down for all sites is heating up"
STEADY = ("message", "enrichment", "graph-change", "summary")
BY_THE_CLOCK = {AlertKind.DIGEST, AlertKind.DUE_SOON, AlertKind.OVERDUE}
"""What the minutes between two tellings may bring."""

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
    env |= {"PLAIT_HOME": str(home), "PLAIT_USUAL_PORTS": "false", "PLAIT_READY_TIMEOUT_S": "300", "NO_COLOR": "1"}
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
    assert SURGE in first.stdout
    assert "Tomás Vilhena" not in first.stdout.split("Two people")[0]
    rui = first.stdout.split("Rui (not in #compensation)")[1]
    assert "Severance" not in rui


def test_it_stops_what_it_started(first: "subprocess.CompletedProcess[str]", home: Path) -> None:
    left = [
        process for process in psutil.process_iter(["cmdline"]) if str(home) in " ".join(process.info["cmdline"] or ())
    ]
    assert left == []


def test_a_second_telling_finds_everything_known(first: "subprocess.CompletedProcess[str]", home: Path) -> None:
    assert plait(home, "up", "--detach").returncode == 0
    before = records(home)
    assert f" {len(before['alert'])} alerts " in first.stdout, "the first telling ended before everything was there"
    second = plait(home, "demo", "--once")
    assert second.returncode == 0, second.stdout + second.stderr
    assert SURGE in second.stdout
    after = records(home)
    assert {name: set(after[name]) for name in STEADY} == {name: set(before[name]) for name in STEADY}
    assert set(before["alert"]) <= set(after["alert"])
    later = [alert for id_, alert in after["alert"].items() if id_ not in before["alert"]]
    assert {alert.kind for alert in later if isinstance(alert, Alert)} <= BY_THE_CLOCK
    words = [(a.recipient, a.title, a.body, a.occurred_at) for a in after["alert"].values() if isinstance(a, Alert)]
    assert len(words) == len(set(words)), "somebody was told the same twice"


def records(home: Path) -> dict[str, dict[str, Record]]:
    """Topic → id → record; what only the graph and notification write stands there once."""
    found: dict[str, dict[str, Record]] = {name: {} for name in (*STEADY, "alert")}
    settings = connect(home)
    for name, known in found.items():
        with Reader(settings) as reader, Stream(settings, [topic_name(name)], from_beginning=True) as stream:
            for raw in stream.to_end():
                record = reader.read(raw)
                assert not isinstance(record, Undecodable)
                assert record.id not in known or name in ("message", "enrichment"), record
                known[record.id] = record
    return found
