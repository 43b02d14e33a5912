"""The way to Kafka: connected in the background, so that the door can say "not yet" instead of not being there."""

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from plait_ingest.underway import Underway
from plait_schemas.catalogue import topic_of
from plait_schemas.records import Membership, Message, Profile
from plait_shared.bus import Outbound, Producer
from plait_shared.errors import Retryable
from plait_shared.registry import Registry

log = structlog.get_logger()
WRITTEN = (Message, Membership, Profile)
UNREADY = timedelta(seconds=5)


class Outlet:
    """Opens the producer once Kafka and the registry answer, and writes through it, from many threads at once.

    A request waits ``patience_s`` for Kafka's word.
    """

    def __init__(
        self,
        open_producer: Callable[[], Producer],
        registry: Registry,
        underway: Underway,
        clock: Callable[[], datetime],
        *,
        patience_s: float,
        retry_s: float,
    ) -> None:
        self._open_producer = open_producer
        self._registry = registry
        self._underway = underway
        self._clock = clock
        self._patience_s = patience_s
        self._retry_s = retry_s
        self._producer: Producer | None = None
        self._failed_at: datetime | None = None

    def run(self, stop: threading.Event) -> None:
        """Connect, however long it takes, then wait for the end. Raises Misconfigured for an unregistered schema."""
        while not stop.is_set() and self._producer is None:
            try:
                for record in WRITTEN:
                    topic = topic_of(record.AVRO_NAME)
                    self._registry.id_of(topic.subject, topic.schema)
                self._producer = self._open_producer()
                log.info("connected")
            except Retryable as exc:
                log.warning("not connected yet, trying again", cause=str(exc), retry_s=self._retry_s)
                stop.wait(self._retry_s)
        stop.wait()

    def ready(self) -> bool:
        """Whether there is a connection and no write failed within the last seconds."""
        failed_at = self._failed_at
        return self._producer is not None and (failed_at is None or self._clock() - failed_at > UNREADY)

    def send(self, records: Mapping[str, Outbound]) -> frozenset[str]:
        """Write ``{id: record}``; once all is acknowledged, the ids that were not already under way.

        Raises Retryable when Kafka is away, now or still; what was begun goes on then, and a repeat waits for it.
        """
        if self._producer is None:
            raise Retryable("Kafka or the schema registry is not reached yet; send this again in a moment")
        try:
            begun = self._underway.send(self._producer, records, self._patience_s)
        except Retryable:
            self._failed_at = self._clock()
            raise
        self._failed_at = None
        return begun

    def close(self) -> None:
        """Flush and leave, if there ever was a connection."""
        if self._producer is not None:
            self._producer.close()
