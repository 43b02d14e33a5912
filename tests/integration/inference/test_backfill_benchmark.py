"""The benchmark of a backlog measures, leaves nothing running, and says why when it can't."""

import psutil
import pytest

from benchmarks.backfill import ENGINE, RATIO, SERVICE, Arrival, Size, first_transaction, measure

pytestmark = [pytest.mark.model, pytest.mark.integration]
SMALL = Size(messages=32, rounds=2, poll=8)


def services() -> list[list[str]]:
    """Commands of the services that this process has started, also through others."""
    lines = [child.cmdline() for child in psutil.Process().children(recursive=True)]
    return [line for line in lines if any(word.startswith("plait_") for word in line)]


def test_every_row_is_measured_and_nothing_is_left_running() -> None:
    rows = {row.what: row for row in measure(SMALL)}
    service, engine, ratio = (rows[name] for name in (SERVICE, ENGINE, RATIO))
    assert 0 < service.low / engine.high <= ratio.low <= ratio.high <= service.high / engine.low
    assert services() == []


def test_a_service_that_ends_is_told_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_LABEL_PACKS", "/nowhere.yaml")
    with pytest.raises(SystemExit, match=r"(?s)32 of 32 messages were not enriched.*nowhere\.yaml"):
        measure(SMALL)
    assert services() == []


def test_first_transaction_ends_with_the_first_long_pause() -> None:
    times = [0.0, 0.0, 0.1, 2.0, 2.0, 2.1, 2.1, 4.0, 4.1]
    assert first_transaction([Arrival(at, "text") for at in times], 4) == 3
