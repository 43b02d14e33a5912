"""What the console reads from topics and puts back, over the bus in memory."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from plait_console.cli import app
from plait_console.commands.reading import lines
from plait_console.lag import lags
from plait_console.letters import REPLAYED_FROM, chosen, latest, replay
from plait_console.output import plain, text_of
from plait_console.settings import ConsoleSettings
from plait_console.stream import topic_name
from plait_schemas.records import DeadLetter, Header
from plait_shared.bus import Outbound, Partition, RawRecord
from plait_shared.bystander import Extent
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.testing.memory import MemoryBroker, MemoryProducer, MemoryRegistry
from tests.builders import message

AT = datetime(2026, 3, 4, 9, tzinfo=UTC)


def letter(number: int = 1, **changes: Any) -> DeadLetter:
    made = DeadLetter(
        id=f"{number}-letter", stage="inference", topic="collab.message.v1", partition=0, offset=number, key=b"k",
        value=b"\xff\x00", headers=(Header(name="ce_id", value=b"1"), Header(name=REPLAYED_FROM, value=b"old")),
        error="BadRecord", cause="not Avro", code_version="0.1.0", occurred_at=AT,
    )  # fmt: skip
    return replace(made, **changes)


HTTP = letter(2, topic="/v1/events", partition=-1, offset=-1, key=None, occurred_at=AT + timedelta(hours=1))


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> MemoryBroker:
    """A broker that the commands read and write; its registry knows the catalogue's schemas."""
    made = MemoryBroker()

    class Stream:
        def __init__(self, settings: ConsoleSettings, names: Sequence[str], *, from_beginning: bool) -> None:
            self._names = names

        def __enter__(self) -> "Stream":
            return self

        def __exit__(self, *error: object) -> None:
            """Nothing to close."""

        def to_end(self) -> Iterator[RawRecord]:
            return (raw for name in self._names for raw in made.records(name))

        def follow(self) -> Iterator[RawRecord]:
            yield from self.to_end()
            raise KeyboardInterrupt

        def extents(self) -> dict[Partition, Extent]:
            return {Partition(name, 0): Extent(0, len(made.records(name))) for name in self._names}

    monkeypatch.setattr("plait_console.stream.Stream", Stream)
    monkeypatch.setattr("plait_console.decoding.HttpRegistry", _registry)
    monkeypatch.setattr("plait_console.decoding.Reader.__exit__", lambda *args: None)
    monkeypatch.setattr("plait_shared.kafka_producer.KafkaBusProducer", lambda settings: MemoryProducer(made))
    monkeypatch.setattr("plait_console.lag.committed", lambda settings: {"inference": {MESSAGES: 1}})
    for name in ("PLAIT_KAFKA_BOOTSTRAP", "PLAIT_REGISTRY_URL"):
        monkeypatch.setenv(name, "nowhere")
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path))
    return made


MESSAGES = Partition("collab.message.v1", 0)


def _registry(url: str) -> MemoryRegistry:
    return MemoryRegistry()


def put(broker: MemoryBroker, *records: Any) -> None:
    for record in records:
        broker.append(Codec(MemoryRegistry(), "test").encode(record))


