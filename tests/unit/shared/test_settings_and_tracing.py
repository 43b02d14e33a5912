"""Settings come from the environment and say which variable is wrong; traces continue."""

import pytest

from plait_shared.errors import Misconfigured
from plait_shared.settings import ServiceSettings
from plait_shared.tracing import Tracing


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_HTTP_PORT", "8123")
    assert ServiceSettings.load().http_port == 8123


def test_wrong_setting_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_HTTP_PORT", "many")
    with pytest.raises(Misconfigured, match="PLAIT_HTTP_PORT: Input should be a valid integer"):
        ServiceSettings.load()


def test_trace_continues_under_its_parent() -> None:
    tracing = Tracing("test")
    first = tracing.child("ingest", None)
    second = tracing.child("inference", first)
    assert first.split("-")[1] == second.split("-")[1]
    assert first.split("-")[2] != second.split("-")[2]
    broken = tracing.child("inference", "garbage")
    assert broken.split("-")[1] != first.split("-")[1]
    tracing.close()
