"""Intervals of facts, what changed between two readings, and the records that tell it."""

import json
from datetime import datetime
from typing import Any

import pytest

from plait_knowledge_graph.graph.chains import MAX_EVIDENCE, facts, shifts
from plait_knowledge_graph.graph.changes import Origin, graph_changes, origin_of
from plait_knowledge_graph.graph.messages import read_enrichment
from plait_knowledge_graph.graph.rows import AssertionRow
from plait_knowledge_graph.testing import at, enriched, group, message
from plait_schemas.records import ConversationRef, FactChange


def states(minute: float, text: str, *intents: str, **more: Any) -> list[AssertionRow]:
    said = message(text, id_=str(more.pop("id_", minute)), minute=minute, **more)
    return list(read_enrichment(enriched(text, said, intents or ("decision", "status")), 384).assertions)


def minutes(moment: datetime) -> float:
    return (moment - at(0)).total_seconds() / 60


def held(assertions: list[AssertionRow]) -> list[tuple[str, float, float | None]]:
    return [
        (fact.object_name, minutes(fact.valid_from), None if fact.valid_to is None else minutes(fact.valid_to))
        for fact in facts(assertions)
    ]


def test_later_object_closes_the_earlier() -> None:
    first = states(1, "[P:Ann] takes over [W:HER-12]")
    again = states(2, "[P:Ann] takes over [W:HER-12]")
    other = states(3, "[P:Rui] takes over [W:HER-12]")
    back = states(4, "[P:Ann] takes over [W:HER-12]")
    assert held([*back, *first, *other, *again]) == [("Ann", 1, 3), ("Rui", 3, 4), ("Ann", 4, None)]
    (fact, *_) = facts([*first, *again, *other])
    assert [place["message_id"] for place in json.loads(fact.evidence)] == [first[0].message_id, again[0].message_id]


def test_what_is_unsaid_in_the_same_moment_never_held() -> None:
    both = states(1, "[W:HER-12] is blocked. [W:HER-12] is done.")
    assert held(both) == [("done", 1, None)]
    before = states(0, "[W:HER-12] is done")
    assert held([*before, *both]) == [("done", 0, None)]


def test_many_valued_predicates_hold_side_by_side() -> None:
    rows = states(1, "[P:Ann] is working on [W:HER-12]") + states(2, "[P:Ann] is working on [W:HER-13]")
    works = [row for row in rows if row.predicate == "works_on"]
    assert sorted(held(works)) == [("HER-12", 1, None), ("HER-13", 2, None)]


def test_meeting_has_one_time_and_may_have_places() -> None:
    rows = [
        *states(1, "[M:Sync] is on [T:Monday]", "schedule"),
        *states(2, "[M:Sync] is in [L:Lisbon]", "schedule"),
        *states(3, "[M:Sync] moved to [T:Tuesday]", "schedule"),
    ]
    assert sorted(held(rows)) == [("Lisbon", 2, None), ("Monday", 1, 3), ("Tuesday", 3, None)]


def test_private_words_never_show_in_public_intervals() -> None:
    public = states(1, "[W:HER-12] is blocked")
    private = states(2, "[W:HER-12] is done", audience=group("x"))
    found = {(fact.audience, fact.object_name, fact.valid_to) for fact in facts([*public, *private])}
    assert found == {("public", "blocked", None), ("group:x", "done", None)}
    assert len({fact.fact_id for fact in facts([*public, *private])}) == 2


def test_evidence_is_capped_and_confidence_is_the_lowest() -> None:
    rows = [row for minute in range(MAX_EVIDENCE + 5) for row in states(minute, "[W:HER-12] is blocked", "blocker")]
    (fact,) = facts(rows)
    assert len(json.loads(fact.evidence)) == MAX_EVIDENCE
    assert fact.confidence == 0.8
    assert fact.recorded_at == at(0)


