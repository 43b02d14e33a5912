"""``/healthz``, ``/readyz`` and ``/metrics``, on every service; alone, or beside a service's own routes."""

import threading
from collections.abc import Callable, Mapping

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from plait_shared.settings import ServiceSettings

Checks = Mapping[str, Callable[[], bool]]


def routes(checks: Checks, registry: CollectorRegistry) -> list[Route]:
    """The three routes. ``/readyz`` is 200 when every check holds, else 503 with what does not.

    ``/healthz`` needs no worker thread, so that a service whose threads all wait for Kafka still counts as alive.
    """

    async def healthz(request: Request) -> Response:
        return JSONResponse({"status": "ok"})

    def readyz(request: Request) -> Response:
        states = {name: check() for name, check in checks.items()}
        return JSONResponse(states, status_code=200 if all(states.values()) else 503)

    def metrics(request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def health_app(checks: Checks, registry: CollectorRegistry) -> Starlette:
    """An application of these routes alone, for a service without doors of its own."""
    return Starlette(routes=routes(checks, registry))


class HttpServer:
    """An ASGI application served by uvicorn from a thread of the service."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        config = uvicorn.Config(
            app,
            host=settings.http_host,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=round(settings.drain_timeout_s),
            server_header=False,
        )
        self._server = uvicorn.Server(config)

    def run(self, stop: threading.Event) -> None:
        """Serve until ``stop`` is set, then let requests in flight end."""
        watcher = threading.Thread(target=self._watch, args=(stop,), name="http-stop", daemon=True)
        watcher.start()
        self._server.run()

    def ready(self) -> bool:
        """Whether the socket is open."""
        return bool(self._server.started)

    def _watch(self, stop: threading.Event) -> None:
        stop.wait()
        self._server.should_exit = True
