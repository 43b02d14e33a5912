"""Garbage on every topic and every door: refused or set aside with its cause; the services go on."""

import hashlib
import hmac
import json
import struct
import time
from typing import Any

import httpx
import pytest
from kafka import KafkaProducer
from typer.testing import CliRunner

from plait_console.cli import app
from plait_schemas.catalogue import topics
from tests.builders import message
from tests.e2e.world import World, at, said

pytestmark = [pytest.mark.e2e, pytest.mark.model]
READ_TOPICS = {
    name: [stage for stage in topic.consumers if stage != "operator"]
    for name, topic in topics().items()
    if name != "collab.control.v1" and any(stage != "operator" for stage in topic.consumers)
}
BODIES = {
    "wrong magic byte": b"\x07" + struct.pack(">I", 1) + b"abc",
    "unknown schema id": b"\x00" + struct.pack(">I", 987_654) + b"abc",
    "truncated": None,
    "no value": None,
}


def put(world: World, topic: str, value: bytes | None, key: bytes = b"garbage") -> None:
    producer = KafkaProducer(bootstrap_servers=world.stack.kafka_bootstrap, linger_ms=0)
    producer.send(topic, value, key).get(10)
    producer.close()


@pytest.mark.parametrize("topic", READ_TOPICS)
def test_garbage_on_a_topic_is_set_aside_by_every_reader(world: World, topic: str) -> None:
    good = next((raw for raw in raw_values(world, topic) if raw), b"\x00" + struct.pack(">I", 1) + b"\x02")
    values = {**BODIES, "truncated": good[: len(good) // 2]}
    for value in values.values():
        put(world, topic, value)
    expected = len(values) * len(READ_TOPICS[topic])

    def letters() -> bool:
        found = [letter for letter in world.letters() if letter.topic == topic and letter.key == b"garbage"]
        assert {letter.stage for letter in found} <= set(READ_TOPICS[topic]), found
        return len({letter.id for letter in found}) >= expected

    world.eventually(letters, f"{expected} dead letters of {topic}", 60)
    causes = {letter.cause for letter in world.letters() if letter.topic == topic}
    assert any("wire format" in cause for cause in causes)
    assert any("987654" in cause for cause in causes)
    for service in ("inference", "knowledge_graph", "notification"):
        assert world.http.get(f"{world.stack.address(service)}/readyz").status_code == 200


def raw_values(world: World, topic: str) -> list[bytes | None]:
    from plait_console.stream import Stream

    with Stream(world.console(), [topic], from_beginning=True) as stream:
        return [raw.value for raw in stream.to_end()]


def test_services_go_on_after_garbage(world: World) -> None:
    world.send([said("after-garbage", 1, "ann", "Still here after the garbage")])
    world.enriched("Still here after the garbage")


GOOD = said("door", 1, "ann", "Hello")
JSON = "application/json"


def without(field: str) -> bytes:
    return json.dumps({key: value for key, value in GOOD.items() if key != field}).encode()


def with_(**fields: str) -> bytes:
    return json.dumps({**GOOD, **fields}).encode()


UNKNOWN_TYPE = json.dumps({"specversion": "1.0", "id": "1", "source": "/t", "type": "no.such", "data": {}}).encode()
DOORS: dict[str, tuple[bytes, str, set[int], str]] = {
    "invalid UTF-8": (b'{"id": "\xff\xfe"}', JSON, {400, 422}, "UTF-8"),
    "not JSON": (b"{", JSON, {400, 422}, "JSON"),
    "10 MB": (b'{"id": "' + b"x" * 10_000_000 + b'"}', JSON, {413}, ""),
    "naive time": (with_(sent_at="2026-03-02T09:00:00"), JSON, {422}, "sent_at"),
    "future time": (with_(sent_at="2126-03-02T09:00:00Z"), JSON, {422}, "sent_at"),
    "missing text": (without("text"), JSON, {422}, "text"),
    "unknown media type": (b"<a/>", "application/xml", {415}, ""),
    "unknown event type": (UNKNOWN_TYPE, "application/cloudevents+json", {422}, "type"),
}


@pytest.mark.parametrize("name", DOORS)
def test_garbage_at_the_events_door_is_refused_by_name(world: World, name: str) -> None:
    body, media_type, statuses, said_field = DOORS[name]
    answer = world.events(body, media_type)
    assert answer.status_code in statuses, answer.text
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert said_field in answer.text


def test_wrong_key_and_wrong_signatures_are_refused(world: World) -> None:
    url = world.stack.address("ingest")
    assert world.events(GOOD, Authorization="Bearer wrong").status_code == 401
    body = b'{"action": "opened"}'
    github = {
        "X-GitHub-Event": "issues",
        "X-Hub-Signature-256": "sha256=" + "0" * 64,
        "Content-Type": "application/json",
    }
    assert world.http.post(f"{url}/v1/hooks/github", content=body, headers=github).status_code == 401
    assert slack(world, body, age_s=0, secret="wrong").status_code == 401
    assert slack(world, body, age_s=3600, secret=world.secrets.slack_secret).status_code == 401
    challenge = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    assert "abc" in slack(world, challenge, age_s=0, secret=world.secrets.slack_secret).text


def slack(world: World, body: bytes, *, age_s: int, secret: str) -> httpx.Response:
    stamp = str(int(time.time()) - age_s)
    signature = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    headers = {
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={signature}", "Content-Type": "application/json",
    }  # fmt: skip
    return world.http.post(f"{world.stack.address('ingest')}/v1/hooks/slack", content=body, headers=headers)


def test_bad_item_does_not_take_its_batch_along(world: World) -> None:
    answer = world.events([said("batch-1", 1, "ann", "one"), {"id": "batch-2"}, said("batch-3", 3, "ann", "three")])
    body = answer.json()
    assert (answer.status_code, len(body["accepted"]), [r["index"] for r in body["rejected"]]) == (202, 2, [1])


@pytest.mark.parametrize("path", ["/v1/facts?as_of=2026-03-02T09:00:00", "/v1/facts?as_of=yesterday", "/v1/search"])
def test_bad_questions_to_the_graph_are_refused_by_name(world: World, path: str) -> None:
    answer = world.ask("knowledge_graph", path, "ann")
    assert answer.status_code == 422
    assert answer.json()["field"] in ("as_of", "q")


@pytest.mark.parametrize("service", ["knowledge_graph", "notification"])
@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_nobody_reads_anonymously(world: World, service: str, header: dict[str, str]) -> None:
    path = "/v1/facts" if service == "knowledge_graph" else "/v1/alerts"
    answer = world.http.get(f"{world.stack.address(service)}{path}", headers=header)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_repaired_dead_letter_is_brought_through(world: World, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"Repaired and replayed {at(0)}"
    out = world.codec.encode(message(950, text))
    put(world, "collab.message.v1", b"\x07" + out.value[1:], out.key)
    broken = b"\x07" + out.value[1:]
    letter = world.eventually(
        lambda: next((le for le in world.letters() if le.value == broken and le.stage == "inference"), None),
        "the letter",
    )
    repaired = tmp_path / "repaired.bin"
    repaired.write_bytes(out.value)
    for name, value in world.environment().items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["dlq", "replay", "--id", letter.id, "--edit", str(repaired)])
    assert done.exit_code == 0, done.output
    world.enriched(text)
