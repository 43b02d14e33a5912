"""Days and moments in words: in the reader's zone and language, a day never another one, no seconds."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from plait_notification.dates import Dates
from plait_notification.digest import Digest, Item
from plait_notification.due import days, says_more
from plait_notification.localtime import day_of
from plait_notification.texts import LOCALES
from plait_schemas.records import Action, AlertKind
from tests.builders import ANN, NOON
from tests.unit.notification.world import BO, TEXTS, World, enriched, evidence, people, profile, summary


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


FRIDAY = date(2026, 3, 6)
END = utc("2026-03-06T23:59:59")


def dates(zone: str = "Europe/Lisbon", language: str = "en", at: datetime = NOON) -> Dates:
    return Dates(profile("ann", ANN, timezone=zone, language=language), LOCALES[language], at)


def end_of(day: datetime, zone: str, said_at: datetime = NOON) -> datetime:
    """What a summary says of a day without a time: its end, at the author's offset when they said it."""
    offset = said_at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    return day - offset


@pytest.mark.parametrize(
    ("zone", "language", "said"),
    [
        ("Europe/Lisbon", "en", "Fri 6 Mar, 12:00"),
        ("America/New_York", "en", "Fri 6 Mar, 07:00"),
        ("Asia/Shanghai", "zh", "3月6日周五 20:00"),
        ("Pacific/Auckland", "zh", "3月7日周六 01:00"),
    ],
)
def test_a_time_is_told_by_the_readers_clock_without_words_that_say_no_more(
    zone: str, language: str, said: str
) -> None:
    assert dates(zone, language).due("by Friday noon", utc("2026-03-06T12:00")) == (said, "")


AROUND_THE_DATE_LINE = ["Pacific/Pago_Pago", "Pacific/Honolulu", "Pacific/Auckland", "Pacific/Kiritimati"]
ELSEWHERE = ["America/Los_Angeles", "America/New_York", "UTC", "Asia/Kolkata", "Asia/Shanghai"]


@pytest.mark.parametrize("author", [*AROUND_THE_DATE_LINE, *ELSEWHERE])
@pytest.mark.parametrize("reader", [*AROUND_THE_DATE_LINE, *ELSEWHERE])
def test_a_day_without_a_time_stays_the_authors_day(author: str, reader: str) -> None:
    due_at = end_of(END, author)
    assert dates(reader).due("on Friday", due_at) == ("Fri 6 Mar", "")
    assert dates(reader).due("before 6 March", due_at) == ("Fri 6 Mar", "")
    assert dates(reader, "zh").due("周五前", due_at) == ("3月6日周五", "")


@pytest.mark.parametrize("words", ["today", "tomorrow", "EOD", "within 3 days", "前天说的", "the day before Saturday"])
@pytest.mark.parametrize("author", AROUND_THE_DATE_LINE)
@pytest.mark.parametrize("reader", AROUND_THE_DATE_LINE)
def test_where_two_days_are_possible_and_the_words_name_neither_only_they_are_told(
    author: str, reader: str, words: str
) -> None:
    assert dates(reader).due(words, end_of(END, author)) == ("", words)


def test_a_day_beyond_the_change_to_summer_time_is_the_same_day() -> None:
    said_at = utc("2026-03-27T12:00")
    assert end_of(END + timedelta(days=24), "Europe/Lisbon", said_at) == utc("2026-03-30T23:59:59")  # there 00:59:59
    monday = dates(at=said_at).due("Monday", utc("2026-03-30T23:59:59"))
    assert monday == ("Mon 30 Mar", "")
    assert dates(at=said_at).when(utc("2026-03-30T11:00")) == "Mon 30 Mar, 12:00"


def test_every_offset_gives_its_own_day_among_at_most_two() -> None:
    for quarters in range(-44, 57):
        offset = timedelta(minutes=15 * quarters)
        found = days(END - offset)
        assert FRIDAY in found
        assert len(found) == (2 if offset >= timedelta(hours=13) or offset <= -timedelta(hours=10) else 1)
    assert days(utc("2026-03-06T23:59")) == days(utc("2026-03-06T18:00")) == ()


def test_without_a_date_the_words_are_all_there_is() -> None:
    assert dates().due("today", None) == ("", "today")
    assert dates().due(None, None) == ("", "")
    assert dates().due(None, end_of(END, "UTC")) == ("Fri 6 Mar", "")


@pytest.mark.parametrize(
    "words",
    ["today", "by Friday noon", "before Friday 5pm", "in two hours", "within 3 days", "by the end of the week", "EOD",
     "by the 10th", "2026-03-06", "for 6 March 2026", "no later than Friday", "latest Friday",
     "by Friday at the latest", "half past nine", "by a quarter past nine tomorrow", "Friday at nine", "nine o'clock",
     "10月10日前", "周五前", "下周三之前", "明天下午3点", "今晚8点前", "三天内", "月底前", "五号", "三月六号",
     "二十一日前", "週四", "下個禮拜五之內", "10號前", "明天下午三點半", "九点三刻", "最晚周五"],
)  # fmt: skip
def test_words_that_name_the_day_or_the_time_say_no_more(words: str) -> None:
    assert not says_more(words, timed=True)


