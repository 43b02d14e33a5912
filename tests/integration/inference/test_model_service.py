"""The service as a process on a real Kafka: it changes its model by command, and has it again after a restart."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from plait_console.cli import app
from plait_console.stack.testing import RunningStack
from tests.ports import free_port

pytestmark = [pytest.mark.model, pytest.mark.integration]
FAILED = 'plait_model_activations_total{outcome="failed"}'


@contextmanager
def service(stack: RunningStack, models: Path) -> Iterator[httpx.Client]:
    port = free_port()
    env = os.environ | {
        "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap, "PLAIT_REGISTRY_URL": stack.registry_url,
        "PLAIT_HTTP_PORT": str(port), "PLAIT_MODEL": str(models / "weak"), "PLAIT_MODELS": str(models),
        "PLAIT_MODEL_THREADS": "1",
    }  # fmt: skip
    process = subprocess.Popen([sys.executable, "-m", "plait_inference"], env=env)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            while not ready(client):
                assert process.poll() is None, "it ended"
                time.sleep(0.1)
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    finally:
        process.kill()
        process.wait()


def ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.TransportError:
        return False


def says(client: httpx.Client, line: str) -> bool:
    """Whether a line of the metrics begins so, within a while."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if any(found.startswith(line) for found in client.get("/metrics").text.splitlines()):
            return True
        time.sleep(0.2)
    return False


def plait(*words: str) -> None:
    done = CliRunner().invoke(app, ["model", *words])
    assert done.exit_code == 0, done.output


def test_a_service_changes_its_model_and_has_it_after_a_restart(
    stack: RunningStack, tiny_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAIT_KAFKA_BOOTSTRAP", stack.kafka_bootstrap)
    monkeypatch.setenv("PLAIT_REGISTRY_URL", stack.registry_url)
    with service(stack, tiny_models) as client:
        assert says(client, 'plait_model_info{name="weak"')
        plait("activate", "good")
        assert says(client, 'plait_model_info{name="good"')
        plait("activate", str(tiny_models / "tampered"))
        assert says(client, f"{FAILED} 1.0")
        assert says(client, 'plait_model_info{name="good"')
        assert ready(client)
    with service(stack, tiny_models) as client:
        assert 'plait_model_info{name="good"' in client.get("/metrics").text, "before anything is read"
        plait("deactivate")
        assert says(client, 'plait_model_info{name="weak"')
