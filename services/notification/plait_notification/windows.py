"""Windows over the enriched stream with Faust: counts heated messages and notices surges.

Only an adapter: it decodes, counts in event time, asks the pure rule and hands over. A window may count a message
twice after a restart; that is why the handler confirms a surge from the messages themselves.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

import faust
import structlog

from plait_notification.fold import heated
from plait_notification.settings import NotificationSettings
from plait_notification.surge import WITHIN, Surge, is_surge
from plait_schemas.catalogue import topics
from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Retryable

log = structlog.get_logger()
HOUR = timedelta(hours=1)
SLICE = timedelta(minutes=5)
USUAL = timedelta(hours=24)
TOPIC = "collab.enrichment.v1"


class Windows:
    """``notice`` takes what was noticed, once a heated message; it must not block."""

    def __init__(self, settings: NotificationSettings, codec: Codec, notice: Callable[[Surge], None]) -> None:
        self._settings = settings
        self._codec = codec
        self._notice = notice
        self._app: Any = None
        self._stop = threading.Event()

    def ready(self) -> bool:
        """Whether partitions are assigned and the tables recovered."""
        return self._app is not None and self._app.started and self._app.tables.recovery.completed.is_set()

    def run(self, stop: threading.Event) -> None:
        """Run the Faust application in an event loop of this thread until told to stop."""
        self._stop = stop
        asyncio.run(self._run(stop))

    async def _run(self, stop: threading.Event) -> None:
        self._app = app = self._build()
        app.finalize()
        await app.start()
        try:
            await asyncio.to_thread(stop.wait)
        finally:
            await app.stop()

    def _build(self) -> Any:
        settings = self._settings
        app = faust.App(
            f"{settings.group}-windows",
            broker=[f"kafka://{address}" for address in settings.kafka_bootstrap.split(",")],
            broker_credentials=_credentials(settings),
            store="memory://",
            topic_replication_factor=1,
            topic_allow_declare=True,
            broker_session_timeout=settings.session_timeout_s,
            broker_heartbeat_interval=1.0,
            web_enabled=False,
            loop=asyncio.get_running_loop(),
        )
        partitions = topics()[TOPIC].partitions
        tables = [
            app.Table(name, default=int, partitions=partitions).tumbling(size, expires=USUAL * 2)
            for name, size in (("heated", SLICE), ("heated_hourly", HOUR))
        ]
        stream = app.topic(TOPIC, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

        async def watch(events: Any) -> None:
            async for event in events.events():
                await self._count(event, *tables)

        app.agent(stream, name="surges")(watch)
        return app

    async def _count(self, event: Any, slices: Any, hours: Any) -> None:
        record = await asyncio.to_thread(self._decode, event.message)
        if record is None or not heated(record):
            return
        key, at = event.key.decode(), record.message.sent_at.timestamp()
        for table in (slices, hours):
            table.relative_to(at)[key] += 1
        recent = _total(slices, key, (at - n * SLICE.total_seconds() for n in range(WITHIN // SLICE + 1)))
        before = _total(hours, key, (at - n * HOUR.total_seconds() for n in range(1, USUAL // HOUR + 1)))
        if is_surge(recent, before * (WITHIN / USUAL)):
            self._notice(Surge(record.workspace, record.message.conversation.id, record.message.sent_at))

    def _decode(self, message: Any) -> Enrichment | None:
        """The record; None when it is none, which the runner sets aside. Waits while the registry is away."""
        raw = RawRecord(Partition(message.topic, message.partition), message.offset, message.key, message.value)
        while True:
            try:
                record = self._codec.decode(raw).record
                return record if isinstance(record, Enrichment) else None
            except BadRecord:
                return None
            except Retryable as exc:
                log.warning("windows wait", cause=str(exc))
                if self._stop.wait(1.0):
                    return None


def _total(table: Any, key: str, moments: Iterable[float]) -> int:
    return sum(table.relative_to(moment)[key].value() for moment in moments)


def _credentials(settings: NotificationSettings) -> Any:
    protocol = settings.kafka_security_protocol
    if protocol == "PLAINTEXT":
        return None
    context = ssl.create_default_context(cafile=settings.kafka_ssl_cafile) if protocol.endswith("SSL") else None
    if protocol == "SSL":
        return faust.SSLCredentials(context)
    return faust.SASLCredentials(
        username=settings.kafka_sasl_username, password=settings.kafka_sasl_password, ssl_context=context,
        mechanism=settings.kafka_sasl_mechanism,
    )  # fmt: skip
