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
        ("I bring the glasses to the marathon evening.", (), "marathon evening", (None, None)),
        ("I'll print it for the Tuesday evening class.", (), "Tuesday evening class", None),
        ("I'll print it for the Fri evening retro.", (), "Fri evening retro", None),
        ("I'll print it for the Mon morning standup.", (), "Mon morning standup", None),
    ],
)
def test_a_meeting_gives_the_day_where_it_is_a_deadline_or_nothing_else_does(
    text: str, times: tuple[str, ...], meeting: str, due: tuple[str | None, str | None] | None
) -> None:
    dates = {
        "Monday review": "2026-03-09",
        "Tuesday evening class": "2026-03-10",
        "Fri evening retro": "2026-03-06",
        "Mon morning standup": "2026-03-09",
    }
    assert due_of([said(text, *times, meeting=meeting)], None, None) == (due or (meeting, dates[meeting]))


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("From Monday nobody parks there, I'll put up a sign.", "Monday"),
        ("Prices are up 9 March onwards, I'll tell the shops.", "9 March"),
        ("新价3月9日起执行，我通知门店", "3月9日"),
        ("3月9日起，门店我通知", "3月9日"),
        ("From May the prices change, I'll tell the shops.", "May"),
        ("六月起涨价，我通知门店", "六月"),
    ],
)
def test_what_holds_from_a_day_on_is_no_deadline(text: str, time: str) -> None:
    assert due_of([said(text, time)], None, None) == (None, None)


def test_what_holds_from_a_day_on_is_none_where_the_messages_own_time_is_unknown() -> None:
    turn = replace(said("From Monday nobody parks there, I'll put up a sign.", "Monday"), time=None)
    assert due_of([turn], None, None) == (None, None)


@pytest.mark.parametrize(
    "work", ["起草合同发给你", "起诉状寄出去", "起飞前把票发群里", "起床就去取", "起身去厂里", "起个头"]
)
def test_work_whose_word_begins_like_onwards_has_its_deadline(work: str) -> None:
    assert due_of([said(f"我明天{work}", "明天")], None, None) == ("明天", "2026-03-05")


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
        ("春节后我把钥匙还你", "节后"),
        ("放假后我把钥匙还你", "假后"),
        ("开业前，菜单我再核一遍", "开业前"),
        ("客户来之前，样品我摆好", "客户来之前"),
        ("合同签之前，条款我再看", "合同签之前"),
        ("年前，货款我结清", "年前"),
    ],
)
def test_what_has_to_happen_first_is_said_without_a_date(text: str, due: str) -> None:
    assert due_of([said(text)], None, None) == (due, None)


def test_only_the_words_next_to_what_has_to_happen_first_are_its_own() -> None:
    surface, _ = due_of([said("I'll proof it before it goes " + "on and " * 5_000 + "on")], None, None)
    assert (surface or "").startswith("before it goes on")
    assert len(surface or "") < 100
    assert not (surface or "").endswith("o")


@pytest.mark.parametrize("filler", ["so it goes and ", "可是这样"])
def test_a_long_text_in_front_changes_no_deadline(filler: str) -> None:
    front = filler * 1_000
    assert due_of([said(f"{front}, by Friday", "Friday")], None, None) == ("Friday", "2026-03-06")
    assert due_of([said(f"{front} start work, you get it on Friday", "Friday")], None, None)[0] == "Friday"
    assert due_of([said(f"{front} from Friday, I tell them", "Friday")], None, None) == (None, None)
    talk = said(f"{front} I bring it to you at the harbour meeting", meeting="harbour meeting")
    assert due_of([talk], None, None) == ("at the harbour meeting", None)


NOTHING_FIRST = """
我确认细节后发给你 等这个环节后我再发 水量调节后我告诉你 章节后面我来补 节后续的我来补 真假后我来查
进度超前，我来调 排名靠前，我来报 价格比之前，我来谈 格式和之前，我来改 没有以前，我来补
此前，我来改 在此之前，我来改 从前，我来改 他在门前，我去接 东西放楼前，我去拿 车停店前，我去开
多年以前，我来查 三周前，我来查 两小时前，我发的 开会三周前，我来查
"""


@pytest.mark.parametrize("text", NOTHING_FIRST.split())
def test_a_place_a_comparison_or_a_compound_is_nothing_that_has_to_happen(text: str) -> None:
    assert due_of([said(text)], None, None) == (None, None)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("两小时前，我发的", "两小时前"),
        ("两小时前我发的", "两小时"),
        ("此前，我改的", "此前"),
        ("数月前我发的", "数月前"),
        ("从前，我改的", "从前"),
    ],
)
def test_a_time_that_is_over_is_no_deadline(text: str, time: str) -> None:
    assert due_of([said(text, time)], None, None) == (None, None)


def test_a_year_is_no_number_of_years_ago() -> None:
    assert due_of([said("货款我2027年前结清", "2027年")], None, None) == ("2027年", None)


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