def kinds(old: list[AssertionRow], new: list[AssertionRow]) -> list[tuple[FactChange, str]]:
    return [(shift.change, shift.fact.object_name) for shift in shifts(facts(old), facts(new), new)]


def test_shifts() -> None:
    blocked = states(1, "[W:HER-12] is blocked")
    done = states(2, "[W:HER-12] is done")
    more = states(3, "[W:HER-12] is done")
    opened, closed, withdrawn = FactChange.OPENED, FactChange.CLOSED, FactChange.WITHDRAWN
    assert kinds([], blocked) == [(opened, "blocked")]
    assert kinds(blocked, [*blocked, *done]) == [(closed, "blocked"), (opened, "done")]
    assert kinds([], [*blocked, *done]) == [(opened, "blocked"), (closed, "blocked"), (opened, "done")]
    assert kinds([*blocked, *done], [*blocked, *done, *more]) == []
    assert kinds([*blocked, *done], blocked) == [(withdrawn, "done"), (opened, "blocked")]
    assert kinds(blocked, []) == [(withdrawn, "blocked")]


def test_graph_changes_name_their_cause() -> None:
    blocked, done = states(1, "[W:HER-12] is blocked"), states(2, "[W:HER-12] is done")
    found = shifts(facts(blocked), facts([*blocked, *done]), [*blocked, *done])
    origins = {
        origin_of(shift): Origin("acme", origin_of(shift)[1], "now", at(9), ConversationRef(id="chat:heron"))
        for shift in found
    }
    revisions = {("acme", shift.fact.fact_id): 7 for shift in found}
    closed, opened = graph_changes(found, origins, revisions)
    assert (closed.source_event, opened.source_event) == (done[0].event_id, done[0].event_id)
    assert (closed.occurred_at, opened.occurred_at) == (at(2), at(2))
    assert closed.fact.valid_to == at(2)
    assert closed.model.revision == "r1"
    assert len({closed.id, opened.id}) == 2
    gone = shifts(facts(blocked), [], [])
    origin = Origin("acme", "m", "deletion", at(9), ConversationRef(id="c"))
    (withdrawn,) = graph_changes(gone, {origin_of(gone[0]): origin}, {("acme", gone[0].fact.fact_id): 3})
    assert (withdrawn.source_event, withdrawn.occurred_at) == ("deletion", at(9))


def test_a_fact_that_lost_evidence_is_told_again() -> None:
    first, again = states(1, "[W:HER-12] is done"), states(2, "[W:HER-12] is done")
    edited = [row._replace(event_id="edited") for row in first]
    for left in (first, [*edited, *again]):
        (shift,) = shifts(facts([*first, *again]), facts(left), left)
        assert (shift.change, shift.cause) == (FactChange.OPENED, left[0])
    assert shifts(facts(first), facts([*first, *again]), again) == []


def test_each_change_of_a_fact_has_its_own_number_and_id() -> None:
    blocked, done = states(1, "[W:HER-12] is blocked"), states(2, "[W:HER-12] is done")
    (fact, _), (open_fact,) = facts([*blocked, *done]), facts(blocked)
    at_once = shifts([], [fact], [])
    origins = {("acme", blocked[0].message_id): Origin("acme", "m", "e", at(9), ConversationRef(id="c"))}
    key = ("acme", fact.fact_id)
    first = graph_changes(at_once, origins, {key: 2})
    assert [(one.change, one.revision) for one in first] == [(FactChange.OPENED, 1), (FactChange.CLOSED, 2)]
    (reopened,) = graph_changes(shifts([fact], [open_fact], []), origins, {key: 3})
    assert (reopened.change, reopened.revision) == (FactChange.OPENED, 3)
    assert len({one.id for one in (*first, reopened)}) == 3


@pytest.mark.parametrize("text", ["[W:HER-12] is done"])
def test_ids_repeat(text: str) -> None:
    assert [f.fact_id for f in facts(states(1, text))] == [f.fact_id for f in facts(states(1, text))]
