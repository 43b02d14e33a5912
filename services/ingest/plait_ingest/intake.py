"""One request's events to Kafka: accept, drop what was just written, encode, write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Counter

from plait_ingest.cleaning import Cleaner
from plait_ingest.draft import Accepted, Context
from plait_ingest.events import Given
from plait_ingest.handlers import Refused, accept_all
from plait_ingest.limits import Gate, Rates, Recent
from plait_ingest.outlet import Outlet
from plait_schemas.records import Message
from plait_shared.bus import Outbound
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.metrics import Metrics
from plait_shared.tracing import Tracing


@dataclass(frozen=True, slots=True)
class Taken:
    """An item that stands on Kafka now, or stood there before (``duplicate``)."""

    index: int
    id: str
    message_id: str | None
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of each item of a request."""

    taken: Sequence[Taken]
    ignored: Sequence[tuple[int, str]]
    refused: Sequence[Refused]


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds the work."""

    events: Gate
    rates: Rates
    recent: Recent


class Intake:
    """Shared by all doors; `take` is called from many threads at once."""

    def __init__(
        self, outlet: Outlet, codec: Codec, cleaner: Cleaner, limits: Limits, metrics: Metrics, tracing: Tracing
    ) -> None:
        self._outlet = outlet
        self._codec = codec
        self._cleaner = cleaner
        self._limits = limits
        self._tracing = tracing
        self._events = Counter("plait_ingest_events", "Events by outcome", ["outcome"], registry=metrics.registry)

    def take(self, items: Given, workspace: str, traceparent: str | None, clock: Callable[[], datetime]) -> Receipt:
        """Write what the items say; returns once acknowledged. After Retryable or Overloaded send it again."""
        now = clock()
        self._limits.rates.take(workspace, len(items), now.timestamp())
        with self._limits.events.inside(len(items)):
            accepted, refused = accept_all(items, Context(workspace, now, self._cleaner))
            fresh, refused = self._encoded(accepted, refused, self._tracing.child("ingest", traceparent))
            begun = self._outlet.send(fresh) if fresh else frozenset[str]()
        receipt = self._receipt(accepted, refused, set(begun))
        self._count(receipt)
        return receipt

    def _encoded(
        self, accepted: list[tuple[int, Accepted]], refused: list[Refused], trace: str
    ) -> tuple[dict[str, Outbound], list[Refused]]:
        """Encoded records by id, without those just written; what doesn't fit the schema is refused as an item."""
        fresh: dict[str, Outbound] = {}
        refused = list(refused)
        for index, item in accepted:
            known = (fresh, self._limits.recent)
            new = [record for record in item.records if not any(record.id in ids for ids in known)]
            try:
                fresh.update({record.id: self._codec.encode(record, trace) for record in new})
            except BadRecord as exc:
                refused.append(Refused(index, exc))
        return fresh, refused

    def _receipt(self, accepted: list[tuple[int, Accepted]], refused: list[Refused], fresh: set[str]) -> Receipt:
        bad = {item.index for item in refused}
        taken, ignored = [], []
        for index, item in accepted:
            if index in bad:
                continue
            if item.ignored is not None:
                ignored.append((index, item.ignored))
                continue
            ids = {record.id for record in item.records}
            message_id = next((r.message_id for r in item.records if isinstance(r, Message)), None)
            taken.append(Taken(index, item.id, message_id, duplicate=not ids & fresh))
            fresh -= ids
        return Receipt(taken, ignored, sorted(refused, key=lambda item: item.index))

    def _count(self, receipt: Receipt) -> None:
        duplicates = sum(item.duplicate for item in receipt.taken)
        outcomes = {
            "accepted": len(receipt.taken) - duplicates, "duplicate": duplicates,
            "ignored": len(receipt.ignored), "rejected": len(receipt.refused),
        }  # fmt: skip
        for outcome, number in outcomes.items():
            self._events.labels(outcome).inc(number)
