"""The notification service for real: Kafka, the registry, Faust, HTTP, a webhook receiver and a mail server."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from aiosmtpd.controller import Controller

from plait_console.stack.testing import RunningStack
from plait_notification.rebuild import TOPICS, Log
from plait_schemas.records import Alert, ChannelKind, Delivery, Identity, IdentityKind
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from tests.integration.notification_service import Mailbox, Receiver, Service, eventually
from tests.ports import free_port
from tests.unit.notification.world import BO, World, door, enriched, profile

pytestmark = [pytest.mark.integration, pytest.mark.timeout(240)]


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
    service.producer.close()  # it would leave the sockets of failed connections open
    stack.kill("kafka")
    time.sleep(2)
    stack.start("kafka")
    service.producer = KafkaBusProducer(service.settings)
    service.ask(31)
    service.going()
    eventually(lambda: len(receiver.accepted) >= before + 2)
    eventually(service.ready)
    asked = [a for a in service.log(Alert) if isinstance(a, Alert) and ("Bo 30?" in a.body or "Bo 31?" in a.body)]
    assert len(asked) == 2
    assert len({key for key, _ in receiver.accepted}) == len(receiver.accepted)


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