def plait(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_tail_shows_records_and_what_does_not_decode(broker: MemoryBroker) -> None:
    put(broker, message(text="你好"))
    broker.append(Outbound("collab.message.v1", b"k", b"junk"))
    result = plait("tail", "message", "--from-beginning")
    assert result.exit_code == 0
    assert "text: 你好" in result.stdout
    assert "does not decode: not in the Confluent wire format" in result.stdout


def test_tail_as_json_is_one_line_a_record_and_ends_at_the_limit(broker: MemoryBroker) -> None:
    put(broker, message(1), message(2))
    (line,) = plait("tail", "collab.message.v1", "--json", "--limit", "1").stdout.splitlines()
    row = json.loads(line)
    assert row["record"]["text"] == "Good morning"
    assert row["key"] == "orchard/chat:dev"
    assert row["error"] is None


def test_topics_shows_counts_and_lag(broker: MemoryBroker) -> None:
    put(broker, message(1), message(2))
    rows = {row["topic"]: row for row in json.loads(plait("topics", "--json").stdout)}
    assert len(rows) == 13
    assert (rows["collab.message.v1"]["records"], rows["collab.message.v1"]["lag"]) == (2, {"inference": 1})
    assert "inference 1" in plait("topics").stdout


def test_dead_letters_are_listed_and_shown(broker: MemoryBroker) -> None:
    assert "no dead letters" in plait("dlq", "list").output
    put(broker, letter(), HTTP)
    listed = plait("dlq", "list").stdout
    assert "not Avro" in listed
    assert "HTTP" in listed
    assert [row["id"] for row in json.loads(plait("dlq", "list", "--json").stdout)] == ["1-letter", "2-letter"]
    shown = plait("dlq", "show", "1-l").stdout
    assert "base64:/wA=" in shown
    assert json.loads(plait("dlq", "show", "1-l", "--json").stdout)["cause"] == "not Avro"


def test_replay_puts_the_very_bytes_back(broker: MemoryBroker) -> None:
    put(broker, letter(), HTTP)
    result = plait("dlq", "replay", "--all")
    assert result.stdout.strip() == "1 put back; 1 came by HTTP and stay"
    (raw,) = broker.records("collab.message.v1")
    assert (raw.key, raw.value) == (b"k", b"\xff\x00")
    assert raw.headers == (("ce_id", b"1"), (REPLAYED_FROM, b"1-letter"))


def test_replay_with_repaired_bytes(broker: MemoryBroker, tmp_path: Path) -> None:
    put(broker, letter())
    (tmp_path / "fixed").write_bytes(b"good")
    assert plait("dlq", "replay", "--id", "1", "--edit", str(tmp_path / "fixed")).exit_code == 0
    assert broker.records("collab.message.v1")[0].value == b"good"


@pytest.mark.parametrize(
    ("words", "message_"),
    [
        ([], "say which"),
        (["--id", "1", "--all"], "say which"),
        (["--id", "7"], "no dead letter with an id"),
        (["--id", "2"], "came by HTTP"),
        (["--all", "--edit", "x"], "name it with --id"),
        (["--id", "1", "--edit", "nowhere"], "can't be read"),
    ],
)
def test_replay_refuses_in_one_line(broker: MemoryBroker, words: list[str], message_: str) -> None:
    put(broker, letter(), HTTP, letter(3))
    result = plait("dlq", "replay", *words)
    assert result.exit_code == 1
    assert message_ in result.output
    assert broker.records("collab.message.v1") == []


def test_letters_by_the_beginning_of_their_id() -> None:
    with pytest.raises(BadRecord, match="2 dead letters"):
        chosen([letter(10), letter(11)], ["1"])
    with pytest.raises(BadRecord, match="no value"):
        replay(letter(value=None))
    assert [found.cause for found in latest([letter(), letter(cause="again")])] == ["again"]


def test_short_names_of_topics() -> None:
    assert topic_name("enrichment") == "collab.enrichment.v1"
    with pytest.raises(BadRecord, match="there are message, membership"):
        topic_name("nonsense")


def test_lag_counts_partitions_that_were_never_committed() -> None:
    extents = {Partition("t", 0): Extent(0, 10), Partition("t", 1): Extent(5, 8), Partition("u", 0): Extent(0, 1)}
    kept = {"g": {Partition("t", 0): 4}, "h": {Partition("gone", 0): 1}}
    assert lags(kept, extents) == {"t": {"g": 9}}


def test_records_as_json() -> None:
    row = plain(letter())
    assert row["value"] == "base64:/wA="
    assert row["occurred_at"] == "2026-03-04T09:00:00+00:00"
    assert row["headers"][0] == {"name": "ce_id", "value": "1"}
    assert text_of(b"\x00") == "base64:AA=="


def test_text_of_several_lines_is_text() -> None:
    mail = "From: ann\r\n\r\n\tGrüße\n"
    assert text_of(mail.encode()) == mail
    assert text_of(b"\x1b[31m\n").startswith("base64:")


def test_long_lists_are_shown_by_length_only_where_they_are_numbers() -> None:
    names = [f"ann-{n}" for n in range(20)]
    assert list(lines({"vector": [0.5] * 20, "names": names}, "")) == ["vector: 20 numbers", f"names: {names}"]
