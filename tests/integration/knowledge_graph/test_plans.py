"""The plans of the hot statements: each goes by its index, none reads a table through."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.store.statements import sql
from plait_knowledge_graph.store.writer import index_vectors
from plait_knowledge_graph.testing import WORKSPACE, at, enriched, fresh_database, message, summary
from plait_schemas.records import Record
from tests.integration.knowledge_graph.door import store

pytestmark = pytest.mark.integration

HOT: list[tuple[str, dict[str, Any], str]] = [
    ("read_conversations", {"before_at": at(99_999), "before_id": "", "limit": 20}, "conversations_by_time"),
    ("read_conversation", {"conversation_id": "c1"}, "conversations_pkey"),
    ("read_messages", {"conversation_id": "c1", "after_at": at(-1), "after_id": "", "limit": 50},
     "messages_by_conversation"),
    ("read_message", {"message_ids": ["x"]}, "messages_pkey"),
    ("read_mentions", {"message_id": "x"}, "mentions_pkey"),
    ("read_entities", {"label": None, "after_norm": "", "after_id": "", "limit": 20}, "nodes_by_name"),
    ("read_entities_named", {"label": None, "words": "'her':* & '77':*", "after_norm": "", "after_id": "", "limit": 20},
     "nodes_by_words"),
    ("read_entity", {"node_id": "x"}, "nodes_pkey"),
    ("read_facts_of_entity", {"node_id": "x", "as_of": None, "limit": 50}, "facts_by_object"),
    ("read_facts_of_subject", {"subjects": ["x"], "predicate": "status", "as_of": None, "conversation_id": None,
     "after_at": at(-1), "after_id": "", "limit": 50}, "facts_by_subject"),
    ("read_facts", {"predicate": None, "as_of": at(9999), "after_at": at(-1), "after_id": "", "limit": 20},
     "facts_by_time"),
    ("read_facts_of_conversation", {"conversation_id": "c1", "predicate": None, "as_of": None, "after_at": at(-1),
     "after_id": "", "limit": 50}, "facts_by_conversation"),
    ("read_neighbours", {"node_id": "x", "fan_out": 50, "limit": 20}, "facts_by_subject"),
    ("search_text", {"query": "'login77'", "limit": 50}, "messages_by_search"),
    ("search_vectors", {"embedding": "[" + ",".join(["0.1"] * 384) + "]", "limit": 50}, "embeddings_by_nearness"),
]  # fmt: skip


KEYS = {"workspace": WORKSPACE, "audience": "public", "predicate": "status"}
VALUES: dict[str, Any] = {"int": 1, "bigint": 1, "boolean": False, "double precision": 0.5, "timestamptz": at(0)}
ARRAY = re.compile(r"%\((\w+)\)s::([a-z ]+)\[\]")
BIG = ("messages", "people", "mentions", "nodes", "assertions", "facts", "revisions", "embeddings")
"""Of 500 conversations on 16 pages, the planner rightly reads all when it looks for ten."""
WRITES: list[tuple[str, set[str]]] = [
    ("upsert_messages", {"messages_pkey"}),
    ("delete_mentions", {"mentions_pkey"}),
    ("delete_assertions", {"assertions_pkey"}),
    ("delete_people", {"people_pkey"}),
    ("delete_embeddings", {"embeddings_pkey"}),
    ("index_embeddings", {"embeddings_unindexed", "embeddings_pkey"}),
    ("person_refs", {"mentions_of_people"}),
    ("participants", {"people_by_conversation"}),
    ("rename_mentions", {"mentions_of_people"}),
    ("rename_subjects", {"assertions_of_subjects"}),
    ("rename_objects", {"assertions_of_subjects"}),
    ("count_mentions", {"nodes_pkey"}),
    ("delete_nodes", {"nodes_pkey", "mentions_by_node"}),
    ("recount_nodes", {"nodes_pkey", "mentions_by_node"}),
    ("assertions_of_chains", {"assertions_by_chain"}),
    ("facts_of_chains", {"facts_by_subject"}),
    ("update_facts", {"facts_pkey"}),
    ("delete_facts", {"facts_pkey"}),
    ("count_changes", {"revisions_pkey"}),
    ("evidence_messages", {"messages_pkey"}),
    ("delete_conversations", {"messages_by_conversation"}),
    ("upsert_conversations", {"conversations_pkey", "messages_by_conversation"}),
]  # fmt: skip


@pytest.fixture(scope="module")
def filled(stack: RunningStack) -> Iterator[Database]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        database = Database(url, 2)
        database.open()
        records: list[Record] = []
        for number in range(4000):
            text = f"[W:HER-{number}] is blocked, login{number} fails"
            said = message(text, id_=str(number), minute=number, conversation=f"c{number // 8}")
            vector = [float(number % 7), float(number % 11), *[0.1] * 382]
            records.append(enriched(text, said, ["blocker"], embedding=vector))
        records += [summary("s", "Settled.", conversation=f"c{number}") for number in range(500)]
        for start in range(0, len(records), 500):
            store(database, *records[start : start + 500])
        with database.transaction("testing") as connection:
            assert index_vectors(connection, keep=0, limit=5000) == 4000
        with database.transaction("testing") as connection:
            connection.execute("ANALYZE")
        yield database
        database.close()


def explained(database: Database, name: str, parameters: Mapping[str, Any]) -> str:
    with database.transaction("explaining") as connection:
        rows = connection.execute("EXPLAIN " + sql(name), parameters).fetchall()
    return "\n".join(str(row["QUERY PLAN"]) for row in rows)


@pytest.mark.parametrize(("name", "parameters", "index"), HOT, ids=[row[0] for row in HOT])
def test_hot_reads_use_their_index(filled: Database, name: str, parameters: dict[str, Any], index: str) -> None:
    text = explained(filled, name, {**parameters, "workspace": WORKSPACE, "audiences": ["public"]})
    assert index in text, text
    assert "Seq Scan" not in text, text


@pytest.mark.parametrize(("name", "indexes"), WRITES, ids=[row[0] for row in WRITES])
def test_writes_of_a_batch_use_their_indexes(filled: Database, name: str, indexes: set[str]) -> None:
    parameters: dict[str, Any] = {"keep": 10_000, "limit": 500}
    for column, kind in ARRAY.findall(sql(name)):
        parameters[column] = [KEYS.get(column, VALUES.get(kind, f"x{number}")) for number in range(10)]
    text = explained(filled, name, parameters)
    assert all(index in text for index in indexes), text
    assert not re.search(rf"Seq Scan on ({'|'.join(BIG)})\b", text), text
