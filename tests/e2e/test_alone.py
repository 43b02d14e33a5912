"""Each service alone: a clean environment of its own, and the others go on when one stops."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from plait_console.stack.testing import RunningStack
from tests.e2e.world import World, said
from tests.ports import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.model, pytest.mark.timeout(900)]
ROOT = Path(__file__).parents[2]
UV = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
FOREIGN = {"torch", "transformers", "psycopg", "faust-streaming"}
OWN = {
    "ingest": set(),
    "inference": {"torch", "transformers"},
    "knowledge_graph": {"psycopg"},
    "notification": {"faust-streaming"},
    "console": set(),
}


@pytest.fixture(params=OWN)
def alone(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    """A clean environment into which one service was installed from its folder."""
    name = str(request.param)
    place = tmp_path / name
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, str(place)], check=True)
    versions = tmp_path / "versions.txt"
    lines = (ROOT / "requirements/all.txt").read_text().splitlines()
    versions.write_text("\n".join(line.split("\\")[0] for line in lines if "==" in line and not line.startswith(" ")))
    fresh = [f"--refresh-package=plait-{own}" for own in ("schemas", "shared", name.replace("_", "-"))]
    install = [UV, "pip", "install", "--quiet", "--python", str(place / "bin/python"), "--constraint", str(versions)]
    subprocess.run([*install, *fresh, f"{ROOT}/services/{name}"], check=True, timeout=600)
    return name, place


def test_installs_and_starts_with_its_own_needs_alone(stack: RunningStack, alone: tuple[str, Path]) -> None:
    name, place = alone
    listed = subprocess.run(
        [UV, "pip", "list", "--python", str(place / "bin/python")], capture_output=True, text=True, check=True
    )
    packages = {line.split()[0] for line in listed.stdout.splitlines()[2:]}
    assert packages & FOREIGN == OWN[name]
    others = {f"plait-{other.replace('_', '-')}" for other in OWN if other != name}
    assert not packages & others
    if name == "console":
        helped = subprocess.run([place / "bin/plait", "--help"], capture_output=True, text=True, check=True)
        assert "demo" in helped.stdout
        return
    starts(stack, name, place)


def starts(stack: RunningStack, name: str, place: Path) -> None:
    """Settings from the environment and a Kafka address are enough to become ready; SIGTERM ends it with 0."""
    port = free_port()
    own = {
        "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
        "PLAIT_REGISTRY_URL": stack.registry_url,
        "PLAIT_HTTP_PORT": str(port),
        "PLAIT_API_KEYS": "alone:" + "k" * 32,
        "PLAIT_TOKEN_SECRET": "s" * 32,
        "PLAIT_INSTANCE_ID": "alone",
    }
    if name == "knowledge_graph":
        own["PLAIT_DATABASE_URL"] = stack.postgres_dsn
    clean = {key: os.environ[key] for key in ("PATH", "HOME") if key in os.environ}
    process = subprocess.Popen([place / "bin/python", "-m", f"plait_{name}"], env={**clean, **own}, cwd=place)
    try:
        assert ready(f"http://127.0.0.1:{port}/readyz", process)
    finally:
        process.terminate()
        code = process.wait(60)
    assert code == 0


def ready(url: str, process: "subprocess.Popen[bytes]") -> bool:
    """Whether it becomes ready within two minutes."""
    for _ in range(240):
        if process.poll() is not None:
            return False
        try:
            if httpx.get(url, trust_env=False).status_code == 200:
                return True
        except httpx.HTTPError:
            pass
        time.sleep(0.5)
    return False


@pytest.mark.parametrize("name", ["inference", "knowledge_graph", "notification", "ingest"])
def test_stopping_one_leaves_the_others_and_it_catches_up(world: World, name: str) -> None:
    others = [other for other in OWN if other not in (name, "console")]
    world.stack.stop(name)
    for other in others:
        assert world.http.get(f"{world.stack.address(other)}/healthz").status_code == 200
    text = f"Said while {name} was away"
    if name != "ingest":
        world.send([said(f"away-{name}", 5, "ann", text)])
    world.stack.start(name)
    if name == "ingest":
        world.send([said(f"away-{name}", 5, "ann", text)])
    world.enriched(text)
    world.eventually(
        lambda: text in world.ask("knowledge_graph", "/v1/search", "ann", q=text).text, "the graph to know it"
    )
