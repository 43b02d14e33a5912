"""What the windows hear: enrichments out of raw records, waiting for the registry where they must."""

import threading
from dataclasses import dataclass, field

import structlog

from plait_schemas.records import Enrichment
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Retryable

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Ear:
    """Decodes; ``closing`` ends the waiting."""

    codec: Codec
    closing: threading.Event = field(default_factory=threading.Event)
    pause_s: float = 1.0

    def hear(self, raw: RawRecord) -> Enrichment | None:
        """The enrichment; None when it is none (the runner sets it aside) or the service stops."""
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
