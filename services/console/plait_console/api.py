"""A service over HTTP as the console sees it; every failure becomes an error that a person can read."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self

import httpx

from plait_console.settings import ConsoleSettings
from plait_shared.auth import Caller, sign
from plait_shared.errors import BadRecord, Misconfigured, Overloaded, PlaitError, Retryable

TIMEOUT_S = 30.0
TOKEN_LIFETIME = timedelta(hours=1)


class NotFound(PlaitError):
    """There is no such thing, or not for this person."""


class Rejected(BadRecord):
    """What was sent can't be taken; ``status`` and ``body`` are the answer's."""

    def __init__(self, message: str, status: int, body: Any) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class Api:
    """One service; raises Retryable when it is away, Overloaded when it is full, NotFound, else Rejected."""

    def __init__(self, name: str, url: str, bearer: str, transport: httpx.BaseTransport | None = None) -> None:
        self._name = name
        self._url = url
        headers = {"Authorization": f"Bearer {bearer}"}
        self._http = httpx.Client(
            base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_S, transport=transport, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **parameters: str | int | None) -> Any:
        """The answer to a question; parameters that are None are left out."""
        asked = {name: value for name, value in parameters.items() if value is not None}
        return self._ask("GET", path, params=asked)

    def post(self, path: str, content: bytes, headers: Mapping[str, str]) -> Any:
        """The answer to what is sent."""
        return self._ask("POST", path, content=content, headers=dict(headers))

    def _ask(self, method: str, path: str, **request: Any) -> Any:
        try:
            answer = self._http.request(method, path, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as exc:
            what = str(exc) or type(exc).__name__
            raise Retryable(f"{self._name} at {self._url} does not answer ({what}): see `plait status`") from exc
        if answer.is_error:
            raise _error(self._name, answer)
        try:
            return answer.json() if answer.content else {}
        except ValueError as exc:
            raise Misconfigured(f"{answer.url} does not answer in JSON: is it {self._name}?") from exc


def graph_api(settings: ConsoleSettings, user: str, transport: httpx.BaseTransport | None = None) -> Api:
    """The knowledge graph as this person may see it."""
    return Api("knowledge_graph", settings.need("graph_url"), bearer(settings, user), transport)


def notification_api(settings: ConsoleSettings, user: str, transport: httpx.BaseTransport | None = None) -> Api:
    """Alerts and digests of this person."""
    return Api("notification", settings.need("notification_url"), bearer(settings, user), transport)


def bearer(settings: ConsoleSettings, user: str, lifetime: timedelta = TOKEN_LIFETIME) -> str:
    """A token for this person: the one that is set, else one signed with the local stack's secret."""
    if "token" in settings.model_fields_set and settings.token:
        return settings.token.get_secret_value()
    return sign(settings.need("token_secret"), Caller(settings.workspace, user), datetime.now(UTC), lifetime)


def _error(name: str, answer: httpx.Response) -> PlaitError:
    body = _body(answer)
    detail = _detail(answer, body)
    match answer.status_code:
        case 401 | 403:
            return Misconfigured(f"{name} refuses: {detail}")
        case 404:
            return NotFound(detail)
        case 429:
            return Overloaded(f"{name} is full: {detail}", retry_after_s=_retry_after(answer))
        case status if status >= 500:
            return Retryable(f"{name} answers {status}: {detail}")
        case status:
            return Rejected(f"{name} answers {status}: {detail}", status, body)


def _body(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None


def _detail(answer: httpx.Response, body: Any) -> str:
    detail = body.get("detail") if isinstance(body, dict) else answer.text.strip()[:300]
    return str(detail or answer.reason_phrase)


def _retry_after(answer: httpx.Response) -> float:
    try:
        return max(0.0, float(answer.headers.get("Retry-After", "1")))
    except ValueError:
        return 1.0