@pytest.mark.parametrize(
    "words",
    ["friday morning", "tonight", "before April", "right after this", "as of today", "before the demo on Friday",
     "around Monday", "no later than Friday morning", "within 3 days of the launch",
     "明天上午", "今晚", "周五复盘会", "散会后", "上线前", "周一前后", "週一前後", "月底左右", "三号楼"],
)  # fmt: skip
def test_words_that_say_more_are_kept(words: str) -> None:
    assert says_more(words, timed=True)
    assert dates().due(words, end_of(END, "UTC")) == ("Fri 6 Mar", words)


@pytest.mark.parametrize(
    "words", ["by noon", "at 17:00", "Friday 5pm", "half past nine", "by nine", "五点前", "下午三点"]
)
def test_a_clock_that_only_the_words_know_is_kept(words: str) -> None:
    assert dates().due(words, end_of(END, "UTC")) == ("Fri 6 Mar", words)
    assert dates().due(words, utc("2026-03-06T12:00")) == ("Fri 6 Mar, 12:00", "")


def test_the_year_is_told_where_it_is_another() -> None:
    assert dates().day(date(2027, 1, 4)) == "Mon, 4 Jan 2027"
    assert dates(language="zh").day(date(2027, 1, 4)) == "2027年1月4日周一"
    new_years_eve = dates("Asia/Shanghai", at=utc("2026-12-31T16:00"))
    assert new_years_eve.day(date(2026, 12, 31)) == "Thu 31 Dec"
    morning_after = dates("Asia/Shanghai", at=utc("2027-01-01T00:00"))
    assert morning_after.when(utc("2026-12-31T00:00")) == "Thu, 31 Dec 2026, 08:00"


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [("Europe/Lisbon", date(2026, 3, 29), 23), ("America/Santiago", date(2026, 9, 6), 23),
     ("America/New_York", date(2026, 11, 1), 25)],
)  # fmt: skip
def test_a_local_day_is_one_day_whatever_its_length(zone: str, day: date, hours: int) -> None:
    told = dates(zone)
    since, until = day_of(day, told.person)
    assert until - since == timedelta(hours=hours)
    assert told.whole_day(since, until) == f"Sunday, {day.day} {day:%B} 2026"
    assert told.whole_day(until - timedelta(hours=24), until) == ""


def title(language: str, since: str, until: str) -> str:
    world = World(profile("bo", BO, timezone="Asia/Shanghai", language=language))
    person = world.view.of("orchard").profiles["bo"]
    return TEXTS.alert("digest", person, utc(until), {"digest": Digest(utc(since), utc(until))})[0]


def test_a_digest_names_its_day_or_when_it_begins() -> None:
    day, morning = ("2026-03-05T16:00", "2026-03-06T16:00"), ("2026-03-05T00:00", "2026-03-06T00:00")
    assert title("en", *day) == "Your day: Friday, 6 March 2026"
    assert title("zh", *day) == "每日摘要：2026年3月6日星期五"
    assert title("en", *morning) == "Your day: since Thu 5 Mar, 08:00"
    assert title("zh", *morning) == "每日摘要：3月5日周四 08:00 起"


def test_minutes_tell_each_reader_when_an_action_is_due() -> None:
    actions = (
        Action(what="Send the notes", owner=BO, due="by Friday noon", due_at=utc("2026-03-06T12:00"),
               evidence=(evidence(),)),
        Action(what="Write it up", due="before *April*", due_at=utc("2026-03-31T22:59:59"), evidence=(evidence(),)),
        Action(what="Ask Orla", due="right after this", due_at=None, evidence=(evidence(),)),
        Action(what="Tidy up", evidence=(evidence(),)),
    )  # fmt: skip
    talk = [enriched(1, "Release?", "proposal"), enriched(2, "好", "agreement", author=BO)]
    english, chinese = World(*people(), *talk).add(summary(actions=actions))
    lines = [line for line in english.body.splitlines() if line.startswith("- ")]
    assert lines[1:5] == [
        "- Send the notes — 李波 (due Fri 6 Mar, 12:00)",
        "- Write it up (due Tue 31 Mar, “before \\*April\\*”)",
        "- Ask Orla (due “right after this”)",
        "- Tidy up",
    ]
    lines = [line for line in chinese.body.splitlines() if line.startswith("- ")]
    assert lines[1:5] == [
        "- Send the notes — 李波（截止 3月6日周五 20:00）",
        "- Write it up（截止 3月31日周二，“before \\*April\\*”）",
        "- Ask Orla（截止“right after this”）",
        "- Tidy up",
    ]


def test_endless_words_for_a_due_date_are_cut() -> None:
    endless = "once it is live, " * 200
    work = Action(what="Ship", owner=BO, due=endless, due_at=None, evidence=(evidence(),))
    told = World(*people(), enriched(1), enriched(2, author=BO)).add(summary(actions=(work,)))
    assert [alert.kind for alert in told] == [AlertKind.MINUTES, AlertKind.MINUTES]
    person, item = profile("bo", BO), Item("Ship", endless, summary().conversation, summary().audience)
    facts = {"digest": Digest(NOON, NOON + timedelta(days=1), actions=(item,))}
    bodies = [alert.body for alert in told]
    bodies += [TEXTS.alert("digest", replace(person, language=language), NOON, facts)[1] for language in LOCALES]
    for body in bodies:
        [line] = [line for line in body.splitlines() if line.startswith("- Ship")]
        assert 280 < len(line) < 330
        assert "…”" in line
