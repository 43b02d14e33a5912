"""The registry client: what it asks, what it keeps, and what it says when the answer is wrong."""

import json

import httpx
import pytest

from plait_shared.errors import BadRecord, Misconfigured, Retryable
from plait_shared.registry import HttpRegistry

SCHEMA = {"type": "record", "name": "R", "fields": []}


def registry(status: int, body: object, calls: list[str] | None = None) -> HttpRegistry:
    def answer(request: httpx.Request) -> httpx.Response:
        if calls is not None:
            calls.append(f"{request.method} {request.url.path}")
        return httpx.Response(status, json=body)

    return HttpRegistry("http://registry.test/apis/ccompat/v7", transport=httpx.MockTransport(answer))


def test_answers_are_asked_for_once() -> None:
    calls: list[str] = []
    with registry(200, {"id": 7, "schema": json.dumps(SCHEMA)}, calls) as client:
        for _ in range(3):
            assert client.id_of("topic-value", SCHEMA) == 7
            assert client.schema(7) == SCHEMA
    assert calls == ["POST /apis/ccompat/v7/subjects/topic-value", "GET /apis/ccompat/v7/schemas/ids/7"]


def test_unknown_schemas_are_told_apart() -> None:
    client = registry(404, {"error_code": 40403})
    with pytest.raises(BadRecord, match="no schema with id 9"):
        client.schema(9)
    with pytest.raises(Misconfigured, match="plait init"):
        client.id_of("topic-value", SCHEMA)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_schema_id_that_the_registry_refuses_is_the_records_fault(status: int) -> None:
    with pytest.raises(BadRecord, match="no schema with id 9"):
        registry(status, {}).schema(9)
    with pytest.raises(BadRecord, match="4294967295"):
        registry(200, {}).schema(2**32 - 1)


def test_broken_registry_is_retryable_and_a_wrong_one_is_not() -> None:
    with pytest.raises(Retryable, match="answers 503"):
        registry(503, {}).schema(1)
    with pytest.raises(Misconfigured, match="answers 403"):
        registry(403, {}).schema(1)


def test_absent_registry_is_retryable() -> None:
    with HttpRegistry("http://127.0.0.1:1", timeout_s=0.5) as client, pytest.raises(Retryable, match="does not answer"):
        client.schema(1)
