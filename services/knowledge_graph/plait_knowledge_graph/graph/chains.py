"""From assertions to facts: intervals of one property of one thing, as one audience knows it.

The result depends on the set of assertions alone. Of a functional predicate, a later assertion with another object
closes the earlier fact; with the same object it adds evidence. Other predicates hold until all evidence is withdrawn.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest

from plait_knowledge_graph.graph.names import TIME
from plait_knowledge_graph.graph.rows import AssertionRow, ChainKey, FactRow
from plait_schemas.ids import derived_id
from plait_schemas.records import FactChange

FUNCTIONAL = frozenset({"assigned_to", "due", "status"})
MAX_EVIDENCE = 32
"""A fact said a thousand times keeps the first few places; the rest says nothing new."""


@dataclass(frozen=True, slots=True)
class Shift:
    """What happened to a fact; ``fact`` as it is after it, ``cause`` the assertion that brought it, if there is one."""

    change: FactChange
    fact: FactRow
    cause: AssertionRow | None


def facts(assertions: Iterable[AssertionRow]) -> list[FactRow]:
    """All facts of the given assertions, which must be whole chains."""
    chains: dict[ChainKey, list[AssertionRow]] = defaultdict(list)
    for assertion in assertions:
        chains[assertion.chain].append(assertion)
    return [fact for key in sorted(chains) for fact in _chain(sorted(chains[key], key=_order))]


def shifts(old: Iterable[FactRow], new: Iterable[FactRow], causes: Sequence[AssertionRow]) -> list[Shift]:
    """What changed from the stored facts to the new ones.

    More evidence for the same interval is no change; evidence that was told and is gone is told, as the fact again.
    """
    before, after = _by_id(old), _by_id(new)
    found = [Shift(FactChange.WITHDRAWN, before[id_], None) for id_ in sorted(before.keys() - after.keys())]
    index = _causes(causes)
    for id_ in sorted(after, key=lambda id_: (after[id_].valid_from, id_)):
        fact, known = after[id_], before.get(id_)
        if known is not None and known.valid_to == fact.valid_to and not _lost(known, fact):
            continue
        if known is None or fact.valid_to is None:
            found.append(
                Shift(FactChange.OPENED, replace(fact, valid_to=None), index.get((fact.chain, fact.valid_from)))
            )
        if fact.valid_to is not None:
            found.append(Shift(FactChange.CLOSED, fact, index.get((fact.chain, fact.valid_to))))
    return found


def _lost(known: FactRow, fact: FactRow) -> bool:
    kept = {(place["message_id"], place["event_id"]) for place in json.loads(fact.evidence)}
    return any((place["message_id"], place["event_id"]) not in kept for place in json.loads(known.evidence))


def same(one: FactRow, other: FactRow) -> bool:
    """Whether two rows of a fact say the same, however their JSON is spaced."""
    return _canonical(one) == _canonical(other)


def _canonical(row: FactRow) -> FactRow:
    evidence, conversations = (
        json.dumps(json.loads(text), sort_keys=True) for text in (row.evidence, row.conversations)
    )
    return replace(row, evidence=evidence, conversations=conversations)


def _order(assertion: AssertionRow) -> tuple[datetime, str, int, int, str]:
    return (
        assertion.occurred_at, assertion.message_id, assertion.span_start, assertion.ordinal, assertion.object_id,
    )  # fmt: skip


def _chain(ordered: list[AssertionRow]) -> Iterator[FactRow]:
    functional = [a for a in ordered if a.predicate in FUNCTIONAL or _time_of_meeting(a)]
    held = [a for a in ordered if not (a.predicate in FUNCTIONAL or _time_of_meeting(a))]
    yield from _functional(functional)
    objects: dict[str, list[AssertionRow]] = defaultdict(list)
    for assertion in held:
        objects[assertion.object_id].append(assertion)
    for object_id in sorted(objects):
        yield _fact(objects[object_id], None)


def _time_of_meeting(assertion: AssertionRow) -> bool:
    return assertion.predicate == "happens_at" and assertion.object_label == TIME


def _functional(ordered: list[AssertionRow]) -> Iterator[FactRow]:
    runs: list[list[AssertionRow]] = []
    for assertion in ordered:
        if runs and runs[-1][0].occurred_at == assertion.occurred_at and runs[-1][0].object_id != assertion.object_id:
            runs.pop()  # said and unsaid in the same moment: it never held
        if runs and runs[-1][0].object_id == assertion.object_id:
            runs[-1].append(assertion)
        else:
            runs.append([assertion])
    for run, following in zip_longest(runs, runs[1:]):
        yield _fact(run, following[0].occurred_at if following else None)


def _fact(evidence: list[AssertionRow], valid_to: datetime | None) -> FactRow:
    first = evidence[0]
    parts = (first.workspace, first.audience, first.subject_id, first.predicate, first.object_id, first.occurred_at)
    places = [
        {"message_id": a.message_id, "event_id": a.event_id, "start": a.span_start, "end": a.span_end}
        for a in evidence[:MAX_EVIDENCE]
    ]
    return FactRow(
        workspace=first.workspace,
        fact_id=derived_id("fact", *parts),
        audience=first.audience,
        predicate=first.predicate,
        subject_id=first.subject_id,
        subject_label=first.subject_label,
        subject_name=min(a.subject_name for a in evidence),
        object_id=first.object_id,
        object_label=first.object_label,
        object_name=min(a.object_name for a in evidence),
        valid_from=first.occurred_at,
        valid_to=valid_to,
        recorded_at=first.received_at,
        confidence=min(a.confidence for a in evidence),
        evidence=json.dumps(places),
        conversations=json.dumps(sorted({a.conversation_id for a in evidence}), ensure_ascii=False),
        model_name=first.model_name,
        model_revision=first.model_revision,
    )


def _by_id(rows: Iterable[FactRow]) -> Mapping[str, FactRow]:
    return {row.fact_id: row for row in rows}


def _causes(assertions: Sequence[AssertionRow]) -> Mapping[tuple[ChainKey, datetime], AssertionRow]:
    return {(a.chain, a.occurred_at): a for a in sorted(assertions, key=_order, reverse=True)}
