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
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import psycopg
from psycopg.rows import dict_row

from benchmarks.graph_ways import DIMENSIONS, GROUP, PARTITION, bare_rows, batched, indexing, planning, row_by_row
from benchmarks.report import Row, row, write
from plait_knowledge_graph.store import delivery
from plait_knowledge_graph.store.database import Connection
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.testing import enriched, fresh_database, message
from plait_schemas.records import Enrichment

ROUNDS, BATCH, SINGLE = 7, 500, 60
METHOD = f"{ROUNDS} rounds in turn; {BATCH} enrichments a batch, {SINGLE} one by one; {BATCH} were there before"
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
