"""The whole of Plait, running, as a test drives and watches it."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from plait_console.settings import ConsoleSettings
from plait_console.stack.logs import tail
from plait_console.stack.secrets import StackSecrets, load_secrets
from plait_console.stack.services import SERVICES, WORKSPACE
from plait_console.stack.settings import Layout
from plait_console.stack.testing import RunningStack, running_stack
from plait_console.stream import Stream, topic_name
from plait_schemas.records import DeadLetter, Enrichment, Record
from plait_shared.auth import Caller, sign
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.registry import HttpRegistry

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Plain = dict[str, Any]


def at(minutes: float) -> str:
    """Event time so many minutes into the story."""
    return (T0 + timedelta(minutes=minutes)).isoformat()


def person(name: str) -> Plain:
    """An identity as tools send it."""
    return {"id": f"{name}@orchard.example", "name": name.title()}


def said(number: str, minutes: float, author: str, text: str, conversation: str = "chat:dev", **more: Any) -> Plain:
    """A plain message."""
    return {
        "id": number, "tool": "chat", "kind": "chat", "conversation": {"id": conversation, "title": conversation},
        "author": person(author), "sent_at": at(minutes), "text": text, **more,
    }  # fmt: skip


@dataclass
class World:
    """A running stack with its services; everything is asked from outside, as a user or another program would."""

    stack: RunningStack
    secrets: StackSecrets
    codec: Codec
    http: httpx.Client
    seen: dict[str, list[Record]] = field(default_factory=dict)

    def events(self, body: Any, content_type: str = "application/json", **headers: str) -> httpx.Response:
        """POST /v1/events with the stack's own key."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self.secrets.api_key}", "Content-Type": content_type, **headers}
        return self.http.post(f"{self.stack.address('ingest')}/v1/events", content=content, headers=sent)

    def send(self, messages: Sequence[Plain]) -> list[Plain]:
        """Send plain messages; what was accepted, in order. Tries again while ingest is away."""
        answer = self.eventually(lambda: self._accepted(messages), "ingest to accept")
        assert not answer.get("rejected"), answer
        accepted: list[Plain] = answer["accepted"]
        return accepted

    def send_events(self, kind: str, data: Sequence[Plain]) -> None:
        """Send CloudEvents of one type."""
        batch = [
            {"specversion": "1.0", "id": f"{kind}-{n}", "source": "/tests", "type": kind, "data": item,
             "datacontenttype": "application/json"}
            for n, item in enumerate(data)
        ]  # fmt: skip
        answer = self.events(batch, "application/cloudevents-batch+json")
        assert answer.status_code == 202, answer.text

    def join(self, group: str, *members: str, active: bool = True, minutes: float = -60) -> None:
        """Say who is in a group."""
        self.send_events(
            "plait.membership",
            [
                {"group": group, "title": group, "member": person(m), "active": active, "occurred_at": at(minutes)}
                for m in members
            ],
        )  # fmt: skip

    def introduce(self, *names: str, **profile: Any) -> None:
        """Make people known, each with one identity."""
        self.send_events(
            "plait.profile",
            [
                {"user": name, "name": name.title(), "identities": [person(name)["id"]], "timezone": "Europe/Lisbon",
                 "language": "en", "occurred_at": at(-60), **profile}
                for name in names
            ],
        )  # fmt: skip

    def ask(self, service: str, path: str, user: str, **parameters: Any) -> httpx.Response:
        """GET as a person."""
        token = sign(self.secrets.token_secret, Caller(WORKSPACE, user), datetime.now(UTC), timedelta(hours=1))
        url = f"{self.stack.address(service)}{path}"
        return self.http.get(url, params=parameters or None, headers={"Authorization": f"Bearer {token}"})

    def records(self, topic: str) -> list[Record]:
        """Everything that stands on a topic now and can be decoded, per partition in order."""
        found: list[Record] = []
        with Stream(self.console(), [topic_name(topic)], from_beginning=True) as stream:
            for raw in stream.to_end():
                with contextlib.suppress(BadRecord):
                    found.append(self.codec.decode(raw).record)
        return found

    def enriched(self, text: str) -> Enrichment:
        """Wait for the enrichment of a text."""
        found: Enrichment = self.eventually(
            lambda: next(
                (r for r in self.records("enrichment") if isinstance(r, Enrichment) and r.message.text == text), None
            ),
            f"the enrichment of {text!r}",
        )
        return found

    def letters(self) -> list[DeadLetter]:
        """All dead letters."""
        return [letter for letter in self.records("dead-letter") if isinstance(letter, DeadLetter)]

    def console(self) -> ConsoleSettings:
        """Settings with which the console's own code reaches this stack."""
        return ConsoleSettings(
            kafka_bootstrap=self.stack.kafka_bootstrap,
            registry_url=self.stack.registry_url,
            ingest_url=self.stack.address("ingest"),
            graph_url=self.stack.address("knowledge_graph"),
            notification_url=self.stack.address("notification"),
            api_key=self.secrets.api_key,
            token_secret=self.secrets.token_secret,
            github_secret=self.secrets.github_secret,
        )

    def environment(self) -> dict[str, str]:
        """The environment of a service of this stack, to start a program beside it."""
        return {
            **os.environ,
            "PLAIT_KAFKA_BOOTSTRAP": self.stack.kafka_bootstrap,
            "PLAIT_REGISTRY_URL": self.stack.registry_url,
            "PLAIT_DATABASE_URL": self.stack.postgres_dsn,
            "PLAIT_TOKEN_SECRET": self.secrets.token_secret,
        }

    def dump(self) -> list[str]:
        """The canonical dump of the graph, a JSON line for each thing."""
        command = [sys.executable, "-m", "plait_knowledge_graph", "dump"]
        done = subprocess.run(command, env=self.environment(), capture_output=True, text=True, timeout=120, check=True)
        return done.stdout.splitlines()

    def eventually(self, check: Callable[[], Any], what: str, timeout_s: float = 90) -> Any:
        """The first truthy answer; fails with what was waited for."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                if found := check():
                    return found
            except (httpx.HTTPError, AssertionError):
                pass
            time.sleep(0.3)
        raise AssertionError(f"waited {timeout_s} s for {what}\n{self.told()}")

    def told(self, lines: int = 8) -> str:
        """Every part's state, and the end of what the services logged: for whoever has to find out."""
        parts = self.stack.status().parts
        states = ", ".join(f"{part.name} {part.state} ({part.restarts} restarts) {part.detail}" for part in parts)
        logs = [(part.name, Path(part.log)) for part in parts if part.kind == "service"]
        ends = [f"{name}: {line}" for name, log in logs for line in tail(log, lines).splitlines()]
        return "\n".join([states, *ends])

    def settled(self, versions: int, timeout_s: float = 120) -> None:
        """Wait until every version is enriched and the graph has gone quiet."""
        self.eventually(
            lambda: len({r.id for r in self.records("enrichment")}) >= versions, f"{versions} enrichments", timeout_s
        )
        last: list[str] = []

        def quiet() -> bool:
            nonlocal last
            before, last = last, self.dump()
            time.sleep(2)
            return bool(last) and before == last and not self.lagging()

        self.eventually(quiet, "the graph to go quiet", timeout_s)

    def lagging(self) -> bool:
        """Whether any service still has records to read."""
        for service in ("inference", "knowledge_graph", "notification"):
            text = self.http.get(f"{self.stack.address(service)}/metrics").text
            lags = [
                float(line.split()[-1]) for line in text.splitlines() if line.startswith("plait_consumer_lag_records{")
            ]
            if any(lags):
                return True
        return False

    def _accepted(self, messages: Sequence[Plain]) -> Mapping[str, Any] | None:
        answer = self.events(list(messages))
        if answer.status_code in (429, 503):
            return None
        assert answer.status_code == 202, answer.text
        body: Mapping[str, Any] = answer.json()
        return body


def whole_stack() -> contextlib.AbstractContextManager[World]:
    """All services on a fresh stack; everything is stopped at the end."""
    return stack_of([service.name for service in SERVICES])


@contextlib.contextmanager
def stack_of(services: Sequence[str]) -> Iterator[World]:
    """Some services and what they need on a fresh stack; everything is stopped at the end."""
    with (
        running_stack(services) as stack,
        httpx.Client(timeout=30, trust_env=False) as http,
    ):
        secrets = load_secrets(Layout(stack.settings.home).secrets)
        with HttpRegistry(stack.registry_url) as registry:
            yield World(stack, secrets, Codec(registry, "tests"), http)
