"""Parameters that several doors share: who calls, how much, from where on."""

import base64
import binascii
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import AwareDatetime

from plait_shared.auth import Caller, TokenVerifier
from plait_shared.errors import BadRecord

NOT_FOUND = "there is no such {} in what you may see"
NO_NUL = r"^[^\x00]*$"
BEARER = HTTPBearer(auto_error=False, description="A token of the workspace; see `plait token --help`.")
EARLIEST, LATEST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

Limit = Annotated[int, Query(ge=1, le=200, description="Most items in the answer.")]
Cursor = Annotated[str | None, Query(max_length=4096, description="`next` of the page before.")]
AsOf = Annotated[AwareDatetime | None, Query(description="Only facts that held at this moment; with UTC offset.")]
Id = Annotated[str, Path(max_length=1024, pattern=NO_NUL)]


def caller_of(verifier: TokenVerifier) -> Callable[..., Caller]:
    """The dependency that tells who calls; raises Unauthorized."""

    def caller(credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Caller:
        header = f"{credentials.scheme} {credentials.credentials}" if credentials else None
        return verifier.verify(header)

    return caller


def write_cursor(*parts: str | datetime) -> str:
    """Where the next page begins, opaque to the reader."""
    texts = [part.isoformat() if isinstance(part, datetime) else part for part in parts]
    return base64.urlsafe_b64encode(json.dumps(texts, ensure_ascii=False).encode()).decode().rstrip("=")


def read_time_cursor(cursor: str | None, start: datetime) -> tuple[datetime, str]:
    """(time, id) of a cursor, or the start; raises BadRecord for a cursor that none of our pages gave."""
    if cursor is None:
        return start, ""
    first, second = _read(cursor)
    try:
        moment = datetime.fromisoformat(first)
    except ValueError as exc:
        raise _strange() from exc
    if moment.tzinfo is None:
        raise _strange()
    return moment, second


def read_name_cursor(cursor: str | None) -> tuple[str, str]:
    """(name, id) of a cursor, or the start; raises BadRecord for a cursor that none of our pages gave."""
    return _read(cursor) if cursor is not None else ("", "")


def page(rows: list[dict[str, Any]], limit: int, *keys: str) -> tuple[list[dict[str, Any]], str | None]:
    """The first ``limit`` of ``limit + 1`` rows, and the cursor behind them when there are more."""
    kept = rows[:limit]
    return kept, write_cursor(*(kept[-1][key] for key in keys)) if len(rows) > limit else None


def _read(cursor: str) -> tuple[str, str]:
    try:
        parts = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError) as exc:
        raise _strange() from exc
    if not isinstance(parts, list) or len(parts) != 2 or not all(isinstance(p, str) and "\x00" not in p for p in parts):
        raise _strange()
    return parts[0], parts[1]


def _strange() -> BadRecord:
    return BadRecord("the cursor is not one that a page gave; leave it out to begin at the start", field="cursor")
