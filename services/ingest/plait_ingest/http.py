"""The doors: ``/v1/events`` for anyone with an API key, ``/v1/hooks/…`` for GitHub and Slack."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request
from prometheus_client import CollectorRegistry
from starlette.responses import JSONResponse, Response

from plait_ingest import body, events, signatures
from plait_ingest.body import Bounds
from plait_ingest.events import TooLarge, UnknownFormat, Unreadable
from plait_ingest.handlers import GITHUB, Item
from plait_ingest.intake import Intake, Receipt
from plait_ingest.openapi import EVENTS_BODY
from plait_shared import health, problems
from plait_shared.errors import BadRecord

STATUS = {Unreadable: 400, TooLarge: 413, UnknownFormat: 415}


@dataclass(frozen=True, slots=True)
class Secrets:
    """Secret → workspace, for each door."""

    api_keys: Mapping[str, str]
    github: Mapping[str, str]
    slack: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the doors need; ``threads`` is how many requests may wait for Kafka at once."""

    intake: Intake
    secrets: Secrets
    bounds: Bounds
    max_batch_events: int
    threads: int
    clock: Callable[[], datetime]


def create_app(doors: Doors, checks: health.Checks, registry: CollectorRegistry) -> FastAPI:
    """The application with its doors, ``/healthz``, ``/readyz`` and ``/metrics``."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        current_default_thread_limiter().total_tokens = doors.threads
        yield

    app = FastAPI(title="Plait ingest", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    for kind in STATUS:
        app.add_exception_handler(kind, _unreadable)
    _events_door(app, doors)
    _github_door(app, doors)
    _slack_door(app, doors)
    app.router.routes.extend(health.routes(checks, registry))
    return app


def _events_door(app: FastAPI, doors: Doors) -> None:
    async def given(request: Request) -> AsyncIterator[tuple[str, bytes]]:
        workspace = signatures.workspace_of_key(request.headers, doors.secrets.api_keys)
        async with body.read(request, doors.bounds) as content:
            yield workspace, content

    @app.post("/v1/events", status_code=202, openapi_extra=EVENTS_BODY)
    def send_events(request: Request, caller: Annotated[tuple[str, bytes], Depends(given)]) -> Response:
        """Take in events; answered once Kafka has acknowledged them."""
        workspace, content = caller
        items = events.items_of(request.headers, content, doors.max_batch_events)
        return _answer(doors.intake.take(items, workspace, request.headers.get("traceparent"), doors.clock))


def _github_door(app: FastAPI, doors: Doors) -> None:
    async def given(request: Request) -> AsyncIterator[bytes]:
        async with body.read(request, doors.bounds) as content:
            yield content

    @app.post("/v1/hooks/github")
    def github_hook(request: Request, content: Annotated[bytes, Depends(given)]) -> Response:
        """A webhook of GitHub, signed with the secret of a workspace."""
        workspace = signatures.workspace_of_github(request.headers, content, doors.secrets.github)
        event = request.headers.get("x-github-event", "")
        if not event:
            raise BadRecord("X-GitHub-Event: is missing", field="X-GitHub-Event")
        if event == "ping":
            return JSONResponse({"ok": True})
        item = Item(GITHUB + event, events.json_of_hook(request.headers, content))
        return _hook_answer(doors.intake.take([item], workspace, request.headers.get("traceparent"), doors.clock))


def _slack_door(app: FastAPI, doors: Doors) -> None:
    async def given(request: Request) -> AsyncIterator[bytes]:
        async with body.read(request, doors.bounds) as content:
            yield content

    @app.post("/v1/hooks/slack")
    def slack_hook(request: Request, content: Annotated[bytes, Depends(given)]) -> Response:
        """A request of Slack's Events API, signed with the signing secret of a workspace's app."""
        workspace = signatures.workspace_of_slack(request.headers, content, doors.secrets.slack, doors.clock())
        payload = events.json_of(content)
        if isinstance(payload, dict) and payload.get("type") == "url_verification":
            return JSONResponse({"challenge": str(payload.get("challenge", ""))})
        if isinstance(payload, dict) and not payload.get("event"):
            return JSONResponse({"ignored": "a request without an event"})
        item = Item("slack.event", payload)
        return _hook_answer(doors.intake.take([item], workspace, request.headers.get("traceparent"), doors.clock))


def _answer(receipt: Receipt) -> Response:
    """202 with what became of each item, 422 when none was good."""
    rejected = [
        {"index": item.index, "field": item.error.field, "detail": str(item.error)} for item in receipt.refused
    ]  # fmt: skip
    if rejected and not receipt.taken and not receipt.ignored:
        first = receipt.refused[0].error
        members: dict[str, object] = {"field": first.field} if first.field else {}
        return problems.problem(422, str(first), headers=None, rejected=rejected, **members)
    accepted = [
        {"id": item.id, "message_id": item.message_id, "status": "duplicate" if item.duplicate else "accepted"}
        for item in receipt.taken
    ]
    content: dict[str, object] = {"accepted": accepted}
    if receipt.ignored:
        content["ignored"] = [{"index": index, "reason": reason} for index, reason in receipt.ignored]
    if rejected:
        content["rejected"] = rejected
    return JSONResponse(content, 202)


def _hook_answer(receipt: Receipt) -> Response:
    if receipt.ignored:
        return JSONResponse({"ignored": receipt.ignored[0][1]})
    return _answer(receipt)


def _unreadable(request: Request, error: Exception) -> Response:
    status = next(code for kind, code in STATUS.items() if isinstance(error, kind))
    return problems.problem(status, str(error), field="content-type" if status == 415 else "body")
