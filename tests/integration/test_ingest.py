"""Ingest as a process of its own, in front of the real Kafka and registry."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import httpx
import pytest

from plait_console.stack.testing import RunningStack
from plait_schemas.records import Message
from plait_shared.codec import Codec
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.registry import HttpRegistry
from plait_shared.settings import ServiceSettings
from tests.ports import free_port
from tests.unit.ingest.world import cloud_event, plain

pytestmark = pytest.mark.integration
KEY = "integration-key-0123456789"


def until(condition: Callable[[], bool], timeout_s: float = 40.0) -> None:
    end = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < end, "not in time"
        time.sleep(0.1)


@pytest.fixture
def door(stack: RunningStack) -> Iterator[httpx.Client]:
    port = free_port()
    env = os.environ | {
        "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap, "PLAIT_REGISTRY_URL": stack.registry_url,
        "PLAIT_HTTP_PORT": str(port), "PLAIT_API_KEYS": f"ingest-it:{KEY}",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "plait_ingest"], env=env)
    headers = {"Authorization": f"Bearer {KEY}"}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            until(lambda: answers(client, 200))
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()


def answers(client: httpx.Client, status: int) -> bool:
    try:
        return client.get("/readyz").status_code == status
    except httpx.TransportError:
        return False


@pytest.fixture
def topic(stack: RunningStack) -> Iterator[Callable[[], list[str]]]:
    """The message ids of this test's workspace that came since the last call; a consumer of its own."""
    settings = ServiceSettings(kafka_bootstrap=stack.kafka_bootstrap, registry_url=stack.registry_url)
    consumer = KafkaBusConsumer(settings, f"ingest-it-{free_port()}", ["collab.message.v1"])
    with HttpRegistry(stack.registry_url) as registry:
        codec = Codec(registry, "test")

        def come() -> list[str]:
            records = [codec.decode(raw).record for raw in consumer.poll(500, 0.5)]
            return [r.message_id for r in records if isinstance(r, Message) and r.workspace == "ingest-it"]

        yield come
    consumer.close()


def test_what_is_acknowledged_stands_on_the_topic(door: httpx.Client, topic: Callable[[], list[str]]) -> None:
    batch = [cloud_event(plain(id=f"it-{n}"), id=f"e{n}") for n in range(200)]
    answer = door.post("/v1/events", json=batch, headers={"content-type": "application/cloudevents-batch+json"})
    assert answer.status_code == 202
    wanted = {item["message_id"] for item in answer.json()["accepted"]}
    assert len(wanted) == 200
    found: set[str] = set()

    def all_there() -> bool:
        found.update(topic())
        return found == wanted

    until(all_there)


def test_what_kafka_did_not_acknowledge_in_time_is_written_once(
    stack: RunningStack, door: httpx.Client, topic: Callable[[], list[str]]
) -> None:
    assert door.post("/v1/events", json=plain(id="freeze-before")).status_code == 202
    batch = [cloud_event(plain(id=f"freeze-{n}", conversation={"id": f"c{n}"}), id=f"f{n}") for n in range(20)]

    def give() -> httpx.Response:
        return door.post("/v1/events", json=batch, headers={"content-type": "application/cloudevents-batch+json"})

    stack.kill("kafka", signal.SIGSTOP)
    try:
        assert give().status_code == 503
    finally:
        stack.kill("kafka", signal.SIGCONT)
    until(lambda: give().status_code == 202)
    given = {item["message_id"] for item in give().json()["accepted"]}
    found: list[str] = []

    def quiet() -> bool:
        come = topic()
        found.extend(id_ for id_ in come if id_ in given)
        return not come and set(found) == given

    until(quiet)
    assert len(found) == len(given)


def test_an_outage_of_kafka_is_told_and_survived(stack: RunningStack, door: httpx.Client) -> None:
    assert door.post("/v1/events", json=plain(id="before")).status_code == 202
    stack.kill("kafka")
    try:
        answer = door.post("/v1/events", json=plain(id="during"))
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        assert door.get("/readyz").status_code == 503
    finally:
        stack.start("kafka")
    until(lambda: door.post("/v1/events", json=plain(id="after")).status_code == 202)
    until(lambda: answers(door, 200))
