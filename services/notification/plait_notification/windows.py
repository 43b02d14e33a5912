"""Faust's windows over the enriched stream: counts heated messages in event time and notices surges. Only an adapter.

A window may count a message twice after a restart; that is why the handler confirms a surge from the messages.
"""

import asyncio
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any

import faust
import structlog
from kafka.errors import TopicAlreadyExistsError
from mode.threads import WorkerThread

from plait_notification.expiry import EventTimeWindow, Newest
from plait_notification.fold import heated
from plait_notification.heard import Ear
from plait_notification.settings import NotificationSettings
from plait_notification.surge import BEFORE, HOUR, RECENT, SLICE, USUAL, WITHIN, Surge, is_surge
from plait_schemas.catalogue import topic_of
from plait_shared.errors import Fatal, Retryable
from plait_shared.kafka import administrator
from plait_shared.settings import revealed

log = structlog.get_logger()

STALLED_S = 30.0
"""A start that gets no further for so long hangs: the service ends, and is started anew. The longest that one waits
for others is their session; to read the tables again may take longer, and gets further with every record."""


class DaemonThread(WorkerThread):
    """Faust's thread of the consumer, as one that does not outlive the service.

    By default it does: after a crash or a start that hangs it goes on as a member of the group, the process never
    ends, and nobody starts the service anew.
    """

    def __init__(self, service: Any, **kwargs: Any) -> None:
        super().__init__(service, **kwargs)
        self.daemon = True


def check_changelogs(app: Any) -> None:
    """Raise Fatal when Faust's consumer sees too few partitions of the tables' topics: no count would succeed.

    What it has not looked at yet, as after a quick return to the group, Faust lets pass, and so do we.
    """
    for table in app.tables.values():
        name = table.changelog_topic_name
        seen = app.consumer.topic_partitions(name)
        if seen is not None and seen != table.partitions:
            raise Fatal(f"the windows see {seen} partitions of {name} instead of {table.partitions}")


class Progress:
    """Notices a start that gets no further."""

    def __init__(self, patience_s: float, now: float) -> None:
        self._patience_s = patience_s
        self._reached: object = None
        self._since = now

    def check(self, reached: object, now: float) -> None:
        """Say how far the start is; raises Fatal when that has been the same for too long."""
        if reached != self._reached:
            self._reached, self._since = reached, now
        elif now - self._since > self._patience_s:
            raise Fatal(f"the start of the windows has hung for {self._patience_s:g} s, at {reached}")


def check_coordination(app: Any) -> None:
    """Raise Fatal for an error of the consumer group.

    aiokafka keeps it for the next ``getmany`` and does nothing until then; Faust reads without ``getmany``, and would
    wait for ever and in silence.
    """
    consumer = app.consumer._thread._consumer
    coordinator = getattr(consumer, "_coordinator", None)
    error = getattr(coordinator, "_pending_exception", None)
    if error is not None:
        raise Fatal(f"the windows lost their consumer group: {error!r}") from error


def make_changelogs(settings: NotificationSettings, app: Any) -> None:
    """Make the topics in which Faust keeps its tables, as it would.

    It makes them too late: its consumer subscribes before Kafka shows them, takes them for topics without partitions
    from then on, and every count fails, in silence.
    """
    wanted = {topic.get_topic_name(): topic for topic in (table.changelog_topic for table in app.tables.values())}
    with administrator(settings, "making the windows' topics") as admin:
        present = set(admin.list_topics())
        missing = {
            name: {
                "num_partitions": topic.partitions,
                "replication_factor": settings.topic_replication_factor,
                "configs": {"cleanup.policy": "compact,delete", "retention.ms": str(round(topic.retention * 1000))},
            }
            for name, topic in wanted.items()
            if name not in present
        }
        if missing:
            with suppress(TopicAlreadyExistsError):  # another instance was faster
                admin.create_topics(missing)
        admin.wait_for_topics(list(wanted))


