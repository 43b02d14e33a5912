"""The graph is a function of the set of records: any order, any repetition, any cut into batches."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from plait_knowledge_graph.graph.chains import facts, shifts
from plait_knowledge_graph.graph.messages import Reading
from plait_knowledge_graph.graph.names import Person, Ref, full_name
from plait_knowledge_graph.graph.rows import FactRow
from plait_knowledge_graph.handlers import plan
from plait_knowledge_graph.testing import PUBLIC, at, enriched, group, message
from plait_schemas.records import Change, Enrichment, Message, Model, Record
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received

TEXTS = (
    ("[P:Ann] takes over [W:HER-12]", ["decision"]),
    ("[P:Rui] takes over [W:HER-12]. [W:HER-12] is blocked", ["decision", "blocker"]),
    ("[W:HER-12] is done", ["status"]),
    ("[W:HER-12] is in progress, due [T:Friday]", ["status"]),
    ("[M:Sync] moved to [T:Monday]", ["schedule"]),
    ("[P:Ann] is working on [W:HER-13]", ["status"]),
    ("good morning", ["social"]),
)  # fmt: skip


quick = settings(max_examples=40, deadline=None)


@st.composite
def versions(draw: st.DrawFn) -> list[Record]:
    """A few messages in a few versions, as messages and as enrichments by one of two models."""
    records: list[Record] = []
    for number in range(draw(st.integers(1, 4))):
        audience = draw(st.sampled_from([PUBLIC, group("x")]))
        for version in range(1, draw(st.integers(1, 3)) + 1):
            text, intents = draw(st.sampled_from(TEXTS))
            change = draw(st.sampled_from([Change.CREATED, Change.EDITED, Change.DELETED]))
            said: Message = message(
                text, id_=str(number), version=version, minute=draw(st.integers(0, 5)), audience=audience, change=change
            )
            records.append(said)
            for revision in draw(st.sets(st.sampled_from(["r1", "r2"]))):
                records.append(enriched(text, said, intents, model=Model(name="office", revision=revision)))
    return records


class Memory:
    """The rows that the database would hold; the rule of ``upsert_messages`` in Python."""

    def __init__(self) -> None:
        self.readings: dict[tuple[str, str], Reading] = {}
        self.facts: list[FactRow] = []
        self.told: dict[str, FactRow] = {}

    def take(self, batch: Sequence[Record]) -> None:
        raw = RawRecord(Partition("t", 0), 0, None, b"")
        for reading in plan([Received(record, raw) for record in batch], at(600), 384).readings:
            known = self.readings.get(reading.row.key)
            if known is None or reading.row.rank > known.row.rank:
                self.readings[reading.row.key] = reading
        assertions = [row for reading in self.readings.values() for row in reading.assertions]
        new = facts(assertions)
        for shift in shifts(self.facts, new, assertions):
            if shift.change == "withdrawn":
                del self.told[shift.fact.fact_id]
            else:
                self.told[shift.fact.fact_id] = shift.fact
        self.facts = new

    def state(self) -> Any:
        return {key: reading.row for key, reading in self.readings.items()}, self.facts


@quick
@given(st.data())
def test_any_order_repetition_and_batching_gives_the_same_graph(data: st.DataObject) -> None:
    records = data.draw(versions())
    straight = Memory()
    straight.take(records)
    again = data.draw(st.permutations(records + data.draw(st.lists(st.sampled_from(records), max_size=6))))
    shuffled = Memory()
    while again:
        size = data.draw(st.integers(1, len(again)))
        shuffled.take(again[:size])
        again = again[size:]
    assert shuffled.state() == straight.state()


@quick
@given(st.data())
def test_the_changes_add_up_to_the_facts(data: st.DataObject) -> None:
    memory = Memory()
    for record in data.draw(st.permutations(data.draw(versions()))):
        memory.take([record])
    assert {id_: fact.valid_to for id_, fact in memory.told.items()} == {
        fact.fact_id: fact.valid_to for fact in memory.facts
    }


@quick
@given(versions())
def test_intervals_of_one_chain_never_overlap(records: list[Record]) -> None:
    memory = Memory()
    memory.take(records)
    chains: dict[Any, list[FactRow]] = {}
    for fact in memory.facts:
        if fact.predicate in ("assigned_to", "status", "due", "happens_at"):
            chains.setdefault(fact.chain, []).append(fact)
    for chain in chains.values():
        ordered = sorted(chain, key=lambda fact: fact.valid_from)
        for earlier, later in pairwise(ordered):
            assert earlier.valid_to == later.valid_from
            assert earlier.object_id != later.object_id
        assert ordered[-1].valid_to is None


@quick
@given(versions())
def test_evidence_points_into_the_message_that_stands(records: list[Record]) -> None:
    memory = Memory()
    memory.take(records)
    texts = {reading.row.event_id: reading.row.text for reading in memory.readings.values()}
    for reading in memory.readings.values():
        assert not (reading.row.deleted and (reading.assertions or reading.mentions))
        for row in reading.assertions:
            assert 0 <= row.span_start < row.span_end <= len(texts[row.event_id])
            assert not isinstance(row, Enrichment)


NAMES = st.sampled_from(
    ["Ann", "Ann Lee", "Ann Okafor", "Lee", "Rui", "Rui Costa", "李倩", "李", "倩", "周雨桐", "雨桐", "老李"]
)


@quick
@given(NAMES, st.lists(NAMES, max_size=5), st.randoms())
def test_resolution_ignores_order(surface: str, names: list[str], random: Any) -> None:
    people = [Person(str(number), name) for number, name in enumerate(names)]
    shuffled = people.copy()
    random.shuffle(shuffled)
    assert full_name(Ref("PERSON", surface), people) == full_name(Ref("PERSON", surface), shuffled)
