"""`plait model`: what is commanded, and what the stream says of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from plait_console.models import seen
from plait_console.settings import ConsoleSettings
from plait_schemas.records import Control, ControlCommand, Enrichment, Model
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry
from tests.builders import NOON, message
from tests.unit.console.world import plait

CODEC = Codec(MemoryRegistry(), "test")


class Registry(MemoryRegistry):
    """The catalogue's schemas, opened and closed like the real one."""

    def __init__(self, url: str) -> None:
        super().__init__()

    def __enter__(self) -> "Registry":
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close."""


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryBroker:
    """A broker of one partition that the commands read and write."""
    made = MemoryBroker(partitions=1)

    class Stream:
        def __init__(self, settings: ConsoleSettings, names: Sequence[str], *, from_beginning: bool, last: int) -> None:
            self._found = [raw for name in names for raw in made.records(name)][0 if from_beginning else -last :]

        def __enter__(self) -> "Stream":
            return self

        def __exit__(self, *error: object) -> None:
            """Nothing to close."""

        def to_end(self) -> Iterator[RawRecord]:
            return iter(self._found)

    monkeypatch.setattr("plait_console.stream.Stream", Stream)
    monkeypatch.setattr("plait_console.decoding.HttpRegistry", lambda url: MemoryRegistry())
    monkeypatch.setattr("plait_console.decoding.Reader.__exit__", lambda *args: None)
    monkeypatch.setattr("plait_shared.registry.HttpRegistry", Registry)
    monkeypatch.setattr("plait_shared.kafka_producer.KafkaBusProducer", lambda settings: MemoryProducer(made))
    for name in ("PLAIT_KAFKA_BOOTSTRAP", "PLAIT_REGISTRY_URL"):
        monkeypatch.setenv(name, "nowhere")
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path))
    return made


def given(broker: MemoryBroker) -> list[Control]:
    found = [CODEC.decode(raw).record for raw in broker.records("collab.control.v1")]
    return [record for record in found if isinstance(record, Control)]


def enrichment(number: int, model: str) -> Enrichment:
    said = message(number)
    return Enrichment(
        id=f"e{number}", workspace=said.workspace, source_event=said.id, message=said, tags=None, embedding=(),
        model=Model(name=model, revision=f"r-{model}"), occurred_at=NOON,
    )  # fmt: skip


def test_commands_reach_the_topic_in_order(broker: MemoryBroker) -> None:
    assert plait("model", "activate", "office-2", "--revision", "3f1c9a5be210").exit_code == 0
    assert plait("model", "activate", "/models/office-3").exit_code == 0
    assert plait("model", "deactivate").exit_code == 0
    commands = given(broker)
    assert [(command.service, command.command, command.arguments) for command in commands] == [
        ("inference", ControlCommand.ACTIVATE_MODEL, {"artefact": "office-2", "revision": "3f1c9a5be210"}),
        ("inference", ControlCommand.ACTIVATE_MODEL, {"artefact": "/models/office-3"}),
        ("inference", ControlCommand.DEACTIVATE_MODEL, {}),
    ]
    assert len({command.id for command in commands}) == 3
    assert {raw.key for raw in broker.records("collab.control.v1")} == {b"inference"}


def test_a_folder_of_here_becomes_the_path_that_services_know(
    broker: MemoryBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "office-2").mkdir()
    assert plait("model", "activate", "./office-2").exit_code == 0
    assert [command.arguments["artefact"] for command in given(broker)] == [str(tmp_path.resolve() / "office-2")]
    refused = plait("model", "activate", "./absent")
    assert (refused.exit_code, len(given(broker))) == (1, 1)
    assert "give the absolute path at which the service finds it" in refused.output


def test_list_shows_what_was_asked_and_what_reads(broker: MemoryBroker) -> None:
    empty = plait("model", "list").stdout
    assert "no commands" in empty
    assert "no enrichments yet" in empty
    plait("model", "activate", "office-2")
    for number, model in enumerate(["office-1", "office-1", "office-2"]):
        broker.append(CODEC.encode(enrichment(number, model)))
    shown = plait("model", "list").stdout
    assert "activate_model" in shown
    assert "r-office-1" in shown
    found = json.loads(plait("model", "list", "--json").stdout)
    assert [command["arguments"] for command in found["commands"]] == [{"artefact": "office-2"}]
    assert {row["model"]: row["records"] for row in found["models"]} == {"office-1": 2, "office-2": 1}


def test_the_model_that_wrote_last_comes_first() -> None:
    rows = seen([(enrichment(1, "a"), 5000), (enrichment(2, "b"), 9000), (enrichment(3, "a"), 7000), (message(), 1)])
    assert [(row.model, row.records, row.last) for row in rows] == [
        ("b", 1, datetime.fromtimestamp(9, UTC)),
        ("a", 2, datetime.fromtimestamp(7, UTC)),
    ]
    retrained = replace(enrichment(4, "a"), model=Model(name="a", revision="r2"))
    assert len(seen([(enrichment(1, "a"), 1), (retrained, 2)])) == 2


@pytest.mark.parametrize("command", ["list", "activate", "deactivate"])
def test_each_command_has_an_example(command: str) -> None:
    assert f"Example: plait model {command}" in plait("model", command, "--help").stdout
