"""Services that answer from memory, and the command as a person types it."""

import json
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from typer.testing import CliRunner, Result

from plait_console.cli import app
from plait_shared.auth import AuthSettings, TokenVerifier

SECRET = "s" * 32


URLS = ("PLAIT_INGEST_URL", "PLAIT_GRAPH_URL", "PLAIT_NOTIFICATION_URL")


@dataclass
class Fake:
    """One server that plays every service; ``answers`` by path, ``asked`` is what came."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    async def handle(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.query_params), await request.body()))
        authorization = request.headers.get("Authorization")
        if request.method == "GET":
            verifier = TokenVerifier(AuthSettings(token_secret=SECRET))
            self.users.append(verifier.verify(authorization).user)
        answer = self.answers.get(request.url.path)
        if callable(answer):
            answer = answer(self.asked[-1][2])
        return JSONResponse({"detail": "there is no such thing"}, 404) if answer is None else JSONResponse(answer)


def plait(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def accept_all(body: bytes) -> dict[str, Any]:
    rows = [{"id": e["id"], "message_id": f"m-{e['id']}", "status": "accepted"} for e in json.loads(body)]
    return {"accepted": rows, "rejected": []}
