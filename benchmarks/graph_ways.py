"""Ways of enrichments into the database: the service's own, and what one would write without it; each in seconds."""

import time
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from plait_knowledge_graph.graph.chains import facts, same
from plait_knowledge_graph.graph.messages import Reading, vector_text
from plait_knowledge_graph.graph.nodes import node_rows
from plait_knowledge_graph.graph.rows import AssertionRow, ChainKey, FactRow
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.store import delivery, writer
from plait_knowledge_graph.store.database import Connection, ask_rows, tell
from plait_knowledge_graph.store.derive import CHAIN, PLACE
from plait_knowledge_graph.store.text_form import columns, keyed
from plait_knowledge_graph.testing import at
from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received

DIMENSIONS = 384
GROUP, PARTITION = "benchmark", Partition("collab.enrichment.v1", 0)


def batched(connection: Connection, records: Sequence[Enrichment]) -> float:
    """As the service: one plan, one transaction."""
    made = plan(_received(records), at(100_000), DIMENSIONS)
    start = time.perf_counter()
    with connection.transaction():
        _advance(connection, len(records))
        writer.lock(connection, made.workspaces)
        writer.write(connection, made)
    return time.perf_counter() - start


def row_by_row(connection: Connection, records: Sequence[Enrichment]) -> float:
    """The same rows, each by its own statement, without transactions."""
    plans = [plan(_received([record]), at(100_000), DIMENSIONS) for record in records]
    vectors = _vectors(records)
    start = time.perf_counter()
    for made in plans:
        for reading in made.readings:
            _primary_rows(connection, reading, vectors)
            _derived_rows(connection, reading)
        for mark in made.watermarks:
            tell(connection, "upsert_watermarks", columns([mark]))
        _advance(connection, 1)
    return time.perf_counter() - start


def bare_rows(connection: Connection, records: Sequence[Enrichment]) -> float:
    """Primary rows alone, each by its own statement, without transactions."""
    made = plan(_received(records), at(100_000), DIMENSIONS)
    vectors = _vectors(records)
    start = time.perf_counter()
    for reading in made.readings:
        _primary_rows(connection, reading, vectors)
    return time.perf_counter() - start


def planning(connection: Connection, records: Sequence[Enrichment]) -> float:
    """The plan alone."""
    received = _received(records)
    start = time.perf_counter()
    plan(received, at(100_000), DIMENSIONS)
    return time.perf_counter() - start


def indexing(connection: Connection, records: Sequence[Enrichment]) -> float:
    """What the nearest-neighbour index costs afterwards."""
    batched(connection, records)
    start = time.perf_counter()
    writer.index_vectors(connection, keep=0, limit=len(records))
    return time.perf_counter() - start


def _primary_rows(connection: Connection, reading: Reading, vectors: Mapping[str, str]) -> None:
    tell(connection, "upsert_messages", columns([reading.row]))
    for person in reading.people:
        _insert(connection, "people", person)
    for mention in reading.mentions:
        _insert(connection, "mentions", mention)
    for assertion in reading.assertions:
        _insert(connection, "assertions", assertion)
    if reading.embedding is not None:
        row = reading.embedding
        values = row.workspace, row.message_id, row.audience, vectors[row.message_id]
        _execute(connection, "embeddings", row._fields, values)


def _insert(connection: Connection, table: str, row: NamedTuple) -> None:
    _execute(connection, table, row._fields, row)


def _execute(connection: Connection, table: str, names: tuple[str, ...], values: tuple[object, ...]) -> None:
    connection.execute(_statement(table, names), values)


@cache
def _statement(table: str, names: tuple[str, ...]) -> bytes:
    places = ", ".join(["%s"] * len(names))
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({places}) ON CONFLICT DO NOTHING".encode()


def _vectors(records: Sequence[Enrichment]) -> dict[str, str]:
    """Vectors by message, in the text form in which most clients send them."""
    return {record.message.message_id: vector_text(record.embedding) for record in records}


def _derived_rows(connection: Connection, reading: Reading) -> None:
    for node in node_rows(reading.mentions):
        tell(connection, "count_mentions", columns([node]))
    for chain in {assertion.chain for assertion in reading.assertions}:
        _facts(connection, chain)
    row = reading.row
    tell(connection, "upsert_conversations", keyed([(row.workspace, row.conversation_id, row.audience)], *PLACE))


def _facts(connection: Connection, chain: ChainKey) -> None:
    key = keyed([chain], *CHAIN)
    known = {fact.fact_id: fact for fact in ask_rows(connection, "facts_of_chains", key, FactRow)}
    for fact in facts(ask_rows(connection, "assertions_of_chains", key, AssertionRow)):
        before = known.get(fact.fact_id)
        if before is None:
            _insert(connection, "facts", fact)
        elif not same(fact, before):
            tell(connection, "update_facts", columns([fact]))
        else:
            continue
        changes = {"workspace": [fact.workspace], "fact_id": [fact.fact_id], "changes": [1]}
        tell(connection, "count_changes", changes)


def _advance(connection: Connection, records: int) -> None:
    """Keep the position, as the service does; each benchmark begins at the claim that was made."""
    delivery.advance(connection, GROUP, {PARTITION: records}, {PARTITION: 1})


def _received(records: Sequence[Enrichment]) -> list[Received[Enrichment]]:
    raw = RawRecord(PARTITION, 0, None, b"")
    return [Received(record, raw) for record in records]
