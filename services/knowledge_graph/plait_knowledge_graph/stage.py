"""The graph's part of the way: effects and positions in one database transaction, then the outbox."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from plait_knowledge_graph import handlers
from plait_knowledge_graph.handlers import Plan
from plait_knowledge_graph.ownership import KeepsOffsets, Ownership
from plait_knowledge_graph.settings import SettleRules
from plait_knowledge_graph.store.database import Connection, Database, tell
from plait_knowledge_graph.store.delivery import advance, put, relay
from plait_knowledge_graph.store.settle import settle, watermarks
from plait_knowledge_graph.store.writer import index_vectors, lock, write
from plait_schemas.records import GraphChange, Record, SummaryRequest
from plait_shared.bus import Outbound, Partition, Producer
from plait_shared.codec import Codec
from plait_shared.errors import Retryable
from plait_shared.stage import Batch, Outcome

log = structlog.get_logger()
MAX_RECORD_BYTES = 3 * 1024 * 1024
"""A longer request for a summary is made of fewer messages."""
MOST_BYTES = 4 * 1024 * 1024 - 2048
"""What the producer takes; a record in the outbox that it refuses would block all behind it."""
KEEP_VECTORS = timedelta(days=1)
KEEP_ASKS = timedelta(days=7)
"""Longer than inference may be away; without its ask, a summary of a past state that comes late is not shown."""
MOST_UNINDEXED = 10_000
"""So many vectors a search looks through one by one in some 10 ms; beyond, batches pay for the index."""
INDEX_AT_ONCE = 500
Trace = Callable[[str | None], str]


@dataclass(frozen=True, slots=True)
class StageRules:
    """What the stage goes by."""

    dimensions: int
    settle: SettleRules
    settle_every: timedelta


@dataclass(frozen=True, slots=True)
class Ends:
    """What the stage reads from and writes to; ``trace`` gives the context that continues a trace, or starts one."""

    consumer: KeepsOffsets
    producer: Producer
    codec: Codec
    trace: Trace


class GraphStage:
    """Consume → plan → one transaction → relay. A replica that lost a partition can't write any more of it.

    A refused commit raises Retryable: the runner polls again, and learns from the group what is still ours.
    """

    def __init__(self, database: Database, ownership: Ownership, ends: Ends, rules: StageRules) -> None:
        self._database = database
        self._ownership = ownership
        self._ends = ends
        self._rules = rules
        self._settled_at: datetime | None = None
        self._unindexed = True

    def handle(self, batch: Batch, now: datetime) -> Plan:
        """What a batch wants written; records that the database has already are skipped."""
        fresh = [received for received in batch if not self._ownership.seen(received.raw)]
        return handlers.plan(fresh, now, self._rules.dimensions)

    def outcome(self, result: Plan) -> Outcome:
        """Only what can't be stored; what the graph publishes goes through its outbox."""
        return Outcome(rejected=result.rejected)

    def commit(self, result: Plan, records: Sequence[Outbound], offsets: Mapping[Partition, int]) -> None:
        """Send the dead letters, then write everything or nothing; see the class."""
        self._claim_late(offsets)
        if records:
            self._ends.producer.send(records)
        with self._database.transaction("writing a batch") as connection:
            advance(connection, self._ownership.group, offsets, self._ownership.epochs(offsets))
            lock(connection, result.workspaces)
            changes = write(connection, result)
            index_vectors(connection, keep=MOST_UNINDEXED, limit=INDEX_AT_ONCE)
            requests = self._settle(connection, result.now, result.workspaces)
            put(connection, self._encode([*changes, *requests], result.traces))
        self._unindexed = True
        self._ownership.advanced(offsets)
        self._ends.consumer.kept_elsewhere(offsets)
        self._show_offsets(offsets)
        self._relay()

    def idle(self, now: datetime) -> None:
        """Index new vectors, let the clocks of the workspaces tick, send what a crash left in the outbox."""
        if self._unindexed:
            with self._database.transaction("indexing vectors") as connection:
                self._unindexed = index_vectors(connection, keep=0, limit=INDEX_AT_ONCE) == INDEX_AT_ONCE
        if self._settled_at is not None and now - self._settled_at < self._rules.settle_every:
            return
        with self._database.transaction("looking for settled conversations") as connection:
            tell(connection, "forget_vectors", {"before": now - KEEP_VECTORS})
            tell(connection, "forget_asks", {"before": now - KEEP_ASKS})
            marks = [mark.workspace for mark in watermarks(connection)]
        for workspace in marks:
            with self._database.transaction("asking for summaries") as connection:
                lock(connection, [workspace])
                put(connection, self._encode(self._settle(connection, now, [workspace]), {}))
        self._relay()
        self._settled_at = now

    def _settle(self, connection: Connection, now: datetime, workspaces: Sequence[str]) -> list[SummaryRequest]:
        marks = watermarks(connection, workspaces)
        return [
            request
            for mark in marks
            for request in settle(connection, mark, now, self._rules.settle, self._fits)
        ]  # fmt: skip

    def _fits(self, request: SummaryRequest) -> bool:
        return len(self._ends.codec.encode(request).value) <= MAX_RECORD_BYTES

    def _encode(self, records: Sequence[GraphChange | SummaryRequest], traces: Mapping[str, str]) -> list[Outbound]:
        encoded = [self._ends.codec.encode(record, self._ends.trace(traces.get(_cause(record)))) for record in records]
        kept = [one for one in encoded if len(one.value) <= MOST_BYTES]
        if len(kept) < len(encoded):
            log.error("too large to be told", records=len(encoded) - len(kept), most_bytes=MOST_BYTES)
        return kept

    def _claim_late(self, offsets: Mapping[Partition, int]) -> None:
        missing = self._ownership.unclaimed(offsets)
        if missing:
            self._ends.consumer.kept_elsewhere(self._ownership.assigned(missing))
            raise Retryable("partitions were read before they could be claimed; reading them again")

    def _show_offsets(self, offsets: Mapping[Partition, int]) -> None:
        try:
            self._ends.consumer.commit(offsets)
        except Retryable as exc:
            log.warning("offsets not shown in Kafka; the database has them", cause=str(exc))

    def _relay(self) -> None:
        while relay(self._database, self._ends.producer):
            pass


def _cause(record: Record) -> str:
    return record.source_event if isinstance(record, GraphChange) else ""
