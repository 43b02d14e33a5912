"""What a time expression says, before anyone asks which day that is; and how rules read it from text. Pure."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import timezone
from typing import Final, Literal

Unit = Literal["minute", "hour", "day", "workday", "week", "weekend", "month", "quarter", "half", "year"]
Part = Literal["start", "early", "mid", "second third", "end"]
DayPart = Literal["dawn", "morning", "noon", "afternoon", "evening", "close"]


@dataclass(frozen=True, slots=True)
class Expression:
    """The words of a time expression, each in its slot; ``None`` where nothing was said.

    ``unit`` with ``shift`` is a period counted from now (this 0, next 1), without ``shift`` the coming one. ``year`` to
    ``month`` name a period. ``day``, ``weekday``, ``nth`` and ``part`` say where in the period. ``days`` counts from
    today. ``span`` is added to what the rest names. ``bounded`` is "before".
    """

    year: int | None = None
    half: int | None = None
    quarter: int | None = None
    month: int | None = None
    unit: Unit | None = None
    shift: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    nth_unit: Unit | None = None
    part: Part | None = None
    days: int | None = None
    span: float | None = None
    span_unit: Unit | None = None
    hour: int | None = None
    minute: int | None = None
    exact: bool | None = None
    daypart: DayPart | None = None
    zone: timezone | None = None
    holiday: bool | None = None
    bounded: bool | None = None

    def with_rest(self, other: "Expression") -> "Expression":
        """This, and from ``other`` what this does not say."""
        mine = ((field.name, getattr(self, field.name)) for field in fields(self))
        return Expression(**{name: getattr(other, name) if value is None else value for name, value in mine})

    @property
    def has_day(self) -> bool:
        """Whether anything but an hour was said."""
        named = (self.year, self.half, self.quarter, self.month, self.unit, self.day, self.weekday, self.days)
        return any(value is not None for value in named)


Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], Expression]]
NOTHING: Final = Expression()


def read(text: str, rules: Iterable[Rule]) -> tuple[Expression, str]:
    """What the rules find, each once, and the text that none of them used. Earlier rules are the more specific."""
    found = NOTHING
    for pattern, rule in rules:
        match = pattern.search(text)
        if match:
            found = found.with_rest(rule(match))
            text = f"{text[: match.start()]} {text[match.end() :]}"
    return found, text


def integer(text: str | None) -> int | None:
    """Of an optional group."""
    return int(text) if text else None
