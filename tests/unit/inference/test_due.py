"""Which of several times is when work is due."""

from dataclasses import replace

import pytest

from plait_inference.conversation import Turn
from plait_inference.due import due_of
from tests.unit.inference.conftest import make_reading, make_turns


def said(text: str, *times: str) -> Turn:
    [turn] = make_turns(("Mara", "commitment", text))
    return Turn(turn.id, "Mara", "Mara", turn.time, text, make_reading(text, ["commitment"], times))


@pytest.mark.parametrize(
    ("text", "times", "due", "date"),
    [
        ("I'll have it within two days, I get May back tomorrow.", ("within two days", "tomorrow"), 0, "2026-03-06"),
        ("需求单我今天下班前提，凌晨补贴照旧", ("今天", "凌晨"), 0, "2026-03-04"),
        ("I'll start tonight and send it on Friday.", ("tonight", "Friday"), 1, "2026-03-06"),
        ("On it. You get it on Friday.", ("Friday",), 0, "2026-03-06"),
        ("会我参加，去年的事故我周五前列好", ("去年", "周五"), 1, "2026-03-06"),
    ],
)
def test_one_of_several_times_is_the_deadline(text: str, times: tuple[str, ...], due: int, date: str) -> None:
    assert due_of([said(text, *times)], None, None) == (times[due], date)


@pytest.mark.parametrize(
    "text", ["I'll ring them as soon as we hang up.", "我会后就去找他们", "Straight after, I'll do it."]
)
def test_what_follows_the_meeting_is_due_the_same_day(text: str) -> None:
    due, date = due_of([said(text)], None, None)
    assert due
    assert date == "2026-03-04"


@pytest.mark.parametrize(
    ("text", "time"), [("It has been there since January.", "since January"), ("三天前就提了", "三天前")]
)
def test_what_is_over_is_no_deadline(text: str, time: str) -> None:
    assert due_of([said(text, time)], None, None) == (None, None)


def test_a_length_of_work_counts_from_now_where_no_date_is_said() -> None:
    assert due_of([said("公告我十分钟写好", "十分钟")], None, None) == ("十分钟", "2026-03-04T09:10:00+08:00")
    assert due_of([said("周五开会，留十分钟给我", "周五", "十分钟")], None, None) == ("周五", "2026-03-06")


def test_the_request_has_the_date_where_the_promise_has_none() -> None:
    asked, taken = said("Please send it by Friday.", "by Friday"), said("Will do.")
    assert due_of([asked, taken], asked, (0, len(asked.text))) == ("by Friday", "2026-03-06")


def test_a_time_is_said_where_the_messages_own_is_unknown() -> None:
    assert due_of([replace(said("I'll send it on Friday.", "Friday"), time=None)], None, None) == ("Friday", None)


def test_an_event_of_another_day_is_no_end_of_this_one() -> None:
    assert due_of([said("I'll send it right after the launch.")], None, None) == (None, None)


def test_the_last_day_of_a_term_is_not_over() -> None:
    assert due_of([said("You have it by the last day.", "by the last day")], None, None)[0] == "by the last day"
