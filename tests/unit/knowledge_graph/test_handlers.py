"""A batch as a plan: reduced by rank, guarded, and without any order in it."""

import struct
from dataclasses import replace
from datetime import timedelta

import pytest

from plait_knowledge_graph.graph import guards
from plait_knowledge_graph.graph.messages import read_enrichment, read_message, usable
from plait_knowledge_graph.handlers import Plan, plan
from plait_knowledge_graph.testing import (
    MODEL,
    at,
    enriched,
    membership,
    message,
    profile,
    summary,
    tags,
)  # fmt: skip
from plait_schemas.records import Answer, Audience, Change, DeadLetter, Enrichment, Model, Record
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received

TEXT = "[P:Rui] takes over [W:HER-12]. [W:HER-12] is blocked."
NOW = at(600)


def received(*records: Record, trace: str = "") -> list[Received[Record]]:
    headers = (("traceparent", trace.encode()),) if trace else ()
    return [
        Received(record, RawRecord(Partition("t", 0), offset, None, b"", headers))
        for offset, record in enumerate(records)
    ]


def planned(*records: Record, dimensions: int = 3) -> Plan:
    return plan(received(*records), NOW, dimensions)


def test_enrichment_brings_message_people_mentions_assertions_and_vector() -> None:
    said = message(TEXT, mentions=["Rui Salgueiro"])
    made = planned(enriched(TEXT, said, ["decision", "blocker"], embedding=[1.0, 0.0, 0.5]))
    (reading,) = made.readings
    assert reading.row.text == "Rui takes over HER-12. HER-12 is blocked."
    assert [person.name for person in reading.people] == ["Mara Okafor", "Rui Salgueiro"]
    assert [(a.predicate, a.object_name) for a in reading.assertions] == [
        ("assigned_to", "Rui Salgueiro"), ("status", "blocked"),
    ]  # fmt: skip
    assert [m.node_name for m in reading.mentions] == ["Rui Salgueiro", "HER-12", "HER-12", "blocked"]
    assert reading.embedding is not None
    assert struct.unpack(">hh3e", reading.embedding.embedding) == (3, 0, 1.0, 0.0, 0.5)
    assert made.workspaces == ["acme"]


@pytest.mark.parametrize("embedding", [(), (1.0,), (0.0, 0.0, 0.0)])
def test_vector_that_does_not_fit_is_left_out(embedding: tuple[float, ...]) -> None:
    said = message(TEXT)
    (reading,) = planned(enriched(TEXT, said, embedding=embedding)).readings
    assert reading.embedding is None
    assert not usable([float("nan")])


def test_the_greatest_rank_stands_in_any_order() -> None:
    first, second = message(TEXT), message("Never mind", version=2, minute=5)
    gone = message("", version=2, minute=6, change=Change.DELETED)
    records: list[Record] = [enriched(TEXT, first), first, second, enriched("Never mind", second), gone]
    for order in (records, records[::-1]):
        (reading,) = planned(*order).readings
        assert (reading.row.deleted, reading.row.text, reading.assertions) == (True, "", ())
    (reading,) = planned(second, enriched(TEXT, first), first).readings
    assert (reading.row.version, reading.row.tag_rank) == (2, "")
    (reading,) = planned(enriched(TEXT, first), first).readings
    assert reading.assertions


def test_of_two_models_the_greater_revision_stands() -> None:
    said = message(TEXT)
    newer = Model(name="office", revision="r2")
    records = [enriched(TEXT, said, model=newer), enriched(TEXT, said)]
    for order in (records, records[::-1]):
        assert planned(*order).readings[0].row.model_revision == "r2"


def test_received_time_is_no_part_of_the_content() -> None:
    said = message(TEXT)
    later = replace(said, received_at=at(99))
    assert read_message(said).row.rank == read_message(later).row.rank
    assert read_message(said).row.rank != read_message(replace(said, text="other")).row.rank


def test_deletion_has_no_tags_but_counts_as_read() -> None:
    gone = message("", change=Change.DELETED)
    reading = read_enrichment(enriched("", gone), 3)
    assert reading.row.deleted
    assert reading.row.tag_rank
    assert reading.row.tags is None
    untagged = replace(enriched(TEXT, message(TEXT)), tags=None)
    assert read_enrichment(untagged, 3).row.tags is None


def test_memberships_and_profiles_by_moment() -> None:
    joined, left = membership("x", "Rui"), membership("x", "Rui", active=False)
    back = membership("x", "Rui", minute=5)
    assert planned(joined, left).memberships[0].inactive
    assert planned(left, joined).memberships[0].inactive
    assert not planned(back, left).memberships[0].inactive
    old, new = profile("rui", "Rui S"), profile("rui", "Rui Salgueiro", minute=1)
    assert [p.name for p in planned(new, old).profiles] == ["Rui Salgueiro"]


