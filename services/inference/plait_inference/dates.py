"""Time expressions of messages, English and Chinese, to ISO dates. Pure; no time zone guessed.

Covers what people write for deadlines; anything else gives ``None`` instead of a guess.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

DAYS: Final = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2}
ZH_DAYS: Final = "一二三四五六日天"
ZH_NUMBER: Final = r"[0-9零一二两三四五六七八九十]{1,3}"
OFFSETS: Final = {
    "day after tomorrow": 2,
    "tomorrow": 1,
    "today": 0,
    "tonight": 0,
    "this afternoon": 0,
    "this morning": 0,
    "this evening": 0,
    "end of day": 0,
    "eod": 0,
    "大后天": 3,
    "后天": 2,
    "明": 1,
    "今": 0,
    "当天": 0,
}
Rule = tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]]


def resolve(surface: str, said_at: datetime) -> str | None:
    """ISO date, or date-time with the offset of ``said_at`` when an hour is named."""
    text = surface.lower().strip()
    day = _day(text, said_at.date())
    hour = _hour(text)
    if day is None:
        if hour is None:
            return None
        day = said_at.date() if hour > said_at.time() else said_at.date() + timedelta(days=1)
    if hour is None:
        return day.isoformat()
    return datetime.combine(day, hour, said_at.tzinfo).isoformat()


def _day(text: str, today: date) -> date | None:
    for pattern, rule in RULES:
        match = pattern.search(text)
        if match:
            try:
                return rule(match, today)
            except (ValueError, OverflowError):
                return None
    return None


def number(text: str) -> int:
    """A small number in digits or Chinese numerals: ``12``, ``十二``, ``三十``."""
    if text.isdigit():
        return int(text)
    tens, _, ones = text.rpartition("十") if "十" in text else ("0", "", text)
    return 10 * DIGITS.get(tens, 1 if not tens else 0) + DIGITS.get(ones, 0)


def _weekday(today: date, day: int, prefix: str) -> date:
    monday = today - timedelta(days=today.weekday())
    if prefix.startswith(("next", "下")):
        weeks = 2 if prefix.startswith("下下") else 1
        return monday + timedelta(days=day, weeks=weeks)
    if prefix.startswith(("this", "本", "这")):
        return monday + timedelta(days=day)
    return today + timedelta(days=(day - today.weekday()) % 7)


def _month_day(today: date, month: int, day: int) -> date:
    """The coming date; one that passed less than half a year ago stays in this year."""
    found = date(today.year, month, day)
    return found if (today - found).days < 183 else date(today.year + 1, month, day)


def _day_of_month(today: date, day: int) -> date:
    if day >= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=day)


def _month_end(match: re.Match[str], today: date) -> date:
    later = 2 if match.group(0).startswith(("下", "end of next")) else 1
    first = today.replace(day=1)
    for _ in range(later):
        first = (first + timedelta(days=32)).replace(day=1)
    return first - timedelta(days=1)


def _span(match: re.Match[str], today: date) -> date:
    word, unit = match.group(1), match.group(2)
    count = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "半": 0}.get(word)
    count = number(word) if count is None else count
    return today + timedelta(days=count * (7 if unit.startswith(("week", "周", "星期", "个")) else 1))


def _month(name: str) -> int:
    return MONTHS.index(name[:3]) + 1


EN_MONTH: Final = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
EN_DAY: Final = r"(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|rs|rsday|urday)?\b"
RULES: Final[tuple[Rule, ...]] = (
    (
        re.compile(r"(\d{4})[-/年.](\d{1,2})[-/月.](\d{1,2})"),
        lambda m, _: date(int(m[1]), int(m[2]), int(m[3])),
    ),
    (
        re.compile(rf"({ZH_NUMBER})月({ZH_NUMBER})[日号]?"),
        lambda m, t: _month_day(t, number(m[1]), number(m[2])),
    ),
    (
        re.compile(rf"\b{EN_MONTH}\s+(\d{{1,2}})(?!\d|:)"),
        lambda m, t: _month_day(t, _month(m[1]), int(m[2])),
    ),
    (
        re.compile(rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{EN_MONTH}"),
        lambda m, t: _month_day(t, _month(m[2]), int(m[1])),
    ),
    (re.compile(r"end of (?:the |next |this )?month|下?个?月底|月末"), _month_end),
    (
        re.compile(r"end of (?:the |this )?week|\beow\b|(?:这|本)周内"),
        lambda _, t: _weekday(t, 4, "this"),
    ),
    (re.compile(r"end of next week|下周内"), lambda _, t: _weekday(t, 4, "next")),
    (
        re.compile("|".join(OFFSETS)),
        lambda m, t: t + timedelta(days=OFFSETS[m[0]]),
    ),
    (
        re.compile(rf"(?:(next|this)\s+)?\b{EN_DAY}"),
        lambda m, t: _weekday(t, DAYS[m[2]], m[1] or ""),
    ),
    (
        re.compile(rf"(下下|下|本|这)?个?(?:周|星期|礼拜)([{ZH_DAYS}])"),
        lambda m, t: _weekday(t, min(ZH_DAYS.index(m[2]), 6), m[1] or ""),
    ),
    (re.compile(r"周末|\b(?:this )?weekend\b"), lambda _, t: _weekday(t, 5, "")),
    (re.compile(r"(?:in|within)\s+(\d+|a|an|one|two|three)\s+(day|week)s?"), _span),
    (re.compile(rf"({ZH_NUMBER})(天|个?星期|个?礼拜|周)[之以]?[内后]"), _span),
    (
        re.compile(rf"(?<!\d)({ZH_NUMBER})[号日]"),
        lambda m, t: _day_of_month(t, number(m[1])),
    ),
    (
        re.compile(r"\b(\d{1,2})(?:st|nd|rd|th)\b"),
        lambda m, t: _day_of_month(t, int(m[1])),
    ),
)


def _hour(text: str) -> time | None:
    if re.search(r"\bnoon\b|中午12点|正午", text):
        return time(12)
    clock = re.search(r"\b(\d{1,2})(?:[:.](\d{2}))?\s*(a\.?m|p\.?m)\b", text)
    if clock:
        return _time(int(clock[1]) % 12 + (12 if clock[3][0] == "p" else 0), clock[2])
    clock = re.search(r"(?<!\d)([01]?\d|2[0-3])[:：](\d{2})(?!\d)", text)
    late = re.search(r"下午|晚上|今晚|明晚|傍晚|中午", text) is not None
    if clock:
        hour = int(clock[1])
        return _time(hour + 12 if late and hour < 12 else hour, clock[2])
    clock = re.search(rf"({ZH_NUMBER})[点时](半|{ZH_NUMBER}分?)?", text)
    if clock and number(clock[1]) <= 24:
        hour = number(clock[1])
        minute = "30" if clock[2] == "半" else str(number((clock[2] or "0").rstrip("分")))
        return _time(hour + 12 if late and hour < 12 else hour, minute)
    return None


def _time(hour: int, minute: str | None) -> time | None:
    minutes = int(minute or 0)
    return time(hour, minutes) if hour < 24 and minutes < 60 else None
