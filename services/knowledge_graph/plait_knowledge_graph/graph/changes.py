"""What the graph learned, as records."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from plait_knowledge_graph.graph.audiences import audience_of
from plait_knowledge_graph.graph.chains import Shift
from plait_knowledge_graph.graph.rows import FactRow
from plait_schemas.ids import derived_id
from plait_schemas.records import ConversationRef, Evidence, Fact, FactChange, GraphChange, Model, Node


@dataclass(frozen=True, slots=True)
class Origin:
    """The message that a change comes from, as it stands now."""

    workspace: str
    message_id: str
    event_id: str
    occurred_at: datetime
    conversation: ConversationRef


def origin_of(shift: Shift) -> tuple[str, str]:
    """(workspace, message id) of the message that a shift comes from."""
    if shift.cause is not None:
        return shift.fact.workspace, shift.cause.message_id
    return shift.fact.workspace, str(json.loads(shift.fact.evidence)[0]["message_id"])


def shifts_by_fact(shifts: Iterable[Shift]) -> Mapping[tuple[str, str], int]:
    """How many shifts each (workspace, fact id) has."""
    return Counter((shift.fact.workspace, shift.fact.fact_id) for shift in shifts)


def graph_changes(
    shifts: Sequence[Shift], origins: Mapping[tuple[str, str], Origin], revisions: Mapping[tuple[str, str], int]
) -> list[GraphChange]:
    """One record a shift, in their order; ``revisions`` says how many changes each fact has had, with these."""
    following = Counter(shifts_by_fact(shifts))
    changes = []
    for shift in shifts:
        key = (shift.fact.workspace, shift.fact.fact_id)
        following[key] -= 1
        changes.append(_change(shift, origins[origin_of(shift)], revisions[key] - following[key]))
    return changes


def _change(shift: Shift, origin: Origin, revision: int) -> GraphChange:
    row = shift.fact
    until = row.valid_to if row.valid_to is not None else "open"
    return GraphChange(
        id=derived_id("graph-change", row.fact_id, shift.change.value, until, revision),
        workspace=row.workspace,
        change=shift.change,
        fact=fact(row),
        revision=revision,
        conversation=origin.conversation,
        audience=audience_of(row.audience),
        source_event=shift.cause.event_id if shift.cause else origin.event_id,
        model=Model(name=row.model_name, revision=row.model_revision),
        occurred_at=_when(shift, origin),
    )


def _when(shift: Shift, origin: Origin) -> datetime:
    match shift.change:
        case FactChange.OPENED:
            return shift.fact.valid_from
        case FactChange.CLOSED:
            assert shift.fact.valid_to is not None
            return shift.fact.valid_to
        case FactChange.WITHDRAWN:
            return origin.occurred_at
        case _:
            assert_never(shift.change)


def fact(row: FactRow) -> Fact:
    """A row as the record that others see."""
    return Fact(
        id=row.fact_id,
        subject=Node(id=row.subject_id, label=row.subject_label, name=row.subject_name),
        predicate=row.predicate,
        object=Node(id=row.object_id, label=row.object_label, name=row.object_name),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        recorded_at=row.recorded_at,
        confidence=row.confidence,
        evidence=tuple(Evidence(**place) for place in json.loads(row.evidence)),
    )
