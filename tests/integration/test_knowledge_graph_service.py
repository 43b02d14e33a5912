"""The service itself, as a process, with the real Kafka, registry and PostgreSQL."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.testing import WORKSPACE, enriched, fresh_database, message
from plait_schemas.records import Record
from plait_shared.auth import Caller, sign
from plait_shared.codec import Codec
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.registry import HttpRegistry
from plait_shared.settings import ServiceSettings
from tests.ports import free_port

pytestmark = pytest.mark.integration
SECRET = "a secret of at least thirty-two bytes"
TEXT = "[P:Rui] takes over [W:HER-12]. [W:HER-12] is blocked."


class Service:
    """One run of the service on its own port."""

    def __init__(self, stack: RunningStack, url: str) -> None:
        self.stack = stack
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
            "PLAIT_REGISTRY_URL": stack.registry_url,
            "PLAIT_DATABASE_URL": url,
            "PLAIT_TOKEN_SECRET": SECRET,
            "PLAIT_HTTP_PORT": str(self.port),
            "PLAIT_EMBED_TIMEOUT_S": "0.2",
        }

    @contextmanager
    def running(self) -> Iterator["subprocess.Popen[bytes]"]:
        process = subprocess.Popen([sys.executable, "-m", "plait_knowledge_graph"], env=self.environment)
        try:
            self.until(lambda: process.poll() is None and self.get("/readyz").status_code == 200)
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait()

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "plait_knowledge_graph", *arguments]
        env = {**self.environment, **environment}
        return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    def get(self, path: str, **parameters: str) -> httpx.Response:
        token = sign(SECRET, Caller(WORKSPACE, "ann"), datetime.now(UTC), timedelta(hours=1))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", params=parameters, headers=headers)

    def send(self, *records: Record) -> None:
        settings = ServiceSettings(kafka_bootstrap=self.stack.kafka_bootstrap)
        producer = KafkaBusProducer(settings)
        with HttpRegistry(self.stack.registry_url) as registry:
            codec = Codec(registry, "test")
            producer.send([codec.encode(record) for record in records])
        producer.close()

    def until(self, check: Callable[[], bool], timeout_s: float = 60) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            try:
                if check():
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"waited {timeout_s} s")

    def facts(self) -> set[str]:
        page = self.get("/v1/facts", history="true").json()
        return {fact["object"]["name"] for fact in page["items"]}


def test_service_reads_answers_survives_a_kill_and_stops_clean(stack: RunningStack) -> None:
    with fresh_database(stack.postgres_dsn) as url:
        service = Service(stack, url)
        with service.running() as process:
            service.send(enriched(TEXT, message(TEXT), ["decision", "blocker"]))
            service.until(lambda: {"Rui", "blocked"} <= service.facts())
            assert service.get("/v1/search", q="blocked").json()["degraded"] == "text only"
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = "[W:HER-12] is done"
        service.send(enriched(done, message(done, id_="2", minute=5)))
        with service.running() as process:
            service.until(lambda: "done" in service.facts())
            metrics = service.get("/metrics").text
            assert 'plait_records_consumed_total{topic="collab.enrichment.v1"}' in metrics
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
        lines = service.run("dump").stdout.splitlines()
        own = [line for line in lines if '"kind": "message"' in line and f'"workspace": "{WORKSPACE}"' in line]
        assert len(own) == 2
        assert service.run("migrate").returncode == 0


def test_wrong_settings_end_with_one_line(stack: RunningStack) -> None:
    service = Service(stack, stack.postgres_dsn)
    for arguments, wrong, said in [
        ([], {"PLAIT_TOKEN_SECRET": ""}, "PLAIT_TOKEN_SECRET"),
        ([], {"PLAIT_DATABASE_URL": "mysql://x"}, "PLAIT_DATABASE_URL"),
        ([], {"PLAIT_QUIET_AFTER_S": "soon"}, "PLAIT_QUIET_AFTER_S"),
        (["dump"], {"PLAIT_DATABASE_URL": "postgresql://x:y@127.0.0.1:1/none"}, "PostgreSQL"),
    ]:
        done = service.run(*arguments, **wrong)
        assert done.returncode in (1, 2)
        assert said in done.stderr
        assert "Traceback" not in done.stderr
