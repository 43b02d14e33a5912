"""The doors over HTTP, with a broker in memory: what is taken, and what is answered."""

import json

import pytest

from plait_schemas.records import Membership, Message, Record
from plait_shared.bus import Outbound
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Misconfigured
from tests.unit.ingest.test_github import payload as github_payload
from tests.unit.ingest.test_mail import mail
from tests.unit.ingest.world import House, cloud_event, plain, problem

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


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


def test_a_key_belongs_to_one_workspace() -> None:
    house = House()
    house.http.headers.clear()
    assert house.post(plain(), **{"X-API-Key": "k" * 20}).status_code == 202
    assert house.written(Message)[0].workspace == "meadow"


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
