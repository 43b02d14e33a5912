"""Which day an expression names, from the day it was said on. Weeks begin on Monday; work ends on Friday. Pure."""

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from plait_inference.dates_expression import Expression, Unit

DAY: Final = timedelta(days=1)
MONTHS: Final[dict[Unit, int]] = {"month": 1, "quarter": 3, "half": 6, "year": 12}
RECENT_DAYS: Final = 182
"""A month and day that passed less than half a year ago is meant, not the one to come."""
LOOK_AHEAD: Final = 4
"""Periods in which the coming one is sought: the 31st is at most two months away."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A period with its first and last day, within which an expression says a day."""

    unit: Unit
    first: date
    last: date


def named_day(said: Expression, today: date, earliest: date) -> date | None:
    """The day without its span; ``earliest`` is the first that "the coming one" may be. Raises ``ValueError``."""
    if said.days is not None:
        return today + said.days * DAY
    year = today.year + said.shift if said.unit == "year" and said.shift is not None else said.year
    if year is not None:
        return _place(said, _named(said, year), today)
    if said.month or said.quarter or said.half:
        return _near(said, today)
    unit = said.unit or ("month" if said.day else "week" if said.weekday is not None else None)
    if unit is None:
        return None
    if said.shift is not None:
        frame = _counted(unit, said.shift, today)
        if frame.last < today:  # "this week", said at the weekend
            frame = Frame(unit, frame.first, frame.last + 2 * DAY)
        return _place(said, frame, today)
    return _coming(earliest, lambda shift: _place(said, _counted(unit, shift, today), today))


def add(day: date, count: float, unit: Unit) -> date:
    """A day later by a span. Half a month is 15 days; a month later is the same day, or the month's last."""
    if unit == "workday":
        return _add_workdays(day, int(count))
    if unit in MONTHS:
        months = count * MONTHS[unit]
        return _add_months(day, int(months)) + (15 * DAY if months % 1 else timedelta())
    return day + timedelta(days=int(count * (7 if unit == "week" else 1)))


def _near(said: Expression, today: date) -> date | None:
    """In the year that is nearest, or for a holiday in the one to come."""
    recent = today if said.holiday else today - RECENT_DAYS * DAY
    for year in (today.year, today.year + 1):
        try:
            day = _place(said, _named(said, year), today)
        except ValueError:  # 29 February may be next year's
            continue
        if day and day >= recent:
            return day
    return None


def _coming(earliest: date, day_in: Callable[[int], date | None]) -> date | None:
    for shift in range(LOOK_AHEAD):
        try:
            day = day_in(shift)
        except ValueError:  # this month has no 31st
            continue
        if day is None or day >= earliest:
            return day
    return None


def _place(said: Expression, frame: Frame, today: date) -> date | None:
    """Where in its period the expression says; ``None`` where it names a period and no day."""
    if said.day:
        day = frame.first.replace(day=said.day)
        return day - DAY if said.holiday and said.bounded else day
    if said.nth:
        return _nth(said, frame)
    if said.weekday is not None:
        return frame.first + said.weekday * DAY if frame.unit == "week" else None
    if said.part:
        return _part(said, frame)
    named = said.unit != frame.unit
    counted = frame.unit == "weekend" or (said.shift is not None and not named)
    if said.bounded and (named or counted):
        return frame.first - DAY if frame.first > today else frame.last if frame.last >= today else None
    return frame.last if counted else None


def _nth(said: Expression, frame: Frame) -> date:
    nth = said.nth or 1
    if said.nth_unit == "week":
        return frame.last if nth < 0 else frame.first + (7 * nth - 1) * DAY
    if said.nth_unit == "day":
        return frame.last if nth < 0 else frame.first + (nth - 1) * DAY
    wanted = range(5) if said.nth_unit == "workday" else (said.weekday,)
    days = (frame.first + offset * DAY for offset in range((frame.last - frame.first).days + 1))
    fitting = [day for day in days if day.weekday() in wanted]
    return fitting[nth if nth < 0 else nth - 1]


def _part(said: Expression, frame: Frame) -> date:
    """Early is Tuesday, the 10th, January; mid is Wednesday, the 15th, half a year."""
    first, months = frame.first, MONTHS.get(frame.unit, 0)
    match said.part:
        case "start":
            return first
        case "early":
            return first + (1 if not months else 30 if months > 3 else 9) * DAY
        case "mid":
            if months > 3:
                return _add_months(first, months // 2) - DAY
            return _add_months(first, months // 2) + 14 * DAY if months else first + 2 * DAY
        case "second third":
            return first + 19 * DAY
        case _:
            return frame.last


def _named(said: Expression, year: int) -> Frame:
    if said.month:
        return _months("month", year, said.month)
    if said.quarter:
        return _months("quarter", year, 3 * said.quarter - 2)
    if said.half:
        return _months("half", year, 6 * said.half - 5)
    return _months("year", year, 1)


def _counted(unit: Unit, shift: int, today: date) -> Frame:
    if unit in MONTHS:
        months = MONTHS[unit]
        month = (today.month - 1) // months * months + shift * months
        return _months(unit, today.year + month // 12, month % 12 + 1)
    monday = today - today.weekday() * DAY + 7 * shift * DAY
    return (
        Frame("week", monday, monday + 4 * DAY) if unit == "week" else Frame(unit, monday + 5 * DAY, monday + 6 * DAY)
    )


def _months(unit: Unit, year: int, month: int) -> Frame:
    first = date(year, month, 1)
    return Frame(unit, first, _add_months(first, MONTHS[unit]) - DAY)


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _add_workdays(day: date, count: int) -> date:
    while count > 0:
        day += DAY
        count -= day.weekday() < 5
    return day
