"""What the windows hear: enrichments out of raw records, waiting for the registry where they must."""

import threading
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Retryable

log = structlog.get_logger()


class MessageLike(Protocol):
    """What a Kafka client calls a message."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Ear:
    """Decodes; ``closing`` ends the waiting."""

    codec: Codec
    closing: threading.Event = field(default_factory=threading.Event)
    pause_s: float = 1.0

    def hear(self, message: MessageLike) -> Enrichment | None:
        """The enrichment; None when it is none (the runner sets it aside) or the service stops."""
        partition = Partition(message.topic, message.partition)
        raw = RawRecord(partition, message.offset, message.key, message.value)
        while not self.closing.is_set():
            try:
                record = self.codec.decode(raw).record
                return record if isinstance(record, Enrichment) else None
            except BadRecord:
                return None
            except Retryable as exc:
                log.warning("the windows wait", cause=str(exc))
                self.closing.wait(self.pause_s)
        return None
