"""The notification service as a process of its own, with a webhook receiver and a mailbox, for its tests."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook

from plait_console.stack.testing import RunningStack
from plait_notification.rebuild import Log
from plait_notification.settings import NotificationSettings
from plait_schemas.records import Alert, Delivery, Enrichment, Record
from plait_shared.auth import Caller, sign
from plait_shared.codec import Codec
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.registry import HttpRegistry
from tests.ports import free_port
from tests.unit.notification.world import BO, enriched

SECRET = "t" * 40
HOOK_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
WAIT_S = 60.0


def eventually(holds: Callable[[], object], seconds: float = WAIT_S) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.1)


class Receiver:
    """A webhook receiver that fails as often as it is told, and remembers what it accepted."""

    def __init__(self) -> None:
        self.failures = 0
        self.accepted: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if outer.failures:
                    outer.failures -= 1
                    self.send_response(503)
                else:
                    told = Webhook(HOOK_SECRET).verify(body, dict(self.headers))
                    outer.accepted.append((self.headers["webhook-id"], told["data"]["title"]))
                    self.send_response(204)
                self.end_headers()

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, name="receiver", daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"


class Mailbox:
    """What the mail server took."""

    def __init__(self) -> None:
        self.mails: list[str] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.mails.append(envelope.content.decode())
        return "250 kept"


class Service:
    """The service as a process of its own, in a group and workspace of its own."""

    def __init__(self, stack: RunningStack, mail_port: int) -> None:
        self.workspace = f"orchard-{uuid4().hex[:6]}"
        self.settings = NotificationSettings.model_validate(
            {"kafka_bootstrap": stack.kafka_bootstrap, "registry_url": stack.registry_url}
        )
        self.port = free_port()
        self.environment = os.environ | {
            "PLAIT_KAFKA_BOOTSTRAP": stack.kafka_bootstrap,
            "PLAIT_REGISTRY_URL": stack.registry_url,
            "PLAIT_GROUP": f"plait-notification-{uuid4().hex[:6]}",
            "PLAIT_HTTP_PORT": str(self.port),
            "PLAIT_TOKEN_SECRET": SECRET,
            "PLAIT_WEBHOOK_SECRET": HOOK_SECRET,
            "PLAIT_WEBHOOK_ALLOW_PRIVATE": "true",
            "PLAIT_SMTP_HOST": "127.0.0.1",
            "PLAIT_SMTP_PORT": str(mail_port),
            "PLAIT_SMTP_STARTTLS": "false",
        }
        self.registry = HttpRegistry(stack.registry_url)
        self.codec = Codec(self.registry, "test")
        self.producer = KafkaBusProducer(self.settings)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-m", "plait_notification"], env=self.environment)
        eventually(self.ready)

    def going(self) -> None:
        """See that the process runs, as its supervisor would: one that gave up is started again."""
        time.sleep(10)
        if self.process is not None and self.process.poll() is not None:
            self.start()

    def ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "the service ended"
        try:
            return httpx.get(f"{self.url}/readyz").status_code == 200
        except httpx.HTTPError:
            return False

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def produce(self, *records: Record) -> None:
        self.producer.send([self.codec.encode(record) for record in records])

    def ask(self, number: int) -> None:
        """Somebody asks Bo something, now."""
        now = datetime.now(UTC)
        record = enriched(number, f"Bo {number}?", "question", mentions=(BO,), at=now, workspace=self.workspace)
        self.produce(self.placed(record))

    def placed(self, record: Enrichment) -> Enrichment:
        """The record in this test's workspace, under ids of its own."""
        said = record.message
        mine = replace(said, workspace=self.workspace, message_id=f"{self.workspace}-{said.message_id}")
        return replace(record, workspace=self.workspace, id=f"{self.workspace}-{record.id}", message=mine)

    def log(self, kind: type[Alert] | type[Delivery]) -> list[Alert | Delivery]:
        """What stands on the topic for this workspace, in the order of the log."""
        topic = {Alert: "collab.alert.v1", Delivery: "collab.delivery.v1"}[kind]
        log = Log(self.settings)
        records = [self.codec.decode(raw).record for raw in log.read(log.extent([topic]))]
        return [r for r in records if isinstance(r, kind) and r.workspace == self.workspace]

    def headers(self) -> dict[str, str]:
        token = sign(SECRET, Caller(self.workspace, "bo"), datetime.now(UTC), timedelta(minutes=5))
        return {"authorization": f"Bearer {token}"}

    def take(self, count: int, last: str | None = None) -> list[tuple[str, str]]:
        """Event ids and titles of the stream's next events, then the connection is cut."""
        headers = self.headers() | ({"last-event-id": last} if last else {})
        taken: list[tuple[str, str]] = []
        with httpx.stream("GET", f"{self.url}/v1/stream", headers=headers, timeout=30) as answer:
            event_id = ""
            for line in answer.iter_lines():
                if line.startswith("id: "):
                    event_id = line.removeprefix("id: ")
                if line.startswith("data: "):
                    taken.append((event_id, json.loads(line.removeprefix("data: "))["id"]))
                if len(taken) == count:
                    return taken
        return taken
