"""Health routes and problem details, as a caller sees them."""

from functools import partial
from typing import Annotated

import pytest
from fastapi import FastAPI, Query
from fastapi.exceptions import RequestValidationError
from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from plait_shared import problems
from plait_shared.auth import Unauthorized
from plait_shared.errors import BadRecord, Fatal, Overloaded, PlaitError, Retryable
from plait_shared.health import health_app
from plait_shared.metrics import Metrics


def failing(error: Exception) -> TestClient:
    def endpoint(request: Request) -> Response:
        raise error

    app = Starlette(routes=[Route("/", endpoint)])
    problems.install(app)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("error", "status", "header"),
    [
        (BadRecord("no time zone", field="sent_at"), 422, ""),
        (Unauthorized("who?"), 401, "www-authenticate"),
        (Overloaded("full", retry_after_s=2.2), 429, "retry-after"),
        (Retryable("Kafka is away"), 503, "retry-after"),
        (Fatal("fenced"), 500, ""),
    ],
)
def test_errors_are_problem_details(error: PlaitError, status: int, header: str) -> None:
    answer = failing(error).get("/")
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["detail"] == str(error)
    assert not header or header in answer.headers


def test_problem_names_the_field_and_rounds_the_wait_up() -> None:
    assert failing(BadRecord("no", field="sent_at")).get("/").json()["field"] == "sent_at"
    assert failing(Overloaded("full", retry_after_s=2.2)).get("/").headers["retry-after"] == "3"


def test_unknown_route_is_a_problem_too() -> None:
    answer = failing(BadRecord("x")).get("/nowhere")
    assert (answer.status_code, answer.json()["title"]) == (404, "Not Found")


def test_a_request_that_does_not_fit_is_a_problem_that_names_the_parameter() -> None:
    app = FastAPI()
    problems.install(app, RequestValidationError)

    @app.get("/")
    def numbered(limit: Annotated[int, Query(le=5)]) -> int:
        return limit

    answer = TestClient(app).get("/", params={"limit": 9})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json()["field"] == "limit"
    assert answer.json()["detail"].startswith("limit: ")


def test_readiness_says_what_is_missing() -> None:
    ready = {"kafka": True, "database": False}
    app = health_app({name: partial(ready.__getitem__, name) for name in ready}, CollectorRegistry())
    client = TestClient(app)
    assert client.get("/healthz").json() == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"kafka": True, "database": False})
    ready["database"] = True
    assert client.get("/readyz").status_code == 200


def test_metrics_are_prometheus_text() -> None:
    metrics = Metrics.create()
    metrics.consumed.labels("collab.message.v1").inc(3)
    text = TestClient(health_app({}, metrics.registry)).get("/metrics").text
    assert 'plait_records_consumed_total{topic="collab.message.v1"} 3.0' in text
