"""Errors over HTTP as problem details (RFC 9457), the same from every door."""

import json
import math
from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from plait_shared.auth import Unauthorized
from plait_shared.errors import BadRecord, Overloaded, PlaitError, Retryable

STATUS: dict[type[PlaitError], int] = {BadRecord: 422, Unauthorized: 401, Overloaded: 429, Retryable: 503}


def problem(status: int, detail: str, *, headers: dict[str, str] | None = None, **members: object) -> Response:
    """One problem document; ``members`` are extension members such as ``field``."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **members}
    content = json.dumps(body, ensure_ascii=False)
    return Response(content, status, headers, media_type="application/problem+json")


def from_error(error: PlaitError) -> Response:
    """The problem that one of our errors is for an HTTP caller."""
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)
    headers: dict[str, str] = {}
    if isinstance(error, Unauthorized):
        headers["WWW-Authenticate"] = 'Bearer realm="plait"'
    if isinstance(error, Overloaded | Retryable):
        headers["Retry-After"] = str(math.ceil(getattr(error, "retry_after_s", 1.0)))
    members = {"field": error.field} if isinstance(error, BadRecord) and error.field else {}
    return problem(status, str(error), headers=headers, **members)


def install(app: Starlette) -> None:
    """Answer PlaitError and HTTP errors of an application with problem details."""

    def plait_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, PlaitError)
        return from_error(exc)

    def http_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        return problem(exc.status_code, str(exc.detail), headers=dict(exc.headers or {}))

    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        PlaitError: plait_error, HTTPException: http_error,
    }  # fmt: skip
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
