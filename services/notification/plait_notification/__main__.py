"""Wires the notification service; read top to bottom, it is the service's diagram."""

import queue
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from importlib.metadata import version

import httpx
import structlog

from plait_notification.channels import Door
from plait_notification.channels.email import EmailDoor
from plait_notification.channels.webhook import WebhookDoor
from plait_notification.courier import Courier
from plait_notification.heard import Ear
from plait_notification.http import Doors, application
from plait_notification.live import Entry, Hub
from plait_notification.rebuild import TOPICS, Log, rebuild
from plait_notification.settings import NotificationSettings
from plait_notification.stage import MOST_NOTICED, NotificationStage, Parts
from plait_notification.state import State
from plait_notification.surge import Surge
from plait_notification.texts import Texts
from plait_notification.windows import Windows
from plait_schemas.records import Alert, ChannelKind, Delivery
from plait_shared import log as logging
from plait_shared.auth import TokenVerifier
from plait_shared.bus import Partition, Producer
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.health import HttpServer
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.lifecycle import Lifecycle, main
from plait_shared.metrics import Metrics
from plait_shared.registry import HttpRegistry
from plait_shared.runner import Loop, Runner
from plait_shared.tracing import Tracing

SERVICE = "notification"
log = structlog.get_logger()


def service() -> int:
    """Build everything, run until told to stop; returns the exit code."""
    settings = NotificationSettings.load()
    logging.configure(settings, SERVICE)
    verifier = TokenVerifier(settings)
    with ExitStack() as resources:
        registry = resources.enter_context(HttpRegistry(settings.registry_url))
        tracing = resources.enter_context(closing(Tracing(SERVICE, settings.otlp_endpoint)))
        codec, metrics, texts, state = Codec(registry, SERVICE), Metrics.create(), Texts(), State()
        web = resources.enter_context(httpx.Client(timeout=settings.webhook_timeout_s, trust_env=False))

        fencing = KafkaBusProducer(settings, transactional_id=settings.group)  # fences a predecessor
        producer = resources.enter_context(closing(fencing))
        steps = resources.enter_context(closing(KafkaBusProducer(settings)))

        history = Log(settings)
        hub = Hub(settings.stream_ring, lambda *span: _backfill(history, codec, span))
        positions = rebuild(history, codec, state, texts, hub, settings.group)
        log.info("state rebuilt", workspaces=len(state.view.workspaces))

        consumer = resources.enter_context(closing(KafkaBusConsumer(settings, settings.group, TOPICS)))
        noticed: queue.Queue[Surge] = queue.Queue(MOST_NOTICED)
        stage = NotificationStage(
            Parts(state, texts, hub, consumer, producer, codec, tracing), noticed, positions.caught_up_at
        )
        loop = Loop.from_settings(settings, SERVICE, version("plait-notification"), _now)
        runner = Runner(consumer, codec, stage, loop, metrics, tracing)
        doors = _doors(settings, texts, web)
        courier = Courier(state, doors, lambda records: _publish(steps, codec, tracing, records), _now, settings)
        windows = Windows(settings, Ear(codec), lambda surge: _notice(noticed, surge))

        checks = {"stream": runner.ready, "caught_up": stage.caught_up}
        if settings.windows:
            checks["windows"] = windows.ready
        server = HttpServer(application(Doors(state, hub, texts, verifier, _now, settings), checks, metrics), settings)
        parts = {"runner": runner.run, "courier": courier.run, "live": hub.run, "http": server.run}
        if settings.windows:
            parts["windows"] = windows.run
        return Lifecycle(parts, resources.pop_all(), settings.drain_timeout_s).run()


def run() -> None:
    """Entry point of `plait-notification`."""
    main(service)


def _doors(settings: NotificationSettings, texts: Texts, web: httpx.Client) -> dict[ChannelKind, Door]:
    return {ChannelKind.WEBHOOK: WebhookDoor(settings, web), ChannelKind.EMAIL: EmailDoor(settings, texts)}


def _now() -> datetime:
    return datetime.now(UTC)


def _backfill(history: Log, codec: Codec, span: tuple[int, int, int]) -> Iterator[Entry]:
    number, start, end = span
    for raw in history.read({Partition("collab.alert.v1", number): (start, end)}):
        try:
            record = codec.decode(raw).record
        except BadRecord:
            continue  # it stands among the dead letters since it was first read
        if isinstance(record, Alert):
            yield Entry(number, raw.offset, record)


def _publish(producer: Producer, codec: Codec, tracing: Tracing, records: Sequence[Delivery]) -> None:
    producer.send([codec.encode(record, tracing.child(SERVICE, None)) for record in records])


def _notice(noticed: "queue.Queue[Surge]", surge: Surge) -> None:
    try:
        noticed.put_nowait(surge)
    except queue.Full:
        log.warning("surge notice dropped", conversation=surge.conversation)


if __name__ == "__main__":
    run()
