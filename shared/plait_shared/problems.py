"""Errors over HTTP as problem details (RFC 9457), the same from every door."""

import json
import math
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any, Protocol, runtime_checkable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from plait_shared.auth import Unauthorized
from plait_shared.errors import BadRecord, Overloaded, PlaitError, Retryable

STATUS: dict[type[PlaitError], int] = {BadRecord: 422, Unauthorized: 401, Overloaded: 429, Retryable: 503}


@runtime_checkable
class Invalid(Protocol):
    """A web framework's error for a request that does not fit, such as FastAPI's RequestValidationError."""

    def errors(self) -> Sequence[Any]:
        """What is wrong, as pydantic says it: each with ``loc`` and ``msg``."""


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


def from_invalid(error: Invalid) -> Response:
    """The problem that a request with a wrong parameter is; it names the first that is wrong."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or str(first["loc"][0])
    return problem(422, f"{field}: {first['msg']}", field=field)


def install(app: Starlette, invalid: type[Exception] | None = None) -> None:
    """Answer PlaitError, HTTP errors and the framework's own `Invalid` of an application with problem details."""

    def plait_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, PlaitError)
        return from_error(exc)

    def http_error(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, HTTPException)
        return problem(exc.status_code, str(exc.detail), headers=dict(exc.headers or {}))

    def invalid_request(request: Request, exc: Exception) -> Response:
        assert isinstance(exc, Invalid)
        return from_invalid(exc)

    handlers: dict[type[Exception], Callable[[Request, Exception], Response]] = {
        PlaitError: plait_error, HTTPException: http_error,
    }  # fmt: skip
    if invalid is not None:
        handlers[invalid] = invalid_request
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)
