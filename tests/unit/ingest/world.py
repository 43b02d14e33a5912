"""What the tests of ingest share: a cleaner without a model, and an application over the bus in memory."""

import json
import threading
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient

from plait_ingest.body import Bounds
from plait_ingest.cleaning import Cleaner
from plait_ingest.draft import Accepted, Context
from plait_ingest.handlers import Item, accept
from plait_ingest.http import Doors, Secrets, create_app
from plait_ingest.intake import Intake, Limits
from plait_ingest.limits import Gate, Rates, Recent
from plait_ingest.outlet import Outlet
from plait_ingest.underway import Underway
from plait_schemas.catalogue import topic_of
from plait_schemas.records import Message, Record
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.metrics import Metrics
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEY = "orchard-key-0123456789"
GITHUB_SECRET = "github-hook-secret"
SLACK_SECRET = "slack-signing-secret"


def english(text: str) -> tuple[str, float]:
    """A model that knows one language."""
    return "en", 0.99


def context(now: datetime = NOW) -> Context:
    """The context of a request to the workspace of the tests."""
    return Context("orchard", now, Cleaner(english))


def read(kind: str, data: object, now: datetime = NOW) -> Accepted:
    """What one event comes to."""
    return accept(Item(kind, data), context(now))


def said(kind: str, data: object) -> Message:
    """The message of one event."""
    record = read(kind, data).records[0]
    assert isinstance(record, Message)
    return record


def plain(**changes: Any) -> dict[str, Any]:
    """A plain message; None takes a field out."""
    made = {
        "id": "m1",
        "kind": "chat",
        "conversation": {"id": "chat:general", "title": "general", "kind": "channel"},
        "author": {"id": "mara@orchard.example", "name": "Mara"},
        "sent_at": "2026-03-02T10:00:00+01:00",
        "text": "Could you send the budget deck by Friday?",
        **changes,
    }
    return {name: value for name, value in made.items() if value is not None}


def cloud_event(data: object, kind: str = "plait.message", **changes: Any) -> dict[str, Any]:
    """A structured CloudEvent around it."""
    return {"specversion": "1.0", "id": "e1", "source": "/tests", "type": kind, "data": data, **changes}


class House:
    """The application over a broker in memory; ``now`` moves by hand."""

    def __init__(self, *, connected: bool = True, **limits: Any) -> None:
        self.now = NOW
        self.broker = MemoryBroker()
        self.registry = MemoryRegistry()
        self.codec = Codec(self.registry, "ingest")
        self.metrics = Metrics.create()
        self.recent = Recent(limits.get("recent", 1000))
        underway = Underway(self.recent, self.metrics.produced, limits.get("pending", 1_000_000))
        self.outlet = Outlet(
            lambda: MemoryProducer(self.broker), self.registry, underway, self.clock, patience_s=5, retry_s=0.01
        )
        if connected:
            self.connect()
        bounds = Limits(
            events=Gate(limits.get("events", 1000), "events"),
            rates=Rates(limits.get("per_s", 1e6), limits.get("burst", 1_000_000)),
            recent=self.recent,
        )
        self.intake = Intake(
            self.outlet, self.codec, Cleaner(limits.get("guess", english)), bounds, self.metrics, Tracing("ingest")
        )
        self.requests = Gate(limits.get("requests", 16), "requests")
        doors = Doors(
            intake=self.intake,
            secrets=Secrets(
                {KEY: "orchard", "k" * 20: "meadow"}, {GITHUB_SECRET: "orchard"}, {SLACK_SECRET: "orchard"}
            ),
            bounds=Bounds(limits.get("max_bytes", 20_000), limits.get("timeout_s", 5.0), self.requests),
            max_batch_events=limits.get("batch", 100),
            threads=8,
            clock=self.clock,
        )
        self.app = create_app(doors, {"kafka": self.outlet.ready}, self.metrics.registry)
        self.http = TestClient(self.app, headers={"Authorization": f"Bearer {KEY}"})

    def clock(self) -> datetime:
        """Now, as the test set it."""
        return self.now

    def connect(self) -> None:
        """Connect and return."""
        self.outlet.run(_Stopped())

    def later(self, seconds: float) -> None:
        """Move the clock."""
        self.now += timedelta(seconds=seconds)

    def written(self, record: type[Record]) -> list[Any]:
        """The records of one type, decoded."""
        return [self.codec.decode(raw).record for raw in self.raw(record)]

    def raw(self, record: type[Record]) -> list[RawRecord]:
        """The records of one type as they stand on the topic."""
        return self.broker.records(topic_of(record.AVRO_NAME).name)

    def post(self, data: object, kind: str = "application/json", **headers: str) -> Any:
        """Send JSON to ``/v1/events``."""
        content = data if isinstance(data, bytes) else json.dumps(data).encode()
        return self.http.post("/v1/events", content=content, headers={"content-type": kind, **headers})


class _Stopped(threading.Event):
    """A stop signal that lets the outlet connect and return at once."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0

    def is_set(self) -> bool:
        """Not before the first connection."""
        self._asked += 1
        return self._asked > 1

    def wait(self, timeout: float | None = None) -> bool:
        """No waiting."""
        return True


def problem(answer: Any, status: int) -> dict[str, Any]:
    """The problem document that an answer is."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body
