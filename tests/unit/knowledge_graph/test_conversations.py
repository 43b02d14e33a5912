"""Settled conversations: state, clock, request."""

from datetime import UTC, datetime, timedelta

from plait_knowledge_graph.graph.conversations import (
    Clock,
    Standing,
    clock,
    offset_minutes,
    request,
    state_of,
    trimmed,
)  # fmt: skip
from plait_knowledge_graph.graph.rows import Place, WatermarkRow
from plait_knowledge_graph.testing import at, person
from plait_schemas.records import ConversationRef, Tags

PLACE = Place("acme", "chat:heron", "group:x")


def standing(number: int, minute: float, tags: Tags | None = None, title: str = "Heron") -> Standing:
    return Standing(
        message_id=f"m{number}", event_id=f"e{number}", conversation=ConversationRef(id="chat:heron", title=title),
        author=person("Mara Okafor"), mentions=[person("Rui Salgueiro")], sent_at=at(minute), occurred_at=at(minute),
        text=f"text {number}", tags=tags, timezone="Asia/Shanghai",
    )  # fmt: skip


def test_state_depends_on_the_set_of_versions() -> None:
    assert state_of([("b", "2"), ("a", "1")]) == state_of([("a", "1"), ("b", "2")])
    assert len({state_of([]), state_of([("a", "1")]), state_of([("a", "2")]), state_of([("a", "1"), ("b", "2")])}) == 4


def test_clock_ticks_on_between_events() -> None:
    mark = WatermarkRow(workspace="acme", messages_at=at(10), enriched_at=at(5), seen_at=at(1000))
    assert clock(mark, at(1003)) == Clock(at(13), at(8))
    assert clock(mark, at(900)) == Clock(at(10), at(5))
    fresh = WatermarkRow(workspace="acme", messages_at=at(10), enriched_at=None, seen_at=at(1000))
    assert clock(fresh, at(1000)) == Clock(at(10), at(10))


def test_request_says_what_the_summary_needs() -> None:
    made = request(PLACE, "s", [standing(2, 7, title="Heron, new"), standing(1, 3)], at(99))
    assert [message.message_id for message in made.messages] == ["m1", "m2"]
    assert (made.conversation.title, made.audience.group, made.occurred_at, made.settled_at) == (
        "Heron, new", "x", at(7), at(99),
    )  # fmt: skip
    assert [person.name for person in made.participants] == ["Mara Okafor", "Rui Salgueiro"]
    assert made.messages[0].utc_offset_minutes == 480
    assert made.id == request(PLACE, "s", [standing(1, 3)], at(1)).id
    assert made.id != request(PLACE._replace(audience="public"), "s", [standing(1, 3)], at(99)).id


def test_offsets_follow_daylight_saving_and_strange_zones_are_utc() -> None:
    assert offset_minutes("Europe/Lisbon", datetime(2026, 1, 5, tzinfo=UTC)) == 0
    assert offset_minutes("Europe/Lisbon", datetime(2026, 7, 5, tzinfo=UTC)) == 60
    assert [offset_minutes(zone, at(0)) for zone in ("Mars/Olympus", "", "../etc")] == [0, 0, 0]


def test_trimmed_keeps_the_latest_that_fit() -> None:
    messages = [standing(number, number) for number in range(10)]
    assert [m.message_id for m in trimmed(messages, lambda kept: len(kept) <= 3)] == ["m7", "m8", "m9"]
    assert [m.message_id for m in trimmed(messages, lambda kept: False)] == ["m9"]
    assert len(trimmed(messages, lambda kept: True)) == 10


def test_quiet_is_a_matter_of_event_time() -> None:
    mark = WatermarkRow(workspace="acme", messages_at=at(0), enriched_at=at(0), seen_at=at(0))
    assert clock(mark, at(0) + timedelta(seconds=1800)).messages - at(0) == timedelta(minutes=30)
