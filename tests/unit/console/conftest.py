"""What the commands find around them: services that answer from memory, or nothing."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from plait_shared.health import HttpServer
from plait_shared.settings import ServiceSettings
from tests.ports import free_port
from tests.unit.console.world import SECRET, URLS, Fake


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Fake, int]]:
    """The one server, and its port."""
    fake, stop, port = Fake(), threading.Event(), free_port()
    routes = [Route("/{path:path}", fake.handle, methods=["GET", "POST"])]
    http = HttpServer(Starlette(routes=routes), ServiceSettings(http_port=port))
    thread = threading.Thread(target=http.run, args=(stop,), name="fake")
    thread.start()
    while not http.ready():
        threading.Event().wait(0.01)
    yield fake, port
    stop.set()
    thread.join()


@pytest.fixture
def fake(server: tuple[Fake, int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Fake:
    """Every service, as the environment names it."""
    found, port = server
    found.answers.clear()
    found.asked.clear()
    found.users.clear()
    for name in URLS:
        monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
    monkeypatch.setenv("PLAIT_API_KEY", "key")
    monkeypatch.setenv("PLAIT_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path / "home"))
    return found


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No service, and no stack that ever ran."""
    for name in (*URLS, "PLAIT_API_KEY", "PLAIT_TOKEN_SECRET", "PLAIT_TOKEN", "PLAIT_KAFKA_BOOTSTRAP"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path / "home"))
