"""The local stack for real: Kafka, the registry and PostgreSQL come up, are killed, come back, and leave nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition

from plait_console.stack.commands import down, order, status, up
from plait_console.stack.errors import StackError
from plait_console.stack.part import Part
from plait_console.stack.postgres import binaries
from plait_console.stack.provision import create_topics, register_schemas
from plait_console.stack.services import INFRASTRUCTURE
from plait_console.stack.settings import Layout, StackSettings
from plait_console.stack.state import StackStatus
from plait_console.stack.testing import RunningStack, open_folder, running_stack

pytestmark = [pytest.mark.integration, pytest.mark.timeout(180)]
WAIT_S = 20


@dataclass(frozen=True)
class Topic:
    name: str
    partitions: int
    config: Mapping[str, str]


STAND_IN = Part(
    name="stand_in",
    kind="service",
    command=(sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"),
    cwd=Path("/tmp"),
    depends_on=("postgres",),
)


@pytest.fixture(scope="module")
def stack() -> Iterator[RunningStack]:
    with running_stack(extra=[STAND_IN]) as stack:
        yield stack


def eventually(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)


def produce(stack: RunningStack, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=stack.kafka_bootstrap, acks="all", retry_backoff_ms=10)
    try:
        producer.send(topic, value, partition=0).get(WAIT_S)
    finally:
        producer.close()


def consume(stack: RunningStack, topic: str, count: int) -> list[bytes]:
    consumer = KafkaConsumer(bootstrap_servers=stack.kafka_bootstrap, auto_offset_reset="earliest")
    try:
        consumer.assign([TopicPartition(topic, 0)])
        values: list[bytes] = []
        deadline = time.monotonic() + WAIT_S
        while len(values) < count and time.monotonic() < deadline:
            values += [record.value for records in consumer.poll(200).values() for record in records]
        return values
    finally:
        consumer.close()


def sql(dsn: str, statement: str) -> str:
    command = [str(binaries() / "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement, dsn]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def pid_of(status: StackStatus, part: str) -> int:
    process = next(found for found in status.parts if found.name == part).process
    assert process is not None
    return process.pid


def test_everything_answers_where_the_status_says(stack: RunningStack) -> None:
    assert {part.name: part.state for part in stack.status().parts} == dict.fromkeys(
        [*INFRASTRUCTURE, "stand_in"], "ready"
    )
    assert httpx.get(f"{stack.registry_url}/subjects").is_success
    assert sql(stack.postgres_dsn, "SELECT '[1,2]'::vector <-> '[1,3]'") == "1"
    assert "here" in Layout(stack.settings.home).log("stand_in").read_text()


def test_topics_are_made_and_brought_up_to_date_once(stack: RunningStack) -> None:
    kept = {"cleanup.policy": "delete", "retention.ms": "1000"}
    first, second = Topic("test.topics.v1", 1, {}), Topic("test.topics.v1", 3, kept)
    assert create_topics(stack.kafka_bootstrap, [first]) == ["test.topics.v1: made, partitions: 1"]
    assert create_topics(stack.kafka_bootstrap, [second]) == [
        "test.topics.v1: partitions: 3 instead of 1",
        "test.topics.v1: retention.ms=1000",
    ]
    consumers = {"allow_auto_create_topics": False, "reconnect_backoff_max_ms": 1000}
    assert create_topics(stack.kafka_bootstrap, [second], consumers) == []
    with pytest.raises(StackError, match="has 3 partitions, and the catalogue asks for 1"):
        create_topics(stack.kafka_bootstrap, [first])


def schema(*fields: dict[str, object]) -> str:
    return json.dumps({"type": "record", "name": "Test", "namespace": "test", "fields": fields})


def test_schemas_keep_their_ids_and_a_breaking_change_is_refused_by_its_field(stack: RunningStack) -> None:
    first = schema({"name": "id", "type": "string"})
    grown = schema({"name": "id", "type": "string"}, {"name": "tags", "type": "string", "default": ""})
    broken = schema({"name": "id", "type": "string"}, {"name": "colour", "type": "string"})
    ids = register_schemas(stack.registry_url, {"test-value": first})
    assert register_schemas(stack.registry_url, {"test-value": first}) == ids
    assert register_schemas(stack.registry_url, {"test-value": grown}) != ids
    with pytest.raises(StackError, match=r"test-value: field .*colour"):
        register_schemas(stack.registry_url, {"test-value": broken})


def test_kafka_comes_back_after_kill_with_all_that_it_acknowledged(stack: RunningStack) -> None:
    create_topics(stack.kafka_bootstrap, [Topic("test.kill.v1", 1, {})])
    produce(stack, "test.kill.v1", b"before")
    stack.kill("kafka")
    stack.start("kafka")
    produce(stack, "test.kill.v1", b"after")
    assert consume(stack, "test.kill.v1", 2) == [b"before", b"after"]


def test_postgres_comes_back_after_kill_with_all_that_it_committed(stack: RunningStack) -> None:
    sql(stack.postgres_dsn, "CREATE TABLE kept AS SELECT 7 AS number")
    stack.kill("postgres")
    with pytest.raises(subprocess.CalledProcessError):
        sql(stack.postgres_dsn, "SELECT 1")
    stack.start("postgres")
    assert sql(stack.postgres_dsn, "SELECT number FROM kept") == "7"
    eventually(lambda: httpx.get(f"{stack.registry_url}/subjects").is_success)


def test_a_crashed_service_is_started_again(stack: RunningStack) -> None:
    before = pid_of(stack.status(), "stand_in")
    os.kill(before, signal.SIGKILL)

    def again() -> bool:
        part = next(part for part in stack.status().parts if part.name == "stand_in")
        return part.restarts == 1 and part.state == "ready"

    eventually(again)
    assert pid_of(stack.status(), "stand_in") != before


@pytest.fixture
def settings() -> Iterator[StackSettings]:
    with open_folder() as home:
        settings = StackSettings(home=home, usual_ports=False)
        yield settings
        down(settings)


def alive(found: StackStatus) -> list[str]:
    return [part.name for part in found.parts if part.process and part.process.process()]


def up_detached(settings: StackSettings) -> StackStatus:
    return up(settings, names=["postgres"], detach=True)


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
class TestDetached:
    """PostgreSQL alone, under a supervisor in the background."""

    def test_it_is_seen_ordered_about_and_stopped(self, settings: StackSettings) -> None:
        first = up_detached(settings)
        assert (first.phase, alive(first)) == ("ready", ["postgres"])
        with pytest.raises(StackError, match="runs already"):
            up_detached(settings)
        with pytest.raises(StackError, match="runs already"):
            up(settings, names=["postgres"])
        again = order(settings, "restart", "postgres")
        assert pid_of(again, "postgres") != pid_of(first, "postgres")
        with pytest.raises(StackError, match="no part named kafka"):
            order(settings, "kill", "kafka")
        assert down(settings)
        assert (status(settings).phase, alive(again)) == ("stopped", [])
        assert not down(settings)
        with pytest.raises(StackError, match="no stack runs here"):
            order(settings, "start", "postgres")

    def test_it_comes_back_at_the_same_address_with_the_same_data(self, settings: StackSettings) -> None:
        dsn = up_detached(settings).address("postgres")
        sql(dsn, "CREATE TABLE kept AS SELECT 7 AS number")
        down(settings)
        assert up_detached(settings).address("postgres") == dsn
        assert sql(dsn, "SELECT number FROM kept") == "7"

    def test_what_a_killed_supervisor_left_is_ended(self, settings: StackSettings) -> None:
        running = up_detached(settings)
        assert running.supervisor is not None
        os.kill(running.supervisor.pid, signal.SIGKILL)
        eventually(lambda: status(settings).phase == "lost")
        assert alive(running) == ["postgres"]
        second = up_detached(settings)
        assert (alive(running), alive(second)) == ([], ["postgres"])

    def test_a_crash_stops_all_and_is_told(self, settings: StackSettings) -> None:
        running = up_detached(settings)
        os.kill(pid_of(running, "postgres"), signal.SIGKILL)
        eventually(lambda: status(settings).phase == "failed")
        assert status(settings).error == "postgres ended by SIGKILL unasked"
        assert "database system is ready" in status(settings).hint

    def test_what_keeps_it_from_starting_is_told(self, settings: StackSettings) -> None:
        greedy = settings.model_copy(update={"min_free_disk_mb": 10**9})
        with pytest.raises(StackError, match="MB of free disk"):
            up_detached(greedy)
        assert status(settings).phase == "failed"


def test_in_the_foreground_it_ends_with_the_signal_and_leaves_nothing(settings: StackSettings) -> None:
    code = (
        "from plait_console.stack.commands import up; from plait_console.stack.settings import StackSettings; "
        f"up(StackSettings(home={str(settings.home)!r}, usual_ports=False), names=['postgres'])"
    )
    with subprocess.Popen([sys.executable, "-c", code]) as child:
        eventually(lambda: status(settings).phase == "ready")
        running = status(settings)
        child.send_signal(signal.SIGINT)
        assert child.wait(WAIT_S) == 0
    assert (status(settings).phase, alive(running)) == ("stopped", [])