class Windows:
    """``notice`` takes what was noticed, once a heated message; it must not block."""

    def __init__(self, settings: NotificationSettings, ear: Ear, notice: Callable[[Surge], None]) -> None:
        self._settings, self._ear, self._notice = settings, ear, notice
        self._newest = Newest()
        self._started = threading.Event()  # other threads must not touch Faust's objects: they bind to their event loop

    def ready(self) -> bool:
        """Whether partitions are assigned and the tables recovered."""
        return self._started.is_set()

    def run(self, stop: threading.Event) -> None:
        """Run Faust in an event loop of this thread until told to stop; raises Fatal if it crashes or hangs.

        Then without tidying up: what hangs may hang at that as well, and the process ends anyway.
        """
        runner = asyncio.Runner()
        runner.run(self._run(stop))
        runner.close()

    async def _run(self, stop: threading.Event) -> None:
        with TemporaryDirectory(prefix="plait-windows-") as folder:  # Faust wants one, though its tables are in memory
            await self._watch(stop, self._build(folder))

    async def _watch(self, stop: threading.Event, app: Any) -> None:
        app.finalize()
        await self._prepare(stop, app)
        app.consumer._thread.Worker = DaemonThread
        starting = asyncio.create_task(app.start())
        try:
            await self._until_stopped(stop, app, starting)
        finally:
            starting.cancel()
            self._ear.closing.set()
        await app.stop()

    async def _prepare(self, stop: threading.Event, app: Any) -> None:
        while not stop.is_set():
            try:
                await asyncio.to_thread(make_changelogs, self._settings, app)
                break
            except Retryable as exc:
                log.warning("the windows wait", cause=str(exc))
                await asyncio.sleep(1.0)

    async def _until_stopped(self, stop: threading.Event, app: Any, starting: "asyncio.Task[None]") -> None:
        clock = asyncio.get_running_loop().time
        progress = Progress(STALLED_S, clock())
        while not stop.is_set() and not app.should_stop:
            await asyncio.sleep(0.2)
            check_coordination(app)
            if not starting.done():
                progress.check(_reached(app), clock())
            elif not self._started.is_set():
                starting.result()
                check_changelogs(app)
                self._started.set()
        if not stop.is_set():
            raise Fatal(f"the windows crashed: {app.crash_reason!r}")

    def _build(self, folder: str) -> Any:
        settings = self._settings
        app = faust.App(
            f"{settings.group}-windows",
            broker=[f"kafka://{address}" for address in settings.kafka_bootstrap.split(",")],
            broker_credentials=_credentials(settings),
            broker_session_timeout=settings.session_timeout_s,
            broker_heartbeat_interval=settings.session_timeout_s / 6,
            # Static membership: who comes back after a crash has its partitions at once, without waiting for its own
            # dead session to end.
            consumer_group_instance_id=f"{settings.group}-windows-{settings.instance_id}",
            store="memory://",
            datadir=folder,
            topic_replication_factor=settings.topic_replication_factor,
            web_enabled=False,
            loop=asyncio.get_running_loop(),
        )
        topic = topic_of("Enrichment")
        count = partial(app.Table, default=int, partitions=topic.partitions)
        slices = count("heated").using_window(EventTimeWindow(SLICE, 2 * USUAL, self._newest))
        hours = count("heated_hourly").using_window(EventTimeWindow(HOUR, 2 * USUAL, self._newest))
        stream = app.topic(topic.name, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

        async def watch(events: Any) -> None:
            async for event in events.events():
                await self._count(event, slices, hours)

        app.agent(stream, name="surges")(watch)
        return app

    async def _count(self, event: Any, slices: Any, hours: Any) -> None:
        record = await asyncio.to_thread(self._ear.hear, event.message)
        if record is None:
            return
        key, said = event.message.key.decode(), record.message.sent_at
        self._newest.read(event.message.partition, said.timestamp())
        if not heated(record):
            return
        for table in (slices, hours):
            table.relative_to(said.timestamp())[key] += 1
        recent = sum(slices.relative_to((said - ago).timestamp())[key].value() for ago in RECENT)
        before = sum(hours.relative_to((said - ago).timestamp())[key].value() for ago in BEFORE)
        if is_surge(recent, before * (WITHIN / USUAL)):
            self._notice(Surge(record.workspace, record.message.conversation.id, said))


def _reached(app: Any) -> tuple[int, bool, int]:
    """How far a start is: the group's generation, whether the tables are read again, records still to read."""
    recovery = app.tables.recovery
    return app.consumer_generation_id, recovery.in_recovery, recovery.active_remaining_total()


def _credentials(settings: NotificationSettings) -> Any:
    protocol = settings.kafka_security_protocol
    tls = ssl.create_default_context(cafile=settings.kafka_ssl_cafile) if protocol.endswith("SSL") else None
    if not protocol.startswith("SASL"):
        return faust.SSLCredentials(tls) if tls else None
    name, password, how = (
        settings.kafka_sasl_username,
        revealed(settings.kafka_sasl_password),
        settings.kafka_sasl_mechanism,
    )
    return faust.SASLCredentials(username=name, password=password, mechanism=how, ssl_context=tls)
