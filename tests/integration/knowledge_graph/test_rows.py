"""What is stored, and what can't be."""

from dataclasses import replace

import pytest

from plait_knowledge_graph.testing import enriched, membership, message
from plait_schemas.records import DeadLetter
from tests.integration.knowledge_graph.rig import Rig

pytestmark = pytest.mark.integration


def test_bad_records_are_set_aside_alone(rig: Rig) -> None:
    rig.take(message("a\x00b", id_="1"), message("good", id_="2"))
    (letter,) = [one for one in rig.said(DeadLetter) if isinstance(one, DeadLetter)]
    assert "NUL" in letter.cause
    assert len(rig.query("SELECT message_id FROM messages")) == 1


def test_record_that_only_the_database_refuses_is_set_aside_alone(rig: Rig) -> None:
    good, strange = membership("board", "Ann"), membership("board", "Rui")
    long = replace(strange, member=replace(strange.member, id="r" * 400), group="g" * 400)
    with rig.database.transaction("preparing") as connection:
        connection.execute("ALTER TABLE memberships ADD CHECK (length(group_id) < 300)")
    rig.take(good, long)
    assert len(rig.said(DeadLetter)) == 1
    assert len(rig.query("SELECT group_id FROM memberships")) == 1


def test_any_text_is_kept_as_it_is(rig: Rig) -> None:
    texts = ['a"b\\c{},NULL', "NULL", "", " \n\t'; DROP TABLE messages; --", "⟦0W⟧ 🐐 \U0001f410\u200b", "%s %(x)s"]
    rig.take(*(message(text, id_=str(number), author=text or "x") for number, text in enumerate(texts)))
    rows = rig.query("SELECT text, author_name FROM messages ORDER BY sent_at, text")
    assert sorted(str(row["text"]) for row in rows) == sorted(texts)


def test_new_vectors_go_into_the_index_when_there_is_time(rig: Rig) -> None:
    said = message("hello")
    rig.put(enriched("hello", said, ["social"], embedding=[0.5] * 384))
    assert rig.turn() == 1
    assert rig.query("SELECT indexed FROM embeddings") == [{"indexed": False}]
    assert rig.turn() == 0
    assert rig.query("SELECT indexed FROM embeddings") == [{"indexed": True}]


def test_names_are_split_at_every_sign(rig: Rig) -> None:
    for number, sign in enumerate("-_./\\:#@()["):
        text = f"[W:alpha{sign}beta] is done"
        rig.take(enriched(text, message(text, id_=str(number)), ["status"]))
    rows = rig.query("SELECT words @@ 'beta'::tsquery AS found FROM nodes WHERE label = 'WORK'")
    assert [row["found"] for row in rows] == [True] * len(rows)
    assert len(rows) >= 2