def test_summaries_by_state_and_model() -> None:
    made = planned(summary("s1", "First."), summary("s2", "Second."), summary("s1", "First."))
    assert [row.state for row in made.summaries] == ["s1", "s2"]


def answer(*embedding: float) -> Answer:
    return Answer(
        id="a", workspace="acme", source_event="q", embedding=embedding, audience=Audience(), model=MODEL,
        occurred_at=at(0),
    )  # fmt: skip


def test_answers_are_kept_when_their_vector_fits() -> None:
    assert [row.request_id for row in planned(answer(1, 2, 3)).vectors] == ["q"]
    assert planned(answer()).vectors == []
    assert planned(answer(1, 2, 3)).workspaces == ["acme"]


def test_other_records_mean_nothing_here() -> None:
    letter = DeadLetter(
        id="d", stage="s", topic="t", partition=0, offset=0, key=None, value=None, headers=(), error="e", cause="c",
        code_version="1", occurred_at=at(0),
    )  # fmt: skip
    assert planned(letter) == Plan(now=NOW, readings=[], summaries=[], memberships=[], profiles=[], vectors=[],
                                   watermarks=[], rejected=[])  # fmt: skip


def test_watermarks_are_the_latest_events_but_not_the_future() -> None:
    other = message("x", id_="9", minute=50, workspace="other")
    made = planned(message("x", minute=3), enriched("y", message("y", id_="2", minute=2)), message("z", id_="3"), other)
    ours, others = made.watermarks
    assert (ours.messages_at, ours.enriched_at, ours.seen_at) == (at(3), at(2), NOW)
    assert (others.workspace, others.messages_at, others.enriched_at) == ("other", at(50), None)
    (skewed,) = planned(message("x", minute=10_000)).watermarks
    assert skewed.messages_at == NOW + timedelta(minutes=5)


def test_traces_are_kept_by_event() -> None:
    said = message(TEXT)
    made = plan(received(enriched(TEXT, said), profile("rui", "Rui"), trace="00-1"), NOW, 3)
    assert made.traces[said.id] == "00-1"
    assert len(made.traces) == 2


BAD = [
    (message("a\x00b"), "text"),
    (message("x", conversation="c" * 600), "conversation.id"),
    (enriched(TEXT, message(TEXT), embedding=[1.0, 7e4, 0.0]), "embedding"),
    (enriched("a", message("a", id_="1", author="x" * 600)), "message.author.id"),
    (membership("x", "y\x00"), "member.id"),
    (replace(answer(1, 2, float("nan")), id="n"), "embedding"),
    (replace(enriched(TEXT, message(TEXT)), workspace="other"), "workspace"),
    (replace(enriched(TEXT, message(TEXT)), source_event="other"), "source_event"),
    (replace(enriched(TEXT, message(TEXT)), tags=replace(tags(TEXT, ["status"]), harm=replace(
        tags(TEXT, ["status"]).harm, score=float("inf")))), "tags.harm.score"),
]  # fmt: skip


@pytest.mark.parametrize(("record", "field"), BAD)
def test_what_cannot_be_stored_is_rejected_alone(record: Record, field: str) -> None:
    made = plan(received(record, message("fine", id_="77")), NOW, 3)
    ((rejected, error),) = made.rejected
    assert (rejected.record, error.field) == (record, field)
    assert len(made.readings) == 1


def test_guard_lets_good_records_pass() -> None:
    guards.check(enriched(TEXT, message(TEXT)))


def test_long_names_and_empty_surfaces_are_no_things() -> None:
    long = "[W:" + "x" * 201 + "] is done. [W: ] is done."
    (reading,) = planned(enriched(long, message(long, author="y" * 201))).readings
    assert reading.mentions == []
    assert reading.people == []
    text = "I'll finish [W:HER-12]"
    (reading,) = planned(enriched(text, message(text, author="y" * 201), ["commitment"])).readings
    assert reading.assertions == []


def test_entities_out_of_the_text_or_over_each_other_are_passed_over() -> None:
    said = message(TEXT)
    made: Enrichment = enriched(TEXT, said)
    assert made.tags is not None
    first = made.tags.entities[0]
    strange = replace(made.tags, entities=(*made.tags.entities, replace(first, start=900, end=990), first))
    odd, plain = read_enrichment(replace(made, tags=strange), 3), read_enrichment(made, 3)
    assert (odd.mentions, odd.assertions) == (plain.mentions, plain.assertions)
