"""Knowledge graph: enrichments applied a second, a batch in one transaction against one by one in autocommit.

    python -m benchmarks.graph_upserts --database-url postgresql://…   (a server on which databases may be made)

What is measured is the way into the database; planning (pure Python, the same for all ways) has a row of its own.
Three ways, each on a database of its own, round by round in turn, with the same enrichments (vectors included):

- ``batch``: what the service does, everything derived included: facts, nodes, names, states of conversations. Vectors
  are stored and searchable; the nearest-neighbour index takes them in when there is time, see its own row;
- ``row by row, whole``: the same code and the same effects, one enrichment at a time, each statement its own commit;
- ``row by row, bare``: only the rows of messages, people, mentions, assertions and vectors, one INSERT a row, each its
  own commit, and nothing derived: less work than ``batch`` does.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg.rows import dict_row

from benchmarks.report import Row, row, write
from plait_knowledge_graph.graph.messages import Reading
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.store import writer
from plait_knowledge_graph.store.database import Connection, columns, tell
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.testing import at, enriched, fresh_database, message
from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received

ROUNDS, BATCH, SINGLE = 7, 500, 60
METHOD = f"{ROUNDS} rounds in turn; {BATCH} enrichments a batch, {SINGLE} one by one; {BATCH} were there before"
DIMENSIONS = 384
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
        writer.lock(connection, made.workspaces)
        writer.write(connection, made)
    return time.perf_counter() - start


def one_by_one(connection: Connection, records: Sequence[Enrichment]) -> float:
    """The same effects, an enrichment at a time, without transactions."""
    plans = [plan(_received([record]), at(100_000), DIMENSIONS) for record in records]
    start = time.perf_counter()
    for made in plans:
        writer.write(connection, made)
    return time.perf_counter() - start


def bare_rows(connection: Connection, records: Sequence[Enrichment]) -> float:
    """Primary rows alone, a row at a time, without transactions."""
    readings = plan(_received(records), at(100_000), DIMENSIONS).readings
    start = time.perf_counter()
    for reading in readings:
        _insert(connection, reading)
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


def _insert(connection: Connection, reading: Reading) -> None:
    tell(connection, "upsert_messages", columns([reading.row]))
    for name, rows in (
        ("insert_people", reading.people),
        ("insert_mentions", reading.mentions),
        ("insert_assertions", reading.assertions),
    ):
        for one in rows:
            tell(connection, name, columns([one]))
    if reading.embedding is not None:
        tell(connection, "insert_embeddings", columns([reading.embedding]))


def _received(records: Sequence[Enrichment]) -> list[Received[Enrichment]]:
    raw = RawRecord(Partition("collab.enrichment.v1", 0), 0, None, b"")
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
            yield connection


def measure(server_url: str) -> list[Row]:
    """The rows of the result; takes about a minute."""
    ways: dict[str, tuple[Apply, int]] = {
        "batch": (batched, BATCH),
        "row by row, whole": (one_by_one, SINGLE),
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
        row("batch ÷ row by row, whole", "×", factors["row by row, whole"], "≥ 30"),
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
