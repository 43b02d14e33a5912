"""A batch of records as a plan of what to write: pure. What stands after it is decided by rank, never by order."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeVar

from plait_knowledge_graph.graph import guards
from plait_knowledge_graph.graph.audiences import audience_key
from plait_knowledge_graph.graph.messages import Reading, encode, read_enrichment, read_message, usable, vector_text
from plait_knowledge_graph.graph.rows import MembershipRow, ProfileRow, SummaryRow, VectorRow, WatermarkRow
from plait_schemas.records import Answer, Enrichment, Membership, Message, Profile, Record, Summary
from plait_shared.codec import Received
from plait_shared.errors import BadRecord
from plait_shared.stage import Batch

Row = TypeVar("Row")
SKEW = timedelta(minutes=5)
"""An event from further in the future has a wrong clock; it must not make every conversation look quiet."""


class _InWorkspace(Protocol):
    @property
    def workspace(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch wants written: at most one row a key. ``traces``: trace context by event id."""

    now: datetime
    readings: Sequence[Reading] = ()
    summaries: Sequence[SummaryRow] = ()
    memberships: Sequence[MembershipRow] = ()
    profiles: Sequence[ProfileRow] = ()
    vectors: Sequence[VectorRow] = ()
    watermarks: Sequence[WatermarkRow] = ()
    traces: Mapping[str, str] = field(default_factory=dict)
    rejected: Sequence[tuple[Received[Record], BadRecord]] = ()

    @property
    def workspaces(self) -> list[str]:
        """Every workspace that the plan touches, sorted."""
        kinds: tuple[Sequence[_InWorkspace], ...] = (
            self.summaries, self.memberships, self.profiles, self.vectors, self.watermarks,
        )  # fmt: skip
        named = {row.workspace for rows in kinds for row in rows}
        return sorted(named | {reading.row.workspace for reading in self.readings})


@dataclass
class _Draft:
    readings: list[Reading] = field(default_factory=list)
    summaries: list[SummaryRow] = field(default_factory=list)
    memberships: list[MembershipRow] = field(default_factory=list)
    profiles: list[ProfileRow] = field(default_factory=list)
    vectors: list[VectorRow] = field(default_factory=list)
    watermarks: list[WatermarkRow] = field(default_factory=list)


def plan(batch: Batch, now: datetime, dimensions: int) -> Plan:
    """What to write for a batch; records that can't be stored are rejected one by one."""
    draft, traces, rejected = _Draft(), dict[str, str](), list[tuple[Received[Record], BadRecord]]()
    for received in batch:
        try:
            guards.check(received.record)
            _draft(draft, received.record, now, dimensions)
        except BadRecord as exc:
            rejected.append((received, exc))
            continue
        if received.traceparent:
            traces[_event(received.record)] = received.traceparent
    return Plan(
        now=now,
        readings=_greatest(draft.readings, lambda r: r.row.key, lambda r: r.row.rank),
        summaries=_greatest(
            draft.summaries, lambda s: (s.workspace, s.conversation_id, s.audience, s.state), lambda s: (s.rank,)
        ),
        memberships=_greatest(draft.memberships, lambda m: (m.workspace, m.group_id, m.member_id), _moment),
        profiles=_greatest(draft.profiles, lambda p: (p.workspace, p.user_id), _moment),
        vectors=_greatest(draft.vectors, lambda v: (v.workspace, v.request_id), lambda v: (v.embedding,)),
        watermarks=_watermarks(draft.watermarks),
        traces=traces,
        rejected=rejected,
    )


def _draft(draft: _Draft, record: Record, now: datetime, dimensions: int) -> None:
    match record:
        case Message():
            draft.readings.append(read_message(record))
            draft.watermarks.append(_watermark(record.workspace, record.occurred_at, None, now))
        case Enrichment():
            draft.readings.append(read_enrichment(record, dimensions))
            at = record.message.occurred_at
            draft.watermarks.append(_watermark(record.message.workspace, at, at, now))
        case Summary():
            draft.summaries.append(_summary(record))
        case Membership():
            draft.memberships.append(_membership(record))
        case Profile():
            draft.profiles.append(_profile(record))
        case Answer() if len(record.embedding) == dimensions and usable(record.embedding):
            draft.vectors.append(_vector(record, now))
        case _:
            pass


def _event(record: Record) -> str:
    return str(record.message.id if isinstance(record, Enrichment) else record.id)


def _watermark(workspace: str, at: datetime, enriched: datetime | None, now: datetime) -> WatermarkRow:
    latest = now + SKEW
    return WatermarkRow(
        workspace=workspace,
        messages_at=min(at, latest),
        enriched_at=min(enriched, latest) if enriched else None,
        seen_at=now,
    )


def _watermarks(rows: Iterable[WatermarkRow]) -> list[WatermarkRow]:
    found: dict[str, WatermarkRow] = {}
    for row in rows:
        known = found.setdefault(row.workspace, row)
        enriched = [at for at in (known.enriched_at, row.enriched_at) if at]
        found[row.workspace] = known._replace(
            messages_at=max(known.messages_at, row.messages_at), enriched_at=max(enriched, default=None)
        )
    return [found[workspace] for workspace in sorted(found)]


def _summary(record: Summary) -> SummaryRow:
    return SummaryRow(
        workspace=record.workspace,
        conversation_id=record.conversation.id,
        audience=audience_key(record.audience),
        state=record.state,
        rank=encode([record.model.revision, record.id]),
        settled_at=record.settled_at,
        record=encode(record.to_avro()),
    )


def _membership(record: Membership) -> MembershipRow:
    return MembershipRow(
        workspace=record.workspace,
        group_id=record.group,
        member_id=record.member.id,
        occurred_at=record.occurred_at,
        inactive=not record.active,
        id=record.id,
        title=record.title,
        name=record.member.name,
    )


def _profile(record: Profile) -> ProfileRow:
    return ProfileRow(
        workspace=record.workspace,
        user_id=record.user,
        occurred_at=record.occurred_at,
        inactive=not record.active,
        id=record.id,
        name=record.name,
        identities=encode(sorted(set(record.identities))),
        timezone=record.timezone,
    )


def _vector(record: Answer, now: datetime) -> VectorRow:
    return VectorRow(
        workspace=record.workspace,
        request_id=record.source_event,
        embedding=vector_text(record.embedding),
        answered_at=now,
    )


def _moment(row: MembershipRow | ProfileRow) -> tuple[datetime, bool, str]:
    return row.occurred_at, row.inactive, row.id


def _greatest(
    rows: Iterable[Row], key: Callable[[Row], tuple[str, ...]], rank: Callable[[Row], tuple[Any, ...]]
) -> list[Row]:
    """One row a key, the greatest; sorted by key, so that two writers never wait for each other in a circle."""
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        at = key(row)
        if at not in found or rank(row) > rank(found[at]):
            found[at] = row
    return [found[at] for at in sorted(found)]
