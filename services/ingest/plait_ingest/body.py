"""Reading a request's body: bounded in size, time and number of requests at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, Request

from plait_ingest.events import TooLarge, UnknownFormat, Unreadable
from plait_ingest.limits import Gate


@dataclass(frozen=True, slots=True)
class Bounds:
    """Size and time of one body, and how many requests may be inside."""

    max_bytes: int
    timeout_s: float
    requests: Gate


@asynccontextmanager
async def read(request: Request, bounds: Bounds) -> AsyncIterator[bytes]:
    """The body; room for the request is held until the caller is done. Raises TooLarge while reading, not after."""
    with bounds.requests.inside():
        if request.headers.get("content-encoding", "identity").lower() != "identity":
            raise UnknownFormat("compressed bodies are not read here; send the body as it is")
        try:
            async with asyncio.timeout(bounds.timeout_s):
                body = await _collected(request, bounds.max_bytes)
        except TimeoutError as exc:
            raise Unreadable(f"the body did not arrive within {bounds.timeout_s:g} s") from exc
        except ClientDisconnect as exc:
            raise Unreadable("the caller left before the body was complete") from exc
        yield body


async def _collected(request: Request, max_bytes: int) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > max_bytes:
        raise TooLarge(f"the body has {declared} bytes; at most {max_bytes}")
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge(f"the body has more than {max_bytes} bytes")
        chunks.append(chunk)
    return b"".join(chunks)
