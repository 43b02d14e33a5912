"""Time expressions of messages, English and Chinese, to ISO dates: the latest day or moment that they allow. Pure.

Covers what people write for deadlines; anything else gives ``None`` instead of a guess: what is past or only begins
(since, after), what repeats, moving holidays, lengths without a direction ("two weeks"), months, quarters and years on
their own. The rules, where readers may differ, stand above the examples in ``tests/unit/inference/dates.tsv``.
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Final

from plait_inference.dates_calendar import DAY, add, named_day
from plait_inference.dates_en import ENGLISH, ENGLISH_SPANS, english, is_open_en
from plait_inference.dates_expression import NOTHING, Expression, read
from plait_inference.dates_numeric import numeric
from plait_inference.dates_zh import CHINESE, CHINESE_SPANS, chinese, is_open_zh
from plait_inference.language import is_han

RULES: Final = {
    month_first: (*ENGLISH_SPANS, *CHINESE_SPANS, *numeric(month_first), *CHINESE, *ENGLISH)
    for month_first in (False, True)
}
SOON: Final = timedelta(hours=4)
DAY_PART_ENDS: Final = {"dawn": 6, "morning": 12, "noon": 12, "afternoon": 18}
HYPHEN: Final = re.compile(r"(?<![\d-])(\d{1,2}(?::\d\d)?(?: ?[ap]m|[日号点])?)-(?=\d{1,2}(?![\d-]))| - ")
JOINT: Final = re.compile(r"\b(?:to|through|thru|until|till|and|or)\b|[–—~]|到|至|或者?")
LONE_NUMBER: Final = re.compile(r"\W*(?:(at|on|around|about|from|between|the|of)\W+)*(\d{1,2})\W*")
LONGEST: Final = 200
"""Characters; what is longer is no date."""
AMERICAS: Final = (timedelta(hours=-10), timedelta(hours=-4))
EAST_ASIA: Final = (timedelta(hours=8), timedelta(hours=9))


def resolve(surface: str, said_at: datetime) -> str | None:
    """ISO date, or date-time with an offset (that of ``said_at`` if no zone is named) when an hour is named."""
    if len(surface) > LONGEST or is_open_en(surface.lower()):
        return None
    text = HYPHEN.sub(r"\1 to ", chinese(english(surface)))
    if is_open_zh(text):
        return None
    try:
        found = _end_of_range(text, said_at) or _resolve(_read(text, said_at, NOTHING), said_at)
    except (ValueError, OverflowError, IndexError):  # there is no such day
        return None
    return found.isoformat() if found else None


def _end_of_range(text: str, said_at: datetime) -> date | None:
    """Of "Monday to Wednesday" the Wednesday after that Monday; ``None`` where it is no range."""
    parts = [part for part in JOINT.split(text) if part.strip()]
    if len(parts) < 2:
        return None
    begin = _read(parts[0], said_at, NOTHING)
    end = _read(parts[-1], said_at, begin)
    first = _resolve(begin, said_at)
    if first is None or end.days is not None or end.shift is not None:
        return _resolve(end, said_at)
    start = first if isinstance(first, datetime) else datetime.combine(first, time(), said_at.tzinfo)
    return _resolve(end, start)


def _read(text: str, said_at: datetime, before: Expression) -> Expression:
    """The words of a text; a number alone is an hour or a day as in what came ``before`` in a range."""
    found, rest = read(text, RULES[_month_first(text, said_at)])
    if "后" in rest:
        return NOTHING
    lone = LONE_NUMBER.fullmatch(rest)
    if lone and found.hour is None:
        number = int(lone[2])
        if before.day and before.hour is None:
            found = found.with_rest(Expression(day=number))
        elif before.hour is not None or found.has_day or found.bounded or lone[1] == "at":
            found = found.with_rest(Expression(hour=number) if number <= 12 else Expression(day=number))
    return found.with_rest(Expression(daypart=before.daypart)) if found.hour is not None else found


def _month_first(text: str, said_at: datetime) -> bool:
    """How 3/4 is read: by the language of the expression, or by where its author is."""
    offset = said_at.utcoffset()
    region = offset is not None and (AMERICAS[0] <= offset <= AMERICAS[1] or offset in EAST_ASIA)
    return region or any(map(is_han, text))


def _resolve(said: Expression, said_at: datetime) -> date | None:
    """The day, or the moment where an hour is said."""
    if said.span is not None and said.span_unit in ("hour", "minute") and not said.has_day:
        minutes = said.span * (60 if said.span_unit == "hour" else 1)
        return (said_at + timedelta(minutes=minutes)).replace(second=0, microsecond=0)
    clock = _tonight(said, _clock(said), said_at)
    today = said_at.date()
    earliest = today if _still_to_come(said, clock, said_at) else today + DAY
    day = named_day(said, today, earliest)
    if day is None and not said.has_day and (said.span is None or said.span > 0):
        day = today if said.span else earliest if clock or said.daypart else None
    if day and said.span is not None and said.span_unit:
        day = add(day, said.span, said.span_unit)
    if day is None or clock is None:
        return day
    hour, days_later = clock
    return datetime.combine(day + days_later * DAY, hour, said.zone or said_at.tzinfo)


def _tonight(said: Expression, clock: tuple[time, int] | None, said_at: datetime) -> tuple[time, int] | None:
    """An hour of the morning that is over, but comes again within `SOON`, is meant: half past nine, said at eight."""
    if clock is None or said.daypart or said.exact or said.zone or said.has_day or not 7 <= clock[0].hour < 12:
        return clock
    evening = clock[0].replace(hour=clock[0].hour + 12)
    wait = datetime.combine(said_at.date(), evening, said_at.tzinfo) - said_at
    return (evening, 0) if timedelta() < wait <= SOON else clock


def _still_to_come(said: Expression, clock: tuple[time, int] | None, said_at: datetime) -> bool:
    """Whether the hour or part of the day that is said, if any, is not over today."""
    if clock:
        zone = said_at.tzinfo and (said.zone or said_at.tzinfo)
        return datetime.combine(said_at.date() + clock[1] * DAY, clock[0], zone) > said_at
    return said_at.hour < DAY_PART_ENDS.get(said.daypart or "", 24)


def _clock(said: Expression) -> tuple[time, int] | None:
    """The hour on its day, and 1 if the night carries it to the day after."""
    hour = 12 if said.hour is None and said.daypart == "noon" else said.hour
    if hour is None:
        return None
    later = hour == 24 or (said.daypart == "evening" and (hour < 5 or hour == 12))
    if later or (said.daypart == "dawn" and hour == 12):
        hour %= 12
    elif said.daypart in ("afternoon", "evening"):
        hour += 12 if hour < 12 else 0
    elif said.daypart == "noon" or (said.daypart in (None, "close") and not said.exact):
        # nobody sets a deadline for half past three in the night
        hour += 12 if 0 < hour < 7 else 0
    return time(hour, said.minute or 0), int(later)
