"""Commands by `plait model` over a real Kafka: every replica follows them, and one that starts later does too."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry
from typer.testing import CliRunner

from plait_console.cli import app
from plait_console.settings import ConsoleSettings
from plait_console.stack.testing import RunningStack
from plait_console.stream import Stream
from plait_inference.control import Wanted
from plait_inference.watcher import ModelWatcher
from plait_schemas.records import Enrichment, Model
from plait_shared.bystander import Bystander
from plait_shared.codec import Codec
from plait_shared.errors import Misconfigured
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.registry import HttpRegistry
from plait_shared.settings import ServiceSettings
from tests.builders import NOON, message

pytestmark = pytest.mark.integration


class Replica:
    """A watcher of its own; artefacts that begin with ``bad`` can't be used."""

    def __init__(self, bystander: Bystander, codec: Codec) -> None:
        self.tried: list[Wanted] = []
        self.in_use = "configured"
        self.watcher = ModelWatcher(bystander, codec, self.activate, CollectorRegistry())
        self.watcher.catch_up()

    def activate(self, wanted: Wanted) -> Model:
        self.tried.append(wanted)
        if wanted.artefact and wanted.artefact.startswith("bad"):
            raise Misconfigured("it is damaged")
        self.in_use = wanted.artefact or "configured"
        return Model(name=self.in_use, revision="r")

    def follow(self, tried: int) -> str:
        """Turn until so many commands have been tried."""
        for _ in range(50):
            if len(self.tried) >= tried:
                break
            self.watcher.turn(0.2)
        return self.in_use


@pytest.fixture
def settings(stack: RunningStack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ServiceSettings:
    monkeypatch.setenv("PLAIT_KAFKA_BOOTSTRAP", stack.kafka_bootstrap)
    monkeypatch.setenv("PLAIT_REGISTRY_URL", stack.registry_url)
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path))
    return ServiceSettings.load()


def plait(*words: str) -> str:
    done = CliRunner().invoke(app, ["model", *words])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_replicas_follow_commands_and_one_that_starts_later_catches_up(settings: ServiceSettings) -> None:
    with HttpRegistry(settings.registry_url) as registry, Bystander(settings) as first, Bystander(settings) as second:
        codec = Codec(registry, "inference")
        early = Replica(first, codec)
        plait("activate", "one", "--revision", "3f1c9a5be210")
        assert early.follow(1) == "one"
        assert (early.tried[0].artefact, early.tried[0].revision) == ("one", "3f1c9a5be210")
        plait("activate", "bad")
        assert early.follow(2) == "one"
        late = Replica(second, codec)
        assert ([wanted.artefact for wanted in late.tried], late.in_use) == (["bad", "one"], "one")
        plait("deactivate")
        assert (early.follow(3), late.follow(3)) == ("configured", "configured")


def test_list_says_who_wrote_last(settings: ServiceSettings) -> None:
    said = message(1)
    with HttpRegistry(settings.registry_url) as registry:
        made = [
            Enrichment(
                id=f"models-{n}", workspace=said.workspace, source_event=said.id, message=said, tags=None,
                embedding=(), model=Model(name="one", revision=f"r{n}"), occurred_at=NOON,
            )
            for n in (1, 2)
        ]  # fmt: skip
        producer = KafkaBusProducer(settings)
        producer.send([Codec(registry, "test").encode(record) for record in made])
        producer.close()
    found = json.loads(plait("list", "--json"))
    written = {row["revision"]: row for row in found["models"] if row["model"] == "one"}
    assert {revision: row["records"] for revision, row in written.items()} == {"r1": 1, "r2": 1}
    age = datetime.now(UTC) - datetime.fromisoformat(written["r2"]["last"])
    assert abs(age) < timedelta(minutes=10), "the broker's time, not the message's"
    console = ConsoleSettings(kafka_bootstrap=settings.kafka_bootstrap)
    with Stream(console, ["collab.enrichment.v1"], from_beginning=False, last=1) as stream:
        assert made[1].id.encode() in {dict(raw.headers)["ce_id"] for raw in stream.to_end()}
