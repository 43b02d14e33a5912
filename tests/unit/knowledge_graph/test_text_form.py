"""Rows as arrays and as ``COPY`` reads them."""

import re

import pytest

from plait_knowledge_graph.graph import rows
from plait_knowledge_graph.graph.nodes import node_rows
from plait_knowledge_graph.graph.rows import MentionRow, NodeRow, PersonRow
from plait_knowledge_graph.store.statements import raw
from plait_knowledge_graph.store.text_form import array, columns, keyed, lines
from plait_knowledge_graph.testing import at

STRANGE = 'a"b\\c\td\ne\rf'


def test_arrays_of_texts_numbers_times_and_nothing() -> None:
    assert array(["x", STRANGE, ""]) == '{"x","a\\"b\\\\c\td\ne\rf",""}'
    assert array([1, 2.5, -3]) == "{1,2.5,-3}"
    assert array([True, False]) == "{True,False}"
    assert array(["NULL", None]) == '{"NULL",NULL}'
    assert array([at(0), None]) == "{2026-03-02T09:00:00+00:00,NULL}"
    assert array([]) == "{}"


def test_a_text_with_the_separator_shifts_nothing() -> None:
    assert array(["a\x00b", "c"]) == '{"a\x00b","c"}'


def test_keys_are_sorted_together() -> None:
    assert keyed([("b", "1"), ("a", "2")], "x", "y") == {"x": '{"a","b"}', "y": '{"2","1"}'}


def test_lines_escape_what_copy_would_read() -> None:
    people = [
        PersonRow(workspace="w", message_id="m", conversation_id="c", audience="a", identity_id="i", name=name)
        for name in (STRANGE, "\\N")
    ]
    assert lines(people) == 'w\tm\tc\ta\ti\ta"b\\\\c\\td\\ne\\rf\nw\tm\tc\ta\ti\t\\\\N\n'
    assert columns(people)["name"] == '{"a\\"b\\\\c\td\ne\rf","\\\\N"}'
    nodes = [NodeRow("w", "a", "n", "WORK", "x", "x", 3)]
    assert lines(nodes) == "w\ta\tn\tWORK\tx\tx\t3\n"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("insert_people", rows.PersonRow), ("insert_mentions", rows.MentionRow), ("insert_assertions", rows.AssertionRow),
     ("insert_embeddings", rows.EmbeddingRow), ("insert_facts", rows.FactRow),
     ("assertions_of_chains", rows.AssertionRow), ("facts_of_chains", rows.FactRow),
     ("watermarks", rows.WatermarkRow)],
)  # fmt: skip
def test_statements_name_the_fields_of_a_row_in_their_order(name: str, kind: type[rows.FactRow]) -> None:
    named = re.search(r"\(([^)]*)\) FROM STDIN|SELECT(.*?)\bFROM", re.sub(r"--.*", "", raw()[name]), re.DOTALL)
    assert named is not None
    columns_ = [re.sub(r"\w\.|::\w+", "", column).strip() for column in (named[1] or named[2]).split(",")]
    assert tuple(columns_) == kind._fields


def test_nodes_are_counted_under_their_least_name() -> None:
    def mention(name: str, audience: str = "public") -> MentionRow:
        return MentionRow("w", "m", 0, "c", audience, "WORK", name, "", "n", name, "her-12", 0, 1, 0.5)

    made = node_rows([mention("her-12"), mention("HER-12"), mention("Her-12", "group:x")])
    assert [(row.audience, row.name, row.mentions) for row in made] == [
        ("group:x", "Her-12", 1),
        ("public", "HER-12", 2),
    ]
