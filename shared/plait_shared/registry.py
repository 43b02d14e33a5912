"""Client of a Confluent-compatible schema registry. It looks up; it never registers."""

import json
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

import httpx

from plait_shared.errors import BadRecord, Misconfigured, Retryable

Schema = Any
NO_SUCH_SCHEMA = (httpx.codes.NOT_FOUND, httpx.codes.BAD_REQUEST, httpx.codes.UNPROCESSABLE_ENTITY)
LARGEST_ID = 2**31 - 1  # registries count in signed 32-bit integers


class Registry(Protocol):
    """Schemas by id, and ids by schema."""

    def schema(self, schema_id: int) -> Schema:
        """The schema with this id; raises BadRecord when there is none, Retryable when the registry is away."""
        ...

    def id_of(self, subject: str, schema: Schema) -> int:
        """Id under which a schema is registered; raises Misconfigured when it is not."""
        ...


class HttpRegistry:
    """A registry over HTTP; answers are kept for ever, since an id never changes its schema."""

    def __init__(self, url: str, timeout_s: float = 5.0, transport: httpx.BaseTransport | None = None) -> None:
        self._http = httpx.Client(base_url=url.rstrip("/"), timeout=timeout_s, transport=transport)
        self._schemas: dict[int, Schema] = {}
        self._ids: dict[tuple[str, str], int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def schema(self, schema_id: int) -> Schema:
        """The schema with this id; raises BadRecord when there is none, Retryable when the registry is away."""
        if schema_id > LARGEST_ID:
            raise BadRecord(f"no schema registry has a schema with id {schema_id}")
        if schema_id not in self._schemas:
            answer = self._ask(lambda: self._http.get(f"/schemas/ids/{schema_id}"))
            if answer.status_code in NO_SUCH_SCHEMA:
                raise BadRecord(f"the schema registry has no schema with id {schema_id}")
            self._schemas[schema_id] = json.loads(_json(answer)["schema"])
        return self._schemas[schema_id]

    def id_of(self, subject: str, schema: Schema) -> int:
        """Id under which a schema is registered; raises Misconfigured when it is not."""
        text = json.dumps(schema, separators=(",", ":"), ensure_ascii=False)
        if (subject, text) not in self._ids:
            answer = self._ask(lambda: self._http.post(f"/subjects/{subject}", json={"schema": text}))
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise Misconfigured(
                    f"the schema of {subject} is not registered: run `plait init` against this registry"
                )
            self._ids[subject, text] = int(_json(answer)["id"])
        return self._ids[subject, text]

    def _ask(self, call: Callable[[], httpx.Response]) -> httpx.Response:
        try:
            answer = call()
        except httpx.HTTPError as exc:
            raise Retryable(f"the schema registry at {self._http.base_url} does not answer: {exc}") from exc
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise Retryable(f"the schema registry at {self._http.base_url} answers {answer.status_code}")
        return answer


def _json(answer: httpx.Response) -> dict[str, Any]:
    if answer.is_error:
        raise Misconfigured(
            f"{answer.request.url} answers {answer.status_code}: is it a Confluent-compatible registry?"
        )
    body: dict[str, Any] = answer.json()
    return body
