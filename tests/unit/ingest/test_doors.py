"""The doors over HTTP, with a broker in memory: what is taken, what is answered, what goes wrong."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plait_schemas.records import Membership, Message, Record
from plait_shared.bus import Outbound
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Misconfigured, Retryable
from tests.unit.ingest.test_github import payload as github_payload
from tests.unit.ingest.test_mail import mail
from tests.unit.ingest.world import KEY, House, cloud_event, plain

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["detail"]
    return body


def test_plain_messages_one_or_many() -> None:
    house = House()
    answer = house.post(plain())
    assert answer.status_code == 202
    message = house.written(Message)[0]
    assert answer.json() == {"accepted": [{"id": "m1", "message_id": message.message_id, "status": "accepted"}]}
    assert house.raw(Message)[0].key == b"orchard/chat:general"
    answer = house.post([plain(), plain(id="m2")])
    assert [item["status"] for item in answer.json()["accepted"]] == ["duplicate", "accepted"]
    assert len(house.written(Message)) == 2


def test_the_same_event_twice_in_one_request_is_written_once() -> None:
    house = House()
    answer = house.post([plain(), plain()])
    assert [item["status"] for item in answer.json()["accepted"]] == ["accepted", "duplicate"]
    assert len(house.raw(Message)) == 1


def test_structured_binary_and_batch_events() -> None:
    house = House()
    assert house.post(cloud_event(plain(id="a")), STRUCTURED).status_code == 202
    assert (
        house.post(
            [cloud_event(plain(id="b")), cloud_event(plain(id="c"), time="2026-03-02T10:00:00Z")], BATCH
        ).status_code
        == 202
    )
    headers = {"ce-specversion": "1.0", "ce-id": "e9", "ce-source": "/t", "ce-type": "plait.message"}
    assert house.post(plain(id="d"), "application/json", **headers).status_code == 202
    raw = {**headers, "ce-type": "mail.rfc822"}
    assert house.post(mail().as_bytes(), "message/rfc822", **raw).status_code == 202
    assert {m.source.tool_id for m in house.written(Message)} == {"a", "b", "c", "d", "m2@orchard.example"}
    assert len(house.written(Membership)) == 4


def test_a_bad_item_does_not_take_the_others_with_it() -> None:
    house = House()
    answer = house.post([plain(), plain(id="m2", kind="shout"), "text"])
    body = answer.json()
    assert answer.status_code == 202
    assert len(body["accepted"]) == 1
    assert [(item["index"], item["field"]) for item in body["rejected"]] == [(1, "kind"), (2, None)]


def test_none_good_is_422_with_every_reason() -> None:
    body = problem(House().post([plain(kind="shout"), plain(text=None)]), 422)
    assert body["field"] == "kind"
    assert [item["field"] for item in body["rejected"]] == ["kind", "text"]


def test_what_says_nothing_is_told() -> None:
    answer = House().post(cloud_event(github_payload("labeled"), "github.issues"), STRUCTURED)
    assert answer.status_code == 202
    assert answer.json()["ignored"][0]["index"] == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"specversion": "1.0", "source": "/t", "type": "plait.message"}, "id"),
        (cloud_event(None, specversion="0.3"), "specversion"),
        (cloud_event(None, source=""), "source"),
        (cloud_event(None, time="noon"), "time"),
        (cloud_event(None, time="2026-03-02T10:00:00"), "time"),
        (cloud_event(None, time=3), "time"),
        (cloud_event(None, "acme.thing"), "type"),
        (cloud_event({}, data_base64="aGk="), "data_base64"),
        ({**cloud_event(None, "mail.rfc822"), "data_base64": "?"}, "data_base64"),
    ],
)  # fmt: skip
def test_a_wrong_event_is_refused_with_its_field(data: dict[str, Any], field: str) -> None:
    if field == "data_base64" and data.get("data") is None:
        del data["data"]
    assert problem(House().post(data, STRUCTURED), 422)["field"] == field


def test_a_binary_event_needs_its_headers() -> None:
    house = House()
    assert problem(house.post(plain(), **{"ce-type": "plait.message", "ce-source": "/t"}), 422)["field"] == "ce-id"
    late = {"ce-type": "plait.message", "ce-source": "/t", "ce-id": "1", "ce-time": "noon", "ce-specversion": "1.0"}
    assert problem(house.post(plain(), **late), 422)["field"] == "time"


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b'{"text": "\xff"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 413),
        (b"[" * 10_000, "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", BATCH, 400),
        (b"3", STRUCTURED, 422),
        (b"<a/>", "text/xml", 415),
        (b"", "", 415),
        (b"x" * 20_001, "application/json", 413),
        (json.dumps([{}] * 101).encode(), "application/json", 413),
    ],
)
def test_an_unreadable_request(body: bytes, kind: str, status: int) -> None:
    problem(House().post(body, kind), status)


def test_a_compressed_body_is_refused() -> None:
    problem(House().post(b"x", "application/json", **{"content-encoding": "gzip"}), 415)


def test_a_body_without_length_is_measured_while_it_comes() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 1000

    answer = House().http.post("/v1/events", content=endless(), headers={"content-type": "application/json"})
    problem(answer, 413)


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": value} for value in ("", "Bearer wrong", f"Basic {KEY}", "Bearer ключ")],
)  # fmt: skip
def test_without_a_key_nothing_is_read(headers: dict[str, str]) -> None:
    house = House()
    house.http.headers.clear()
    answer = house.http.post("/v1/events", content=b"{", headers={k.encode(): v.encode() for k, v in headers.items()})
    assert "www-authenticate" in answer.headers
    problem(answer, 401)


def test_a_key_belongs_to_one_workspace() -> None:
    house = House()
    house.http.headers.clear()
    assert house.post(plain(), **{"X-API-Key": "k" * 20}).status_code == 202
    assert house.written(Message)[0].workspace == "meadow"


def test_too_fast_is_429_and_passes_later() -> None:
    house = House(per_s=10, burst=5)
    assert house.post([plain(id=str(n)) for n in range(20)]).status_code == 202
    answer = house.post(plain())
    problem(answer, 429)
    assert int(answer.headers["retry-after"]) >= 1
    house.later(int(answer.headers["retry-after"]))
    assert house.post(plain()).status_code == 202


def test_too_much_at_once_is_429() -> None:
    house = House(requests=1)
    with house.requests.inside():
        answer = house.post(plain())
    problem(answer, 429)
    assert answer.headers["retry-after"] == "1"
    for _ in range(3):
        problem(house.post(b"{"), 400)
    assert house.post(plain()).status_code == 202


def test_kafka_away_is_503_and_nothing_counts_as_written() -> None:
    house = House()

    def away(operation: str) -> None:
        raise Retryable("Kafka is away")

    house.broker.fault = away
    answer = house.post(plain())
    problem(answer, 503)
    assert answer.headers["retry-after"]
    assert house.http.get("/readyz").status_code == 503
    house.broker.fault = lambda operation: None
    house.later(6)
    assert house.http.get("/readyz").status_code == 200
    assert house.post(plain()).json()["accepted"][0]["status"] == "accepted"


def test_before_the_connection_the_door_says_so() -> None:
    house = House(connected=False)
    problem(house.post(plain()), 503)
    assert house.http.get("/readyz").json() == {"kafka": False}
    assert house.http.get("/healthz").status_code == 200


def test_the_trace_of_the_caller_goes_on() -> None:
    house = House()
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    house.post(plain(), traceparent=trace)
    headers = dict(house.raw(Message)[0].headers)
    assert headers["traceparent"].split(b"-")[1] == trace.split("-")[1].encode()
    assert headers["ce_source"] == b"/plait/ingest"


def test_what_does_not_fit_the_schema_is_one_bad_item(monkeypatch: pytest.MonkeyPatch) -> None:
    house, encode = House(), Codec.encode

    def picky(self: Codec, record: Record, traceparent: str | None = None) -> Outbound:
        if isinstance(record, Message) and record.source.tool_id == "m2":
            raise BadRecord("does not fit its schema")
        return encode(self, record, traceparent)

    monkeypatch.setattr(Codec, "encode", picky)
    body = house.post([plain(), plain(id="m2")]).json()
    assert [item["id"] for item in body["accepted"]] == ["m1"]
    assert [item["index"] for item in body["rejected"]] == [1]


def test_metrics_count_outcomes() -> None:
    house = House()
    house.post([plain(), plain(), plain(kind="x")])
    text = house.http.get("/metrics").text
    assert 'plait_ingest_events_total{outcome="accepted"} 1.0' in text
    assert 'plait_ingest_events_total{outcome="duplicate"} 1.0' in text
    assert 'plait_ingest_events_total{outcome="rejected"} 1.0' in text


def test_other_paths_and_methods_are_problems_too() -> None:
    problem(House().http.get("/v1/nothing"), 404)
    problem(House().http.get("/v1/events"), 405)


def test_openapi_describes_the_body() -> None:
    paths = House().http.get("/openapi.json").json()["paths"]
    content = paths["/v1/events"]["post"]["requestBody"]["content"]
    message = content["application/json"]["schema"]["oneOf"][0]
    assert "conversation" in message["properties"]
    assert "$ref" not in json.dumps(content)


def test_an_unregistered_schema_stops_the_service_at_start() -> None:
    house = House(connected=False)
    house.registry.schemas.clear()
    with pytest.raises(Misconfigured, match="plait init"):
        house.connect()
