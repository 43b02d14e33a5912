"""Dates, hours and zones in digits, as both languages write them. Pure."""

import re
from datetime import timedelta, timezone
from typing import Final

from plait_inference.dates_expression import Expression, Rule, integer

ZONE_HOURS: Final = {
    "utc": 0,
    "gmt": 0,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "edt": -4,
    "est": -5,
    "pdt": -7,
    "pst": -8,
    "北京时间": 8,
}
"""Short names with one meaning; CST and IST have several."""

DATES: Final[tuple[Rule, ...]] = (
    (re.compile(r"holiday (\d+)/(\d+)"), lambda m: Expression(month=int(m[1]), day=int(m[2]), holiday=True)),
    (
        re.compile(r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:(?!\d)|t(?=\d))"),
        lambda m: Expression(year=int(m[1]), month=int(m[2]), day=int(m[3])),
    ),
    (
        re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})?(?!\d)"),
        lambda m: Expression(day=int(m[1]), month=int(m[2]), year=integer(m[3])),
    ),
)
HOURS: Final[tuple[Rule, ...]] = (
    (
        re.compile(r"(?<![\d:])(\d{1,2})(?:[:.](\d{2}))? ?([ap])m(?![a-z])"),
        lambda m: Expression(
            hour=int(m[1]), minute=integer(m[2]), daypart="dawn" if m[3] == "a" else "afternoon", exact=True
        ),
    ),
    (
        re.compile(r"(?<![\d:])(\d{1,2}):([0-5]\d)(?!\d)"),
        lambda m: Expression(hour=int(m[1]), minute=int(m[2]), exact=m[1].startswith("0")),
    ),
    (
        re.compile(rf"(?<![a-z])({'|'.join(ZONE_HOURS)})(?![a-z])"),
        lambda m: Expression(zone=timezone(timedelta(hours=ZONE_HOURS[m[1]]))),
    ),
)
SLASHED: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?:/(\d{4}))?(?![\d/])")


def numeric(month_first: bool) -> tuple[Rule, ...]:
    """The rules; ``month_first`` says how 3/4 is read, while 15/3 and 3/15 have one reading."""

    def slashed(match: re.Match[str]) -> Expression:
        first, second = int(match[1]), int(match[2])
        month, day = (first, second) if (month_first and first <= 12) or second > 12 else (second, first)
        return Expression(month=month, day=day, year=integer(match[3]))

    return (*DATES, (SLASHED, slashed), *HOURS)
