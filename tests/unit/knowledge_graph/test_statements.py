"""The SQL itself: named, described by parameters only, and never without the caller's sight."""

import re

from plait_knowledge_graph.store.statements import raw, sql

SAID = ("messages", "embeddings", "mentions", "nodes", "facts", "conversations", "summaries")
TABLE = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)\s+(\w+)")


def test_every_table_of_a_read_is_seen_through_the_one_condition() -> None:
    reads = [name for name in raw() if name.startswith(("read_", "search_"))]
    assert len(reads) > 12
    for name in reads:
        tables = [(table, alias) for table, alias in TABLE.findall(raw()[name]) if table in SAID]
        assert tables, name
        for _, alias in tables:
            assert f"{{visible:{alias}}}" in raw()[name], (name, alias)
        text = sql(name)
        assert "{" not in text
        assert text.count("workspace = %(workspace)s AND") == len(re.findall(r"\{visible:", raw()[name]))


def test_statements_take_parameters_only() -> None:
    for name, text in raw().items():
        assert not re.search(r"%(?!\()", text), name
        assert text.strip()
        assert not text.endswith(";")
