"""Which of several times is when work is due."""

from dataclasses import replace

import pytest

from plait_inference.conversation import Turn
from plait_inference.due import due_of
from plait_inference.reading import EntitySpan
from tests.unit.inference.conftest import make_reading, make_turns


def said(text: str, *times: str, meeting: str = "", by: str = "Mara", intent: str = "commitment") -> Turn:
    [turn] = make_turns((by, intent, text))
    reading = make_reading(text, [intent], times)
    if meeting:
        start = text.index(meeting)
        span = EntitySpan("MEETING", 0.9, start, start + len(meeting))
        reading = replace(reading, entities=tuple(sorted((*reading.entities, span), key=lambda one: one.start)))
    return Turn(turn.id, by, by, turn.time, text, reading)


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


@pytest.mark.parametrize(
    ("asked", "time", "promise", "due"),
    [
        ("Please talk to the printers this week.", "this week", "I'll ring them right after the call.", "right after"),
        ("麻烦这周找一下印厂", "这周", "会后我就去找", "会后"),
    ],
)
def test_a_promise_for_the_end_of_the_meeting_goes_before_the_date_of_the_request(
    asked: str, time: str, promise: str, due: str
) -> None:
    request, taken = said(asked, time, by="Tom", intent="request"), said(promise)
    surface, date = due_of([request, taken], request, (0, len(asked)))
    assert (surface or "").startswith(due)
    assert date == "2026-03-04"


@pytest.mark.parametrize(
    ("text", "times", "meeting", "due"),
    [
        ("去年的报价我整理好，周五例会前发出来", ("去年",), "周五例会", ("周五例会", "2026-03-06")),
        ("I put last year in, ready before the Monday review.", ("last year",), "Monday review", None),
        ("Six of us on Friday, I book it for the Monday lunch.", ("Friday",), "Monday lunch", ("Friday", "2026-03-06")),
        ("I bring the glasses to the summer evening.", (), "summer evening", (None, None)),
        ("I'll print it for the Tuesday evening class.", (), "Tuesday evening class", None),
    ],
)
def test_a_meeting_gives_the_day_where_it_is_a_deadline_or_nothing_else_does(
    text: str, times: tuple[str, ...], meeting: str, due: tuple[str | None, str | None] | None
) -> None:
    dates = {"Monday review": "2026-03-09", "Tuesday evening class": "2026-03-10"}
    assert due_of([said(text, *times, meeting=meeting)], None, None) == (due or (meeting, dates[meeting]))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("From Monday nobody parks there, I'll put up a sign.", "Monday"),
        ("Prices are up 9 March onwards, I'll tell the shops.", "9 March"),
        ("新价3月9日起执行，我通知门店", "3月9日"),
    ],
)
def test_what_holds_from_a_day_on_is_no_deadline(text: str, time: str) -> None:
    assert due_of([said(text, time)], None, None) == (None, None)


def test_two_hours_on_a_day_are_no_beginning() -> None:
    assert due_of([said("I'll be there at 2pm on the 9th.", "2pm")], None, None)[0] == "2pm"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("I'll proof the flyer before it goes to print, I promise.", "before it goes to print"),
        ("Whenever you've a free minute, sort the keys.", "Whenever you've a free minute"),
        ("Send me the plan when you get round to it.", "when you get round to it"),
        ("I'll leave the lamp on till the courier has been.", "till the courier has been"),
        ("节后我把钥匙还你", "节后"),
        ("开业前，菜单我再核一遍", "开业前"),
    ],
)
def test_what_has_to_happen_first_is_said_without_a_date(text: str, due: str) -> None:
    assert due_of([said(text)], None, None) == (due, None)


@pytest.mark.parametrize("text", ["目前，我在改", "三天前，我就写了", "之前，我也说过会改"])
def test_what_was_before_is_nothing_that_has_to_happen(text: str) -> None:
    assert due_of([said(text)], None, None) == (None, None)


@pytest.mark.parametrize(
    ("text", "time", "meeting", "due"),
    [
        ("I'll hand it over at the harbour meeting.", (), "harbour meeting", "at the harbour meeting"),
        ("I'll paint the fence, May perhaps.", ("May",), "", "May"),
        ("围栏我六月刷", ("六月",), "", "六月"),
    ],
)
def test_a_meeting_without_a_day_and_a_month_are_said_without_a_date(
    text: str, time: tuple[str, ...], meeting: str, due: str
) -> None:
    assert due_of([said(text, *time, meeting=meeting)], None, None) == (due, None)


def test_a_date_goes_before_what_has_to_happen_first() -> None:
    request = said("Please proof it by Friday.", "by Friday", by="Tom", intent="request")
    taken = said("I'll do it before it goes to print.")
    assert due_of([request, taken], request, (0, 26)) == ("by Friday", "2026-03-06")


def test_an_appointment_beside_gives_the_day_where_the_promise_has_none() -> None:
    appointed = said("The lift is inspected on Friday.", "Friday", by="Tom", intent="schedule")
    assert due_of([said("I'll let them in.")], None, None, [appointed]) == ("Friday", "2026-03-06")
    assert due_of([said("I'll let them in tomorrow.", "tomorrow")], None, None, [appointed])[0] == "tomorrow"


def test_how_long_something_takes_is_no_appointment() -> None:
    lasting = said("It takes 20 minutes.", "20 minutes", by="Tom", intent="schedule")
    assert due_of([said("I'll let them in.")], None, None, [lasting]) == (None, None)
