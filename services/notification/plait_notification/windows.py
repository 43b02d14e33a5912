"""Faust's windows over the enriched stream: counts heated messages in event time and notices surges. Only an adapter.

A window may count a message twice after a restart; that is why the handler confirms a surge from the messages.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import faust

from plait_notification.fold import heated
from plait_notification.heard import Ear
from plait_notification.settings import NotificationSettings
from plait_notification.surge import BEFORE, HOUR, RECENT, SLICE, USUAL, WITHIN, Surge, is_surge
from plait_schemas.catalogue import topic_of
from plait_shared.errors import Fatal

START_TIMEOUT_S = 40.0
"""A start takes 1 to 5 s, 10 after a crash; one that hangs is ended, and the service is started anew."""


class Windows:
    """``notice`` takes what was noticed, once a heated message; it must not block."""

    def __init__(self, settings: NotificationSettings, ear: Ear, notice: Callable[[Surge], None]) -> None:
        self._settings, self._ear, self._notice = settings, ear, notice
        self._started = threading.Event()  # other threads must not touch Faust's objects: they bind to their event loop

    def ready(self) -> bool:
        """Whether partitions are assigned and the tables recovered."""
        return self._started.is_set()

    def run(self, stop: threading.Event) -> None:
        """Run Faust in an event loop of this thread until told to stop; raises Fatal if it crashes."""
        asyncio.run(self._run(stop))

    async def _run(self, stop: threading.Event) -> None:
        with TemporaryDirectory(prefix="plait-windows-") as folder:  # Faust wants one, though its tables are in memory
            await self._watch(stop, self._build(folder))

    async def _watch(self, stop: threading.Event, app: Any) -> None:
        app.finalize()
        starting = asyncio.create_task(app.start())
        deadline = asyncio.get_running_loop().time() + START_TIMEOUT_S
        while not stop.is_set() and not app.should_stop:
            await asyncio.sleep(0.2)
            if starting.done():
                starting.result()
                self._started.set()
            elif asyncio.get_running_loop().time() > deadline:
                raise Fatal(f"the windows did not start within {START_TIMEOUT_S:g} s")
        starting.cancel()
        self._ear.closing.set()
        if not stop.is_set():
            raise Fatal(f"the windows crashed: {app.crash_reason!r}")
        await app.stop()

    def _build(self, folder: str) -> Any:
        settings = self._settings
        app = faust.App(
            f"{settings.group}-windows",
            broker=[f"kafka://{address}" for address in settings.kafka_bootstrap.split(",")],
            broker_credentials=_credentials(settings),
            broker_session_timeout=settings.session_timeout_s,
            broker_heartbeat_interval=settings.session_timeout_s / 6,
            store="memory://",
            datadir=folder,
            topic_replication_factor=settings.topic_replication_factor,
            web_enabled=False,
            loop=asyncio.get_running_loop(),
        )
        topic = topic_of("Enrichment")
        count = partial(app.Table, default=int, partitions=topic.partitions)
        slices = count("heated").tumbling(SLICE, expires=2 * USUAL)
        hours = count("heated_hourly").tumbling(HOUR, expires=2 * USUAL)
        stream = app.topic(topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

        async def watch(events: Any) -> None:
            async for event in events.events():
                await self._count(event, slices, hours)

        app.agent(stream, name="surges")(watch)
        return app

    async def _count(self, event: Any, slices: Any, hours: Any) -> None:
        record = await asyncio.to_thread(self._ear.hear, event.message)
        if record is None or not heated(record):
            return
        key, said = event.message.key.decode(), record.message.sent_at
        for table in (slices, hours):
            table.relative_to(said.timestamp())[key] += 1
        recent = sum(slices.relative_to((said - ago).timestamp())[key].value() for ago in RECENT)
        before = sum(hours.relative_to((said - ago).timestamp())[key].value() for ago in BEFORE)
        if is_surge(recent, before * (WITHIN / USUAL)):
            self._notice(Surge(record.workspace, record.message.conversation.id, said))


def _credentials(settings: NotificationSettings) -> Any:
    protocol = settings.kafka_security_protocol
    tls = ssl.create_default_context(cafile=settings.kafka_ssl_cafile) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return faust.SSLCredentials(tls) if tls else None
    name, password, how = settings.kafka_sasl_username, settings.kafka_sasl_password, settings.kafka_sasl_mechanism
    return faust.SASLCredentials(username=name, password=password, mechanism=how, ssl_context=tls)
