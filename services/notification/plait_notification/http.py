"""The doors for people: the live stream, their alerts, what became of them, and the digest on demand."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from fastapi import Depends, FastAPI, Header, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from plait_notification import queries
from plait_notification.live import Cursor, Entry, Hub
from plait_notification.settings import NotificationSettings
from plait_notification.shapes import AlertOut, AlertPage, DigestOut, History, StepOut
from plait_notification.state import State
from plait_notification.texts import Texts
from plait_notification.view import Who
from plait_shared import problems
from plait_shared.auth import TokenVerifier
from plait_shared.health import Checks, routes
from plait_shared.metrics import Metrics

Authorize = Callable[..., Who]


@dataclass(frozen=True, slots=True)
class Doors:
    """What the routes work with; ``clock`` gives aware UTC time."""

    state: State
    hub: Hub
    texts: Texts
    verifier: TokenVerifier
    clock: Callable[[], datetime]
    settings: NotificationSettings


def application(doors: Doors, checks: Checks, metrics: Metrics) -> FastAPI:
    """The ASGI application."""
    app = FastAPI(title="Plait notification", version="1", description="Alerts, live and afterwards.", redoc_url=None)
    problems.install(app, RequestValidationError)
    app.routes.extend(routes(checks, metrics.registry))
    bearer = HTTPBearer(auto_error=False, description="A Plait access token; see `plait token`.")

    def caller(request: Request, _token: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> Who:
        known = doors.verifier.verify(request.headers.get("authorization"))
        return Who(known.workspace, known.user)

    _reading(app, doors, caller)
    _streaming(app, doors, caller)
    return app


def _streaming(app: FastAPI, doors: Doors, caller: Authorize) -> None:
    settings = doors.settings

    @app.get("/v1/stream", response_class=EventSourceResponse)
    async def stream(
        who: Annotated[Who, Depends(caller)],
        last_event_id: Annotated[str | None, Header(description="Go on behind this event.")] = None,
    ) -> EventSourceResponse:
        """The caller's alerts as they come, as Server-Sent Events of type `alert`."""
        return EventSourceResponse(
            _events(doors, who, doors.hub.cursor(last_event_id)),
            ping=settings.stream_heartbeat_s,
            ping_message_factory=lambda: ServerSentEvent(comment="alive"),
            send_timeout=settings.stream_send_timeout_s,
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )


def _reading(app: FastAPI, doors: Doors, caller: Authorize) -> None:
    view, lock = doors.state.view, doors.state.lock

    @app.get("/v1/alerts")
    def alerts(
        who: Annotated[Who, Depends(caller)],
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        before: Annotated[str | None, Query(description="Position of the last alert of the page before.")] = None,
    ) -> AlertPage:
        """The caller's alerts, newest first."""
        entries = doors.hub.before(who, before)
        with lock:
            shown = [entry for entry in entries if queries.allowed(view, entry.alert)]
        page = [AlertOut.of(entry.id, entry.alert) for entry in shown[:limit]]
        return AlertPage(alerts=page, before=page[-1].position if len(shown) > limit else None)

    @app.get("/v1/alerts/{alert_id}/history")
    def history(who: Annotated[Who, Depends(caller)], alert_id: str) -> History:
        """What became of one of the caller's alerts."""
        with lock:
            steps = queries.history(view, who, alert_id)
        if steps is None:
            raise HTTPException(404, "there is no such alert for you")
        return History(alert=alert_id, steps=[StepOut.of(step) for step in steps])

    @app.get("/v1/digest")
    def digest(
        who: Annotated[Who, Depends(caller)],
        day: Annotated[date | None, Query(alias="date", description="A local day; else the last 24 hours.")] = None,
    ) -> DigestOut:
        """The caller's digest as of now."""
        with lock:
            return DigestOut.of(*queries.digest(view, doors.texts, who, day, doors.clock()))


async def _events(doors: Doors, who: Who, cursor: Cursor) -> AsyncGenerator[ServerSentEvent, None]:
    loop, news = asyncio.get_running_loop(), asyncio.Event()
    leave = doors.hub.subscribe(who, lambda: _wake(loop, news))
    ends = loop.time() + doors.settings.stream_max_s
    try:
        while not doors.hub.closed and loop.time() < ends:
            news.clear()
            entries = await run_in_threadpool(doors.hub.after, who, cursor)
            for entry in entries:
                cursor[entry.partition] = entry.offset
                if await run_in_threadpool(_allowed, doors.state, entry):
                    data = AlertOut.of(entry.id, entry.alert).model_dump_json()
                    yield ServerSentEvent(event="alert", id=entry.id, data=data)
            if not entries:
                await _news(news, ends - loop.time())
        yield ServerSentEvent(comment="go on with Last-Event-ID", retry=1000)
    finally:
        leave()


def _allowed(state: State, entry: Entry) -> bool:
    with state.lock:
        return queries.allowed(state.view, entry.alert)


def _wake(loop: asyncio.AbstractEventLoop, news: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(news.set)


async def _news(news: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(news.wait(), max(0.0, seconds))
    except TimeoutError:
        return
