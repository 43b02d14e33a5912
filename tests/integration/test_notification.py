"""The notification service for real: Kafka, the registry, Faust, HTTP, a webhook receiver and a mail server."""

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import uuid4

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from standardwebhooks.webhooks import Webhook

from plait_console.stack.testing import RunningStack
from plait_notification.rebuild import TOPICS, Log
from plait_notification.settings import NotificationSettings
from plait_schemas.records import Alert, ChannelKind, Delivery, Enrichment, Identity, IdentityKind, Record
from plait_shared.auth import Caller, sign
from plait_shared.codec import Codec
from plait_shared.kafka import KafkaBusConsumer, KafkaBusProducer
from plait_shared.registry import HttpRegistry
from tests.unit.notification.world import BO, World, door, enriched, profile

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]
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


def free_port() -> int:
    """A free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture(scope="module")
def service(stack: RunningStack, mailbox: tuple[Mailbox, int], receiver: Receiver) -> Iterator[Service]:
    made = Service(stack, mailbox[1])
    channels = (door(ChannelKind.WEBHOOK, receiver.url), door(ChannelKind.EMAIL, "bo@orchard.example"))
    made.produce(profile("bo", BO, workspace=made.workspace, channels=channels, language="en"))
    try:
        made.start()
        yield made
    finally:
        if made.process is not None and made.process.poll() is None:
            assert made.end() == 0
    made.producer.close()
    made.registry.close()


def test_an_alert_goes_through_every_door_and_its_history_is_true(
    service: Service, receiver: Receiver, mailbox: tuple[Mailbox, int]
) -> None:
    receiver.failures = 1
    service.ask(1)
    eventually(lambda: receiver.accepted and mailbox[0].mails)
    [(delivery_id, title)] = receiver.accepted
    assert title == "Ann Okafor asks you"
    assert "Bo 1?" in mailbox[0].mails[0]
    eventually(lambda: len(service.log(Delivery)) == 6)
    [alert] = httpx.get(f"{service.url}/v1/alerts", headers=service.headers()).json()["alerts"]
    told = httpx.get(f"{service.url}/v1/alerts/{alert['id']}/history", headers=service.headers()).json()["steps"]
    by_door = {door: [s["state"] for s in told if s["channel"] == door] for door in ("stream", "webhook", "email")}
    assert by_door == {"stream": ["sent"], "webhook": ["planned", "failed", "sent"], "email": ["planned", "sent"]}
    assert delivery_id in {step["delivery_id"] for step in told}


def test_a_stream_that_is_cut_resumes_and_a_killed_service_repeats_nothing(
    service: Service, receiver: Receiver
) -> None:
    first = service.log(Alert)[0]
    before = len(receiver.accepted)
    for number in range(2, 6):
        service.ask(number)
    eventually(lambda: len(service.log(Alert)) == 5)
    page = httpx.get(f"{service.url}/v1/alerts", headers=service.headers()).json()["alerts"]
    start = next(alert["position"] for alert in page if alert["id"] == first.id)
    taken = service.take(2, start)
    eventually(lambda: len(receiver.accepted) == before + 4)
    service.end(signal.SIGKILL)
    service.ask(6)
    service.ask(5)
    service.start()
    eventually(lambda: len(service.log(Alert)) == 6)
    taken += service.take(3, taken[-1][0])
    assert [alert for _, alert in taken] == [alert.id for alert in service.log(Alert)[1:]]
    eventually(lambda: len(receiver.accepted) == before + 5)
    assert len({key for key, _ in receiver.accepted}) == len(receiver.accepted)
    time.sleep(1.5)
    assert len(service.log(Alert)) == 6


def test_a_surge_is_noticed_by_the_windows_and_told_once(service: Service) -> None:
    cy = Identity(id="cy@orchard.example", name="Cy", kind=IdentityKind.PERSON)
    now = datetime.now(UTC)
    for number in range(100, 108):
        at = now - timedelta(seconds=200 - number)
        record = enriched(number, "broken", "blocker", author=cy, mentions=(BO,), at=at)
        service.produce(service.placed(record))
    eventually(lambda: [a for a in service.log(Alert) if isinstance(a, Alert) and a.kind == "surge"])
    time.sleep(3)
    assert len([a for a in service.log(Alert) if isinstance(a, Alert) and a.kind == "surge"]) == 1


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # kafka-python leaves failed sockets open
def test_a_broker_that_is_killed_and_comes_back_loses_and_repeats_nothing(
    service: Service, stack: RunningStack, receiver: Receiver
) -> None:
    before = len(receiver.accepted)
    service.ask(30)
    stack.kill("kafka")
    time.sleep(2)
    stack.start("kafka")
    service.ask(31)
    service.going()
    eventually(lambda: len(receiver.accepted) >= before + 2)
    eventually(service.ready)
    asked = [a for a in service.log(Alert) if isinstance(a, Alert) and ("Bo 30?" in a.body or "Bo 31?" in a.body)]
    assert len(asked) == 2
    assert len({key for key, _ in receiver.accepted}) == len(receiver.accepted)
    gc.collect()


def test_a_transaction_needs_no_offsets(service: Service) -> None:
    name = f"no-offsets-{service.workspace}"
    with ExitStack() as closing:
        producer, consumer = KafkaBusProducer(service.settings, name), KafkaBusConsumer(service.settings, name, TOPICS)
        closing.callback(consumer.close)
        closing.callback(producer.close)
        eventually(lambda: consumer.poll(1, 0.5) or consumer.assignment())
        [alert] = World(profile("bo", BO), enriched(1, "?", "question", mentions=(BO,))).alerts
        mine = replace(alert, workspace=name)
        producer.send_transaction([service.codec.encode(mine)], {}, consumer.membership())
    read = Log(service.settings)
    written = [service.codec.decode(raw).record for raw in read.read(read.extent(["collab.alert.v1"]))]
    assert mine in written


def test_it_stops_when_asked_and_refuses_to_start_without_a_secret(service: Service) -> None:
    listener = threading.Thread(target=service.take, args=(99,), name="listener", daemon=True)
    listener.start()
    time.sleep(0.5)
    begun = time.monotonic()
    assert service.end() == 0
    assert time.monotonic() - begun < 15
    listener.join(5)
    assert not listener.is_alive()
    environment = {key: value for key, value in service.environment.items() if key != "PLAIT_TOKEN_SECRET"}
    refused = subprocess.run(
        [sys.executable, "-m", "plait_notification"], env=environment, capture_output=True, text=True, check=False
    )
    assert refused.returncode == 2
    assert "PLAIT_TOKEN_SECRET" in refused.stderr
    assert "Traceback" not in refused.stderr
