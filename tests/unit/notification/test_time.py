"""Digests, quiet hours, local moments and the clock."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from plait_notification.delivery import plan
from plait_notification.localtime import (
    day_of,
    digest_moments,
    is_quiet,
    local_moment,
    parse_clock,
    quiet_until,
    zone,
)
from plait_schemas.records import AlertKind, ConversationRef, DeadLetter, Decision, FactChange
from tests.builders import ANN, NOON, group, message
from tests.unit.notification.world import (
    BO,
    CY,
    World,
    assigned,
    enriched,
    evidence,
    fact,
    profile,
    summary,
    told,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "wall", "expected"),
    [
        ("Europe/Lisbon", "2026-03-29T01:30", "2026-03-29T01:00"),  # 1:00 becomes 2:00
        ("Europe/Lisbon", "2026-10-25T01:30", "2026-10-25T00:30"),  # comes twice: the first
        ("America/New_York", "2026-03-08T02:15", "2026-03-08T07:00"),
        ("America/New_York", "2026-11-01T01:00", "2026-11-01T05:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-03T15:30"),  # half an hour
        ("Africa/Nairobi", "2026-06-01T08:00", "2026-06-01T05:00"),
        ("Asia/Shanghai", "2026-06-01T08:00", "2026-06-01T00:00"),
        ("Asia/Kathmandu", "2026-06-01T08:00", "2026-06-01T02:15"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-30T10:00"),  # a day that never was
    ],
)
def test_local_moments_are_right_across_changes(name: str, wall: str, expected: str) -> None:
    shown = datetime.fromisoformat(wall)
    assert local_moment(shown.date(), shown.time(), ZoneInfo(name)) == utc(expected)


def test_an_unknown_zone_is_utc() -> None:
    assert zone("Mars/Olympus").key == zone("../etc").key == "UTC"


@pytest.mark.parametrize(
    ("text", "expected"), [("07:30", time(7, 30)), ("24:00", None), ("7", None), ("", None), ("a:b", None)]
)
def test_clock_times(text: str, expected: time | None) -> None:
    assert parse_clock(text) == expected


def test_quiet_hours_over_midnight_and_across_a_change() -> None:
    person = profile("ann", ANN, quiet_start="22:00", quiet_end="07:00")
    assert quiet_until(utc("2026-03-28T23:00"), person) == utc("2026-03-29T06:00")  # summer time began
    assert quiet_until(utc("2026-03-29T12:00"), person) == utc("2026-03-29T12:00")
    assert not is_quiet(utc("2026-03-28T23:00"), profile("ann", ANN, quiet_start="22:00", quiet_end="22:00"))
    assert quiet_until(utc("2026-03-03T12:30"), replace(person, quiet_start="12:00", quiet_end="13:00")) == utc(
        "2026-03-03T13:00"
    )


def test_quiet_hours_that_end_in_the_hour_that_comes_twice() -> None:
    person = profile("ann", ANN, quiet_start="22:00", quiet_end="01:30")
    assert quiet_until(utc("2026-10-25T01:10"), person) == utc("2026-10-25T01:30")


def test_digest_moments_follow_the_wall_clock() -> None:
    person = profile("ann", ANN, digest_hour=1)
    moments = digest_moments(utc("2026-03-27T12:00"), utc("2026-03-30T12:00"), person)
    assert moments == [utc("2026-03-28T01:00"), utc("2026-03-29T01:00"), utc("2026-03-30T00:00")]
    assert digest_moments(NOON, NOON, person) == digest_moments(NOON, utc("2027-01-01T00:00"), profile("a", ANN)) == []
    assert day_of(date(2026, 3, 29), person)[1] - day_of(date(2026, 3, 29), person)[0] == timedelta(hours=23)


def digest_world(**changes: object) -> World:
    reader = profile("bo", BO, timezone="Asia/Shanghai", language="zh", digest_hour=8, **changes)
    talk = [enriched(n, f"note {n}", "status") for n in range(4, 7)]
    return World(
        profile("ann", ANN), reader,
        enriched(1, "Bo, who tests?", "question", mentions=(BO,)), enriched(2, "ok", "agreement", author=CY),
        enriched(3, "PAY-9 is stuck", "blocker"), *talk, summary(), assigned("PAY-231", BO),
    )  # fmt: skip


def test_the_digest_comes_at_the_persons_hour_with_what_they_may_see() -> None:
    world = digest_world()
    assert world.tick(utc("2026-03-03T23:59")) == []
    [digest] = [alert for alert in world.tick(utc("2026-03-04T00:00")) if alert.kind is AlertKind.DIGEST]
    assert (digest.recipient, digest.occurred_at) == ("bo", utc("2026-03-04T00:00"))
    assert digest.title == "每日摘要：3月3日周二 08:00 起"
    shown = ["- Release on Friday", "- Send the notes（截止“Friday”）", "- PAY-231", "- Who tests it?"]
    shown += ["- Bo, who tests?（Ann Okafor）", "- PAY-9 is stuck（Ann Okafor）", "- \\#dev（消息数：6）"]
    assert [line for line in shown if line not in digest.body] == []
    assert "Release today" not in digest.body
    assert world.tick(utc("2026-03-04T00:01")) == []
    assert [a for a in world.tick(utc("2026-03-05T00:01")) if a.kind is AlertKind.DIGEST] == []


def test_a_digest_with_nothing_to_say_or_nothing_to_see_does_not_come() -> None:
    world = World(profile("bo", BO, digest_hour=8), enriched(1, "hm", "social"))
    assert world.tick(NOON + timedelta(days=2)) == []
    hidden = [enriched(n, "stuck", "blocker", audience=group("board")) for n in range(1, 5)]
    assert World(profile("bo", BO, digest_hour=8), *hidden).tick(NOON + timedelta(days=2)) == []
    gone = digest_world(active=False)
    assert [a for a in gone.tick(utc("2026-03-04T00:00")) if a.kind is AlertKind.DIGEST] == []


def test_a_digest_rests_on_all_its_lines_and_leaves_out_words_that_were_edited() -> None:
    world = digest_world()
    places = [replace(evidence(n), start=n) for n in range(100, 170)]
    world.add(summary("s2", NOON + timedelta(hours=2), decisions=(Decision(text="Long", evidence=tuple(places)),)))
    world.view.of("orchard").replaced[enriched(3).message.id] = NOON
    [digest] = [alert for alert in world.tick(utc("2026-03-04T00:00")) if alert.kind is AlertKind.DIGEST]
    assert set(places) < set(digest.evidence)
    assert "PAY-9 is stuck" not in digest.body


def test_an_answered_question_and_a_deleted_one_leave_the_digest() -> None:
    world = digest_world()
    world.add(enriched(7, "I do", "information", author=BO))
    world.view.of("orchard").deleted[evidence(2).message_id] = NOON
    [digest] = [alert for alert in world.tick(utc("2026-03-04T00:00")) if alert.kind is AlertKind.DIGEST]
    assert "Bo, who tests?" not in digest.body
    assert "Who tests it?" not in digest.body
    assert "Send the notes" not in digest.body


def test_a_week_that_is_replayed_at_once_gives_a_digest_each_day() -> None:
    arrived = utc("2026-11-20T09:00")
    world = World(profile("ann", ANN, digest_hour=18))
    for day in range(7):
        at = NOON + timedelta(days=day)
        world.add(enriched(day, f"stuck {day}", "blocker", at=at, received_at=arrived, author=CY))
    world.tick(arrived)
    last = world.tick(arrived + timedelta(hours=6))
    digests = world.of(AlertKind.DIGEST)
    assert [alert.occurred_at.day for alert in digests] == [3, 4, 5, 6, 7, 8, 9]
    assert told(last) == [("digest", "ann")]
    assert all(f"stuck {day}" in alert.body for day, alert in enumerate(digests))


def test_what_only_might_be_a_blocker_is_not_in_the_digest() -> None:
    world = World(profile("ann", ANN, digest_hour=18))
    maybe = enriched(1, "The fix is live, I see no blocker today.", "status", "blocker", author=CY)
    assert maybe.tags is not None
    unsure = tuple(replace(tag, score=0.5 if tag.label == "blocker" else 0.9) for tag in maybe.tags.intents)
    world.add(replace(maybe, tags=replace(maybe.tags, intents=unsure)))
    world.add(enriched(2, "PAY-231 is stuck, no key", "blocker", "status", author=CY))
    world.tick(NOON + timedelta(days=1))
    [digest, *_] = world.of(AlertKind.DIGEST)
    assert "PAY-231 is stuck" in digest.body
    assert "no blocker today" not in digest.body


def test_the_clock_runs_with_the_least_delay_and_never_ahead() -> None:
    world = World()
    workspace = world.view.of("orchard")
    assert workspace.clock(NOON) is None
    assert world.tick(NOON) == []
    world.add(enriched(1, at=NOON, received_at=NOON + timedelta(days=300)))
    assert workspace.clock(NOON + timedelta(days=301)) == NOON + timedelta(days=1)
    world.add(enriched(2, at=NOON, received_at=NOON - timedelta(hours=1)))
    assert workspace.clock(NOON) == NOON


def letter() -> DeadLetter:
    return DeadLetter(
        id="l", stage="ingest", topic="t", partition=0, offset=0, error="BadRecord", cause="", code_version="1",
        occurred_at=NOON,
    )  # fmt: skip


def test_old_material_is_forgotten() -> None:
    other = ConversationRef(id="chat:old", title="")
    world = digest_world()
    world.add(
        enriched(20, "why?", "question", reply_to=message(1).message_id, mentions=(BO,), conversation=other),
        assigned("OLD-1", ANN, change=FactChange.CLOSED, until=NOON + timedelta(hours=1)),
        assigned("OLD-1", BO, change=FactChange.WITHDRAWN),
        fact(("PERSON", "Bo"), "works_on", ("WORK", "x"), change=FactChange.WITHDRAWN),
    )
    for alert in world.alerts:
        world.add(alert, *plan(alert, profile(alert.recipient, BO)))
    world.add(letter())
    world.tick(NOON + timedelta(days=1))
    workspace = world.view.of("orchard")
    assert workspace.messages
    world.tick(NOON + timedelta(days=40))
    kept = [workspace.messages, workspace.conversations, workspace.summaries, workspace.alerts, workspace.history]
    assert not any([*kept, workspace.replies])
    assert {change.change for change in workspace.facts.values()} == {FactChange.OPENED}
    assert "old-1" not in workspace.about
    assert workspace.raised
