"""The demo's order of things, with doors and topics in memory."""

import json
from collections.abc import Callable
from datetime import datetime
from io import StringIO
from typing import Any

import httpx
import pytest
from rich.console import Console

from plait_console.api import Api
from plait_console.demo import conduct
from plait_console.demo.arrivals import Arrivals
from plait_console.demo.conduct import Conductor
from plait_console.door import Door
from plait_console.settings import ConsoleSettings
from plait_shared.bus import Partition
from plait_shared.bystander import Extent
from plait_shared.errors import BadRecord, Retryable
from plait_shared.settings import ServiceSettings
from tests.builders import message

SENT = message()
MESSAGES = Partition("collab.message.v1", 0)


class Watched:
    """A watcher whose topics hold what the test says."""

    arrivals = Arrivals()
    error: Retryable | None = None

    def __init__(self, settings: ServiceSettings, workspace: str, since: datetime) -> None:
        assert workspace == "local"

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to stop."""

    def check(self) -> None:
        if self.error:
            raise self.error

    def quiet_s(self) -> float:
        return 10.0

    def extents(self) -> dict[Partition, Extent]:
        return {MESSAGES: Extent(0, 1)}


def ingest(request: httpx.Request) -> httpx.Response:
    many = len(json.loads(request.content)) if request.url.path == "/v1/events" else 1
    row = {"id": "e", "message_id": SENT.message_id, "status": "duplicate"}
    return httpx.Response(202, json={"accepted": [row] * many})


def answers(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/v1/facts":
        held = {"subject": {"name": "HER-12"}, "predicate": "assigned_to", "object": {"name": "Rui"}}
        return httpx.Response(200, json={"items": [held]})
    return httpx.Response(200, json={"title": "Your day", "body": "- one"})


def api(settings: ServiceSettings, user: str) -> Api:
    return Api("fake", "http://fake.test", user, httpx.MockTransport(answers))


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> type[Watched]:
    class Own(Watched):
        arrivals = Arrivals()
        error = None

    Own.arrivals.add(SENT)
    Own.arrivals.enriched.add(SENT.id)
    monkeypatch.setattr(conduct, "Watcher", Own)
    monkeypatch.setattr(conduct, "committed", lambda *_, living: {"plait-inference-stream": {MESSAGES: 1}})
    monkeypatch.setattr(conduct, "graph_api", api)
    monkeypatch.setattr(conduct, "notification_api", api)
    use(monkeypatch, ingest)
    return Own


class Doorway(Door):
    """A door that says whether it was closed."""

    closed = False

    def close(self) -> None:
        super().close()
        self.closed = True


def use(monkeypatch: pytest.MonkeyPatch, answer: Callable[[httpx.Request], httpx.Response]) -> Doorway:
    door = Doorway(Api("ingest", "http://ingest.test", "key", httpx.MockTransport(answer)))
    monkeypatch.setattr(conduct, "open_door", lambda settings: door)
    return door


def run(timeout_s: float = 0.0) -> tuple[list[str], str]:
    output = StringIO()
    settings = ConsoleSettings.model_validate({"github_secret": "s3cret"})
    missing = Conductor(settings, Console(file=output, width=100), speed=1e9, timeout_s=timeout_s).run()
    return missing, output.getvalue()


def test_tells_the_result_once_everything_arrived(watched: type[Watched]) -> None:
    missing, text = run()
    assert missing == []
    assert "1 messages · 1 enriched" in text
    assert "277 events were known already" in text
    assert "HER-12 assigned to Rui" in text
    assert "Your day" in text
    assert "plait search" in text


def test_says_what_is_missing_when_time_is_up(watched: type[Watched]) -> None:
    watched.arrivals.enriched.clear()
    missing, text = run()
    assert missing == [f"enrichment: 1 of 1 are not enriched: {SENT.id}"]
    assert "What the week came to" not in text


def test_says_which_service_is_behind_when_time_is_up(watched: type[Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conduct, "committed", lambda *_, living: {"plait-inference-stream": {MESSAGES: 0}})
    missing, _ = run()
    assert missing == ["readers: records are not read yet: plait-inference-stream by 1"]


def test_gives_up_when_the_topics_can_not_be_read(watched: type[Watched]) -> None:
    watched.error = Retryable("Kafka is away")
    with pytest.raises(Retryable, match="Kafka is away"):
        run()


def test_people_who_are_not_taken_end_the_demo(watched: type[Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    refused: dict[str, Any] = {"accepted": [], "rejected": [{"index": 0, "detail": "timezone: is unknown"}]}
    door = use(monkeypatch, lambda _: httpx.Response(202, json=refused))
    with pytest.raises(BadRecord, match="timezone"):
        run()
    assert door.closed


def test_a_digest_that_is_refused_is_shown_as_such(watched: type[Watched], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(settings: ServiceSettings, user: str) -> Api:
        gone = httpx.Response(422, json={"detail": "digests reach from 8 days ago"})
        return Api("notification", "http://fake.test", user, httpx.MockTransport(lambda _: gone))

    monkeypatch.setattr(conduct, "notification_api", refuses)
    missing, text = run()
    assert missing == []
    assert "notification answers 422" in text
