"""From assertions to facts: intervals of one property of one thing, as one audience knows it.

The result depends on the set of assertions alone. Of a functional predicate, a later assertion with another object
closes the earlier fact; with the same object it adds evidence. Other predicates hold until all evidence is withdrawn.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import zip_longest
from json.encoder import encode_basestring as quoted

from plait_knowledge_graph.graph.names import TIME
from plait_knowledge_graph.graph.rows import AssertionRow, ChainKey, FactRow, Json
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


def shifts(old: Iterable[FactRow], new: Iterable[FactRow], causes: Iterable[AssertionRow]) -> list[Shift]:
    """What changed from the stored facts to the new ones.

    More evidence for the same interval is no change; evidence that was told and is gone is told, as the fact again.
    """
    before, after = _by_id(old), _by_id(new)
    changed = sorted(
        (fact for id_, fact in after.items() if _shifted(before.get(id_), fact)),
        key=lambda fact: (fact.valid_from, fact.fact_id),
    )
    index = _causes(causes, {(fact.chain, at) for fact in changed for at in (fact.valid_from, fact.valid_to)})
    found = [Shift(FactChange.WITHDRAWN, before[id_], None) for id_ in sorted(before.keys() - after.keys())]
    for fact in changed:
        if fact.fact_id not in before or fact.valid_to is None:
            cause = index.get((fact.chain, fact.valid_from))
            found.append(Shift(FactChange.OPENED, fact._replace(valid_to=None), cause))
        if fact.valid_to is not None:
            found.append(Shift(FactChange.CLOSED, fact, index.get((fact.chain, fact.valid_to))))
    return found


def _shifted(known: FactRow | None, fact: FactRow) -> bool:
    return known is None or known.valid_to != fact.valid_to or _lost(known, fact)


def _lost(known: FactRow, fact: FactRow) -> bool:
    if fact.evidence.startswith(known.evidence[:-1]):
        return False  # as it was, or with more at the end
    kept = {(place["message_id"], place["event_id"]) for place in json.loads(fact.evidence)}
    return any((place["message_id"], place["event_id"]) not in kept for place in json.loads(known.evidence))


def same(one: FactRow, other: FactRow) -> bool:
    """Whether two rows of a fact say the same, however their JSON is spaced."""
    if one == other:
        return True
    if one.valid_to != other.valid_to:
        return False
    return one._replace(evidence="", conversations="") == other._replace(evidence="", conversations="") and all(
        json.loads(text) == json.loads(stored)
        for text, stored in ((one.evidence, other.evidence), (one.conversations, other.conversations))
    )


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
    return FactRow(
        workspace=first.workspace,
        fact_id=_fact_id(*parts),
        audience=first.audience,
        predicate=first.predicate,
        subject_id=first.subject_id,
        subject_label=first.subject_label,
        subject_name=min([a.subject_name for a in evidence]),
        object_id=first.object_id,
        object_label=first.object_label,
        object_name=min([a.object_name for a in evidence]),
        valid_from=first.occurred_at,
        valid_to=valid_to,
        recorded_at=first.received_at,
        confidence=min([a.confidence for a in evidence]),
        evidence=_places(evidence[:MAX_EVIDENCE]),
        conversations="[" + ", ".join(map(quoted, sorted({a.conversation_id for a in evidence}))) + "]",
        model_name=first.model_name,
        model_revision=first.model_revision,
    )


def _places(evidence: Iterable[AssertionRow]) -> Json:
    """As PostgreSQL prints jsonb, so that what did not change compares as text: shorter keys first, spaced so."""
    places = [
        f'{{"end": {a.span_end}, "start": {a.span_start}, '
        f'"event_id": {quoted(a.event_id)}, "message_id": {quoted(a.message_id)}}}'
        for a in evidence
    ]
    return f"[{', '.join(places)}]"


def _by_id(rows: Iterable[FactRow]) -> Mapping[str, FactRow]:
    return {row.fact_id: row for row in rows}


def _causes(
    assertions: Iterable[AssertionRow], wanted: Set[tuple[ChainKey, datetime | None]]
) -> Mapping[tuple[ChainKey, datetime], AssertionRow]:
    found: dict[tuple[ChainKey, datetime], AssertionRow] = {}
    for assertion in assertions:
        key = assertion.chain, assertion.occurred_at
        if key in wanted and (key not in found or _order(assertion) < _order(found[key])):
            found[key] = assertion
    return found


@lru_cache(maxsize=2**14)
def _fact_id(*parts: str | datetime) -> str:
    """Derived from what makes the fact itself; kept, as a chain that is alive comes again and again."""
    return derived_id("fact", *parts)
