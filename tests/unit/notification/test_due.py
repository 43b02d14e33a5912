"""Deadlines in words, and who is reminded of them."""

from datetime import UTC, datetime, timedelta

import pytest

from plait_notification.due import resolve
from plait_schemas.records import AlertKind, FactChange, Record
from tests.builders import ANN, NOON
from tests.unit.notification.world import (
    BO,
    World,
    assigned,
    due,
    enriched,
    fact,
    people,
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


TUESDAY = utc("2026-03-03T12:00")  # Lisbon is on UTC then, Shanghai eight hours ahead


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("by Friday 5pm", "2026-03-06T17:00"),
        ("Friday", "2026-03-06T18:00"),
        ("Tuesday", "2026-03-03T18:00"),
        ("next Friday", "2026-03-13T18:00"),
        ("this Thursday at 10:30", "2026-03-05T10:30"),
        ("tomorrow", "2026-03-04T18:00"),
        ("tomorrow morning", "2026-03-04T12:00"),
        ("the day after tomorrow", "2026-03-05T18:00"),
        ("tonight", "2026-03-03T23:59"),
        ("today noon", "2026-03-03T12:00"),
        ("EOD", "2026-03-03T18:00"),
        ("end of the week", "2026-03-06T18:00"),
        ("next week", "2026-03-13T18:00"),
        ("end of month", "2026-03-31T17:00"),
        ("in 2 days", "2026-03-05T18:00"),
        ("within a week", "2026-03-10T18:00"),
        ("within 3 hours", "2026-03-03T15:00"),
        ("before 12 March", "2026-03-12T18:00"),
        ("March 12th, 2027", "2027-03-12T18:00"),
        ("January 5", "2027-01-05T18:00"),
        ("2026-03-09 9am", "2026-03-09T09:00"),
        ("12am tomorrow", "2026-03-04T00:00"),
        ("5pm", "2026-03-03T17:00"),
        ("9am", "2026-03-04T09:00"),
    ],
)
def test_english_deadlines(surface: str, expected: str) -> None:
    assert resolve(surface, TUESDAY, "Europe/Lisbon") == utc(expected)


@pytest.mark.parametrize(
    ("surface", "expected"),
    [
        ("週四下午三點", "2026-03-05T07:00"),
        ("下周三前", "2026-03-11T10:00"),
        ("周五", "2026-03-06T10:00"),
        ("本周日", "2026-03-08T10:00"),
        ("下下星期一", "2026-03-16T10:00"),
        ("明天下午三点", "2026-03-04T07:00"),
        ("明天上午", "2026-03-04T04:00"),
        ("今晚", "2026-03-03T15:59"),
        ("后天", "2026-03-05T10:00"),
        ("大后天", "2026-03-06T10:00"),
        ("两天内", "2026-03-05T10:00"),
        ("一周后", "2026-03-10T10:00"),
        ("3小时内", "2026-03-03T15:00"),
        ("3月12日", "2026-03-12T10:00"),
        ("2026年4月1号十点半", "2026-04-01T02:30"),
        ("月底前", "2026-03-31T10:00"),
        ("下班前", "2026-03-03T10:00"),
        ("下周", "2026-03-13T10:00"),
        ("周五十二点", "2026-03-06T04:00"),
    ],
)
def test_chinese_deadlines(surface: str, expected: str) -> None:
    assert resolve(surface, TUESDAY, "Asia/Shanghai") == utc(expected)


@pytest.mark.parametrize("surface", ["soon", "Q3", "回头", "31 February", "2026-13-01", "", "99:99", "13月40日"])
def test_what_is_not_understood_is_not_guessed(surface: str) -> None:
    assert resolve(surface, TUESDAY, "UTC") is None


def deadlines(words: str = "by Friday 5pm", *more: Record) -> World:
    return World(*people(), enriched(1, "ok"), assigned("PAY-231", ANN), due("PAY-231", words), *more)


def test_a_deadline_is_announced_a_day_before_and_missed_once() -> None:
    world = deadlines()
    assert world.tick(utc("2026-03-05T16:59")) == []
    [soon] = world.tick(utc("2026-03-05T17:00"))
    assert (soon.kind, soon.recipient, soon.title) == (AlertKind.DUE_SOON, "ann", "PAY-231 is due soon")
    assert soon.body == "Due Fri 6 Mar, 17:00 (“by Friday 5pm”)."
    assert world.tick(utc("2026-03-06T16:00")) == []
    [missed] = world.tick(utc("2026-03-06T17:00"))
    assert (missed.kind, missed.occurred_at) == (AlertKind.OVERDUE, utc("2026-03-06T17:00"))
    assert world.tick(utc("2026-03-07T17:00")) == []


def test_reminders_in_chinese_use_the_persons_zone() -> None:
    world = World(*people(), enriched(1), assigned("登录问题", BO), due("登录问题", "下周三前"))
    [soon] = world.tick(utc("2026-03-10T10:00"))
    assert soon.title == "登录问题即将到期"
    assert soon.body == "截止时间：3月11日周三 18:00（“下周三前”）。"
    [missed] = world.tick(utc("2026-03-12T10:00"))
    assert missed.title == "登录问题已逾期"


def test_no_reminder_without_owner_when_done_moved_vague_or_long_past() -> None:
    moment = utc("2026-03-06T12:00")
    assert World(*people(), enriched(1), due("PAY-231", "Friday 5pm")).tick(moment) == []
    assert deadlines("Friday 5pm", fact(("WORK", "PAY-231"), "status", ("STATUS", "done"))).tick(moment) == []
    moved = due("PAY-231", "Friday 5pm", change=FactChange.CLOSED, until=NOON + timedelta(hours=1))
    assert deadlines("Friday 5pm", moved).tick(moment) == []
    assert deadlines("soon").tick(moment) == []
    assert deadlines("Friday 5pm").tick(moment + timedelta(days=20)) == []
    stranger = World(enriched(1), assigned("PAY-231", ANN), due("PAY-231", "Friday 5pm"))
    assert stranger.tick(moment) == []
    owners = stranger.view.of("orchard").owners
    owners["x"] = {"ghost"}
    stranger.view.of("orchard").spoken["ann okafor"] = {"x"}
    assert stranger.tick(moment + timedelta(minutes=1)) == []
