"""Knowledge graph: enrichments applied a second, a batch in one transaction against one by one in autocommit.

    python -m benchmarks.graph_upserts --database-url postgresql://…   (a server on which databases may be made)

What is measured is the way into the database; planning (pure Python, the same for all ways) has a row of its own, and
the outbox is left out. Three ways, each on a database of its own, round by round in turn, with the same enrichments
(vectors included):

- ``batch``: what the service does, everything derived included: facts, nodes, names, states of conversations, the
  position. Vectors are stored and searchable;
  the nearest-neighbour index takes them in when there is time, see ``indexed``;
- ``row by row``: what a service does that upserts each row by a statement of its own, each its own commit: the
  message, each person, mention, node, assertion and fact, the count of each fact's changes, the vector, the
  conversation, the clock of the workspace, the position. It reads a chain to derive its facts, as ``batch`` does, and
  is spared the second look at first names. Statements are prepared, ``synchronous_commit`` is on;
- ``row by row, bare``: of that only messages, people, mentions, assertions and vectors, and nothing derived: less work
  than ``batch`` does.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from typing import NamedTuple

import psycopg
from psycopg.rows import dict_row

from benchmarks.report import Row, row, write
from plait_knowledge_graph.graph.chains import facts, same
from plait_knowledge_graph.graph.messages import Reading, vector_text
from plait_knowledge_graph.graph.nodes import node_rows
from plait_knowledge_graph.graph.rows import AssertionRow, ChainKey, FactRow
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.store import delivery, writer
from plait_knowledge_graph.store.database import Connection, ask_rows, tell
from plait_knowledge_graph.store.derive import CHAIN, PLACE
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.store.text_form import columns, keyed
from plait_knowledge_graph.testing import at, enriched, fresh_database, message
from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received

ROUNDS, BATCH, SINGLE = 7, 500, 60
METHOD = f"{ROUNDS} rounds in turn; {BATCH} enrichments a batch, {SINGLE} one by one; {BATCH} were there before"
DIMENSIONS = 384
GROUP, PARTITION = "benchmark", Partition("collab.enrichment.v1", 0)
PEOPLE = ("Mara Okafor", "Rui Salgueiro", "Ann Lee", "李倩", "葛明")
TEXTS = (
    ("[P:{p}] takes over [W:HER-{n}] of [J:Project {j}]. [W:HER-{n}] is blocked.", ["decision", "blocker"]),
    ("[W:HER-{n}] is done, the login works again for [C:Client {j}]", ["status"]),
    ("I'll finish the [R:report {n}] by [T:Friday]", ["commitment"]),
    ("[M:Sync {j}] moved to [T:Tuesday], please come to [L:Room {j}]", ["schedule"]),
    ("Thanks, that was a lovely lunch in the park", ["social"]),
    ("[W:HER-{n}] 由[P:李倩]接手，截止日期改到[T:下周一]", ["decision"]),
)  # fmt: skip
Apply = Callable[[Connection, Sequence[Enrichment]], float]


def enrichments(count: int, seed: int) -> list[Enrichment]:
    """Messages of a busy team: eight a conversation, a few hundred pieces of work."""
    source = random.Random(seed)
    made = []
    for number in range(count):
        id_ = f"{seed}-{number}"
        text, intents = source.choice(TEXTS)
        text = text.format(n=source.randrange(300), j=source.randrange(20), p=source.choice(PEOPLE))
        said = message(
            text, id_=id_, minute=seed * 100 + number / 10, author=source.choice(PEOPLE),
            conversation=f"chat:{seed}/{number // 8}",
        )  # fmt: skip
        vector = [source.gauss(0, 0.05) for _ in range(DIMENSIONS)]
        made.append(enriched(text, said, intents, embedding=vector))
    return made


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
    """Keep the position, as the service does; each benchmark begins at the claim that `_ready` made."""
    delivery.advance(connection, GROUP, {PARTITION: records}, {PARTITION: 1})


def _received(records: Sequence[Enrichment]) -> list[Received[Enrichment]]:
    raw = RawRecord(PARTITION, 0, None, b"")
    return [Received(record, raw) for record in records]


def _commit_ms(connection: Connection) -> float:
    """What a commit costs on this disk: the larger, the more a batch saves."""
    start = time.perf_counter()
    for number in range(100):
        connection.execute(
            "INSERT INTO positions (group_id, topic, partition, epoch) VALUES ('x', 'x', %s, 1)"
            " ON CONFLICT (group_id, topic, partition) DO UPDATE SET epoch = positions.epoch + 1",
            [number],
        )
    return (time.perf_counter() - start) * 10


@contextmanager
def _ready(server_url: str) -> Iterator[Connection]:
    with fresh_database(server_url) as url:
        migrate(url)
        with psycopg.connect(url, autocommit=True, row_factory=dict_row, options="-c timezone=UTC") as connection:
            delivery.claim(connection, GROUP, [PARTITION])
            yield connection


def measure(server_url: str) -> list[Row]:
    """The rows of the result; takes about a minute."""
    ways: dict[str, tuple[Apply, int]] = {
        "batch": (batched, BATCH),
        "row by row": (row_by_row, SINGLE),
        "row by row, bare": (bare_rows, SINGLE),
        "planned": (planning, BATCH),
        "indexed": (indexing, BATCH),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    with ExitStack() as stack:
        connections = {name: stack.enter_context(_ready(server_url)) for name in ways}
        for name, (apply, _) in ways.items():
            apply(connections[name], enrichments(BATCH, 0))
        for number in range(1, ROUNDS + 1):
            for name, (apply, count) in ways.items():
                rates[name].append(count / apply(connections[name], enrichments(count, number)))
        commits = [_commit_ms(connections["planned"]) for _ in range(ROUNDS)]
    factors = {
        name: [fast / slow for fast, slow in zip(rates["batch"], rates[name], strict=True)] for name in list(ways)[1:3]
    }
    return [
        *(row(f"enrichments, {name}", "1/s", values) for name, values in rates.items()),
        row("batch ÷ row by row", "×", factors["row by row"], "≥ 30"),
        row("batch ÷ row by row, bare", "×", factors["row by row, bare"]),
        row("one commit of one row", "ms", commits),
    ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure on the given server and write the result down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database-url", required=True)
    url = parser.parse_args(arguments).database_url
    write("graph_upserts", measure(url), {"method": METHOD})


if __name__ == "__main__":
    main()
