"""How a part is found ready. Each probe is quick, and answers no instead of raising."""

import asyncio
import ssl

import httpx

from plait_console.stack.part import Probe
from plait_console.stack.ports import HOST

ANSWER_WITHIN_S = 2.0
NOBODY_TRUSTED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""The parts speak plain HTTP; without this every probe would load the authorities' certificates anew."""


async def listens(port: int) -> bool:
    """Whether anybody accepts connections there."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN_S):
            _, writer = await asyncio.open_connection(HOST, port)
    except (OSError, TimeoutError):
        return False
    writer.close()
    return True


def http_ok(url: str) -> Probe:
    """A probe that says yes when a GET of ``url`` is answered with 2xx."""

    async def probe() -> bool:
        try:
            async with httpx.AsyncClient(verify=NOBODY_TRUSTED, timeout=ANSWER_WITHIN_S, trust_env=False) as client:
                return (await client.get(url)).is_success
        except httpx.HTTPError:
            return False

    return probe
