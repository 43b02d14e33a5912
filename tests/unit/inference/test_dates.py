from datetime import datetime, timedelta, timezone

import pytest

from plait_inference.dates import resolve

SAID = datetime(2026, 3, 4, 9, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday


@pytest.mark.parametrize(
    ("surface", "when"),
    [
        ("by Friday", "2026-03-06"),
        ("Friday 5pm", "2026-03-06T17:00:00+08:00"),
        ("next Tuesday", "2026-03-10"),
        ("tomorrow morning", "2026-03-05"),
        ("end of day", "2026-03-04"),
        ("end of the month", "2026-03-31"),
        ("end of next week", "2026-03-13"),
        ("March 9", "2026-03-09"),
        ("9th of March", "2026-03-09"),
        ("2026-04-01", "2026-04-01"),
        ("within two weeks", "2026-03-18"),
        ("the 20th", "2026-03-20"),
        ("17:30", "2026-03-04T17:30:00+08:00"),
        ("8:30 am", "2026-03-05T08:30:00+08:00"),
        ("noon tomorrow", "2026-03-05T12:00:00+08:00"),
        ("下周三前", "2026-03-11"),
        ("周五下午三点半", "2026-03-06T15:30:00+08:00"),
        ("明天", "2026-03-05"),
        ("今晚八点", "2026-03-04T20:00:00+08:00"),
        ("后天上午10点", "2026-03-06T10:00:00+08:00"),
        ("月底前", "2026-03-31"),
        ("3月12日", "2026-03-12"),
        ("十二号", "2026-03-12"),
        ("二月一号", "2026-02-01"),
        ("两周内", "2026-03-18"),
        ("三天之内", "2026-03-07"),
        ("周日", "2026-03-08"),
    ],
)
def test_deadlines_resolve_in_the_offset_of_the_message(surface: str, when: str) -> None:
    assert resolve(surface, SAID) == when


@pytest.mark.parametrize("surface", ["soon", "Q3", "as soon as possible", "回头", "31 Feb", "2026-13-40", "month 99"])
def test_what_is_not_a_date_is_not_guessed(surface: str) -> None:
    assert resolve(surface, SAID) is None


def test_a_date_that_passed_long_ago_is_next_years() -> None:
    assert resolve("January 9", datetime(2026, 11, 20, tzinfo=timezone.utc)) == "2027-01-09"  # noqa: UP017
