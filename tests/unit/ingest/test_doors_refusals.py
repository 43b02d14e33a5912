"""What the doors refuse over HTTP, and how they say so."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from plait_shared.errors import Retryable
from tests.unit.ingest.world import KEY, House, cloud_event, plain, problem

STRUCTURED = "application/cloudevents+json"
BATCH = "application/cloudevents-batch+json"


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


def test_other_paths_and_methods_are_problems_too() -> None:
    problem(House().http.get("/v1/nothing"), 404)
    problem(House().http.get("/v1/events"), 405)
