"""When a deadline is, from the words it was written in ("by Friday 5pm", "下周三前"), English and Chinese.

A day without a time ends at the close of business. What the tables below do not cover is not guessed: None.
Due dates of summaries come resolved; of those it tells the days from the times.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from plait_notification.localtime import local_moment, zone
from plait_notification.view import normal

CLOSE_OF_BUSINESS = time(18)
END_OF_DAY = time(23, 59, 59)  # of the author: a day without a time in a summary, whose times have no seconds
EASTERNMOST, WESTERNMOST = timedelta(hours=14), timedelta(hours=-11)  # Kiribati, American Samoa
A_DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ZH_DIGITS = {c: n for n, c in enumerate("〇一二三四五六七八九十")} | {"两": 2, "零": 0, "日": 7, "天": 7}
WEEKDAY = r"(?P<weekday>mon|tue|wed|thu|fri|sat|sun)(?:s|r|rs)?(?:day|nesday|urday)?"
MONTH = (
    r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?"
)
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?:,?\s*(?P<year>\d{4}))?"
COUNT = r"(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|[一二三四五六七八九十两])"
SMALL = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7}
HOURS = re.compile(rf"{COUNT}\s*(?:个)?(?:hours?\b|小时)")
NOON = re.compile(r"\bnoon\b|中午")
DAY_PART = re.compile(r"\b(?:morning|afternoon|evening|tonight|midnight)\b|(?<!最)[早晚]|[上下]午")
AROUND = re.compile(r"前后")  # else read as "before"
HOUR = r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
SPOKEN_CLOCK = re.compile(
    r"\b(?:half(?: past)?|(?:a )?(?:quarter|five|ten|twenty|twenty-five) (?:past|to)|at|by|before|until|till)"
    rf" {HOUR}(?: ?o['’]?clock)?\b|\b{HOUR} ?o['’]?clock\b|[一三]刻|钟"
)
ZH_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿卅]{1,3})"
LINK = re.compile(
    r"\b(?:due|by|before|until|till|for|at|on|in|within|the|of|n(?:o|ot) later than|latest|\d{1,2}(?:st|nd|rd|th))\b"
    rf"|(?:{ZH_NUMBER}月)?{ZH_NUMBER}[日号]|最[晚迟]"
    r"|截止?|[之以]?[前内后]|[到在日号]"
)
SIMPLIFIED = str.maketrans("週禮號後內點個這兩時鐘遲", "周礼号后内点个这两时钟迟")  # of time expressions alone
Match = re.Match[str]
DayRule = Callable[[Match, date], date | None]


@lru_cache(maxsize=4096)
def resolve(surface: str, said_at: datetime, timezone: str) -> datetime | None:
    """The deadline in UTC, as the words mean it when said at ``said_at`` in that zone; None when not understood."""
    tz, text = zone(timezone), _spelled(surface)
    here = said_at.astimezone(tz)
    hours = HOURS.search(text)
    if hours:
        return said_at + timedelta(hours=_count(hours["count"]))
    day, said_day = _day(text, here.date())
    at = _clock(text)
    if day is None and not said_day and at is not None:
        moment = local_moment(here.date(), at, tz)
        return moment if moment > said_at else local_moment(here.date() + timedelta(days=1), at, tz)
    return None if day is None else local_moment(day, at or _named_clock(text), tz)


def days(due_at: datetime) -> tuple[date, ...]:
    """The days that an author somewhere may have meant by a summary's ``due_at``: none where it is a time.

    One but for a band around the date line, where one day ends in the east as the day before it ends in the west.
    """
    moment = due_at.astimezone(UTC)
    if moment.second != END_OF_DAY.second:
        return ()
    ahead = datetime.combine(moment.date(), END_OF_DAY, UTC) - moment
    offsets = [ahead] if ahead <= EASTERNMOST else []
    offsets += [ahead - A_DAY] if ahead - A_DAY >= WESTERNMOST else []
    return tuple((moment + offset).date() for offset in offsets)


def named(surface: str, may_be: tuple[date, ...]) -> tuple[date, ...]:
    """Those of the days that the words name and say no more than: "friday", "6 march"; not "tomorrow"."""
    if says_more(surface, timed=False):
        return ()
    text = _spelled(surface)
    return tuple(day for day in may_be if _day(text, day)[0] == day)


def says_more(surface: str, timed: bool) -> bool:
    """Whether the words say more than the day, or where it is ``timed`` the time: "friday morning", "for the demo"."""
    text = _spelled(surface)
    for clock in (ZH_CLOCK, CLOCK, NOON) if timed else ():
        text = clock.sub(" ", text)
    if DAY_PART.search(text) or AROUND.search(text):
        return True
    for known in (HOURS, *(pattern for pattern, _rule in RULES), *((SPOKEN_CLOCK,) if timed else ()), LINK):
        text = known.sub(" ", text)
    return re.search(r"\w", text) is not None


def _spelled(surface: str) -> str:
    return normal(surface).translate(SIMPLIFIED)


def _day(text: str, today: date) -> tuple[date | None, bool]:
    """The day that is named, and whether any words for a day were found."""
    for pattern, rule in RULES:
        found = pattern.search(text)
        if found:
            try:
                return rule(found, today), True
            except (ValueError, OverflowError):
                return None, True
    return None, False


CLOCK = re.compile(
    r"(?<![\d-])(?P<h>\d{1,2}):(?P<m>\d{2})\s*(?P<half>am|pm)?|(?<!\d)(?P<h2>\d{1,2})\s*(?P<half2>am|pm)\b"
)
ZH_CLOCK = re.compile(
    r"(?P<half>上午|早上|中午|下午|晚上|今晚|明晚)?\s*"
    r"(?P<h>\d{1,2}|十[一二]?|[一二两三四五六七八九])(?:点|时)(?P<m>半|\d{1,2})?"
)


def _clock(text: str) -> time | None:
    """A time of day that is written out."""
    found = CLOCK.search(text)
    if found:
        return _time(int(found["h"] or found["h2"]), int(found["m"] or 0), found["half"] or found["half2"] or "")
    found = ZH_CLOCK.search(text)
    if found:
        minute = 30 if found["m"] == "半" else int(found["m"] or 0)
        half = "pm" if found["half"] in ("下午", "晚上", "今晚", "明晚") else ""
        return _time(_count(found["h"]), minute, half)
    return time(12) if NOON.search(text) else None


def _named_clock(text: str) -> time:
    if re.search(r"\btonight\b|midnight|晚", text):
        return time(23, 59)
    return time(12) if re.search(r"\bmorning\b|上午|早上", text) else CLOSE_OF_BUSINESS


def _time(hour: int, minute: int, half: str) -> time | None:
    if half == "pm" and hour < 12:
        hour += 12
    if half == "am" and hour == 12:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _count(text: str) -> int:
    if text.isdigit():
        return int(text)
    if text in SMALL:
        return SMALL[text]
    if len(text) == 2 and text[0] == "十":
        return 10 + ZH_DIGITS[text[1]]
    return ZH_DIGITS[text]


def _iso(found: Match, today: date) -> date:
    return date(int(found["year"]), int(found["month"]), int(found["day"]))


def _month_day(found: Match, today: date) -> date:
    named = found["month"]
    month = MONTHS.index(named) + 1 if named in MONTHS else int(named)
    day = date(int(found["year"] or today.year), month, int(found["day"]))
    return day if found["year"] or (today - day).days <= 31 else date(today.year + 1, month, day.day)


def _weekday(found: Match, today: date) -> date:
    """A bare weekday is the next one, today included; "next" is the one of the week that begins next Monday."""
    number = WEEKDAYS.index(found["weekday"])
    if (found["which"] or "").startswith("next"):
        return _in_week(today, 1, number)
    return today + timedelta(days=(number - today.weekday()) % 7)


def _zh_weekday(found: Match, today: date) -> date:
    number, which = ZH_DIGITS[found["weekday"]] - 1, found["which"] or ""
    if not which:
        return today + timedelta(days=(number - today.weekday()) % 7)
    return _in_week(today, which.count("下"), number)


def _in_week(today: date, weeks: int, weekday: int) -> date:
    return today - timedelta(days=today.weekday()) + timedelta(weeks=weeks, days=weekday)


def _ahead(found: Match, today: date) -> date:
    unit = 7 if found["unit"][0] in "w周星" else 1
    return today + timedelta(days=_count(found["count"]) * unit)


def _friday(weeks: int) -> DayRule:
    return lambda _found, today: _in_week(today, weeks, 4)


def _month_end(found: Match, today: date) -> date:
    return today.replace(day=monthrange(today.year, today.month)[1])


def _plus(days: int) -> DayRule:
    return lambda _found, today: today + timedelta(days=days)


RULES: tuple[tuple[re.Pattern[str], DayRule], ...] = tuple(
    (re.compile(pattern), rule)
    for pattern, rule in (
        (r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})", _iso),
        (r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})", _iso),
        (r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})", _month_day),
        (rf"\b{MONTH}\s+{DAY}\b{YEAR}", _month_day),
        (rf"\b{DAY}\s+(?:of\s+)?{MONTH}{YEAR}", _month_day),
        (r"\bday after tomorrow\b|(?<!大)后天", _plus(2)),
        (r"大后天", _plus(3)),
        (r"\btomorrow\b|明天|明日|明早|明晚", _plus(1)),
        (r"\btoday\b|\btonight\b|\bthis (?:morning|afternoon|evening)\b|今天|今日|今晚|今早", _plus(0)),
        (r"(?P<which>下下|下|本|这)?(?:个)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天])", _zh_weekday),
        (rf"\b(?P<which>next\s+(?:week\s+)?|this\s+)?{WEEKDAY}\b", _weekday),
        (rf"\b(?:in|within)\s+{COUNT}\s+(?:working\s+)?(?P<unit>days?|weeks?)\b", _ahead),
        (rf"{COUNT}(?:个)?(?:工作)?(?P<unit>天|日|周|星期)(?:之)?(?:内|后)", _ahead),
        (r"\bend of (?:the )?(?:week)\b|\beow\b|\bthis week\b|本周|这周", _friday(0)),
        (r"\bnext week\b|下周|下星期", _friday(1)),
        (r"\bend of (?:the |this )?month\b|\beom\b|月底|月末", _month_end),
        (r"\b(?:end of (?:the )?day|eod|cob|close of business)\b|下班", _plus(0)),
    )
)
