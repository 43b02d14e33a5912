"""English time expressions: words to digits, and the rules that read them. Pure."""

import re
import unicodedata
from typing import Final

from plait_inference.dates_expression import DayPart, Expression, Part, Rule, Unit, integer

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
DAY: Final = r"(mon|tue|wed|thu|fri|sat|sun)(?:day|s|sday|nesday|r|rs|rsday|urday)?\b\.?"
MONTH: Final = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
UNIT: Final = r"((?:working |business |work)day|min(?:ute)?|h(?:(?:ou)?r)?|day|week|month|quarter|year)s?\b'?"
TH: Final = r"(?:st|nd|rd|th)\b"
PART_OF_DAY: Final = "(morning|noon|midday|afternoon|evening|night)"

CARDINALS: Final = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty"
)
ORDINALS: Final = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth"
)
TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90}
NUMBERS: Final = (
    {word: (value, "") for value, word in enumerate(CARDINALS.split(), 1)}
    | {word: (value, "th") for value, word in enumerate(ORDINALS.split(), 1)}
    | {word: (value, "") for word, value in TENS.items()}
    | {"thirtieth": (30, "th")}
)
NUMBER: Final = re.compile(rf"\b(?:(twenty|thirty|forty|fifty)[- ](?=\w))?({'|'.join(NUMBERS)})\b")
MINUTES: Final = {"half": 30, "quarter": 15, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25}
SPOKEN_CLOCK: Final = re.compile(
    r"\b(?:(half)(?: past)?|(quarter|five|ten|twenty|twenty-five) (past|to)) "
    rf"(\d{{1,2}}|{'|'.join(CARDINALS.split())})\b(?! ?(?:{UNIT}|{MONTH}))"
)
OPEN: Final = re.compile(
    r"^\W*(?:since|after)\b|\b(?:ago|yesterday|every|each|daily|weekly|monthly|same)\b|^\W*24/7\W*$"
    r"|\blast (?!thing\b|(?:\w+ ){1,3}(?:of|in)\b)"
    r"|\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days|mornings|afternoons|evenings|nights)\b"
    r"|\b(?:first|second|third|fourth|fifth|\d+(?:st|nd|rd|th))-(?:day|week|month|quarter|year)\b"
    r"|\b(?:easter|good friday|black friday|cyber monday|maundy thursday|ash wednesday|thanksgiving"
    r"|(?:chinese|lunar) new year|spring festival|mid-autumn)\b"
)
"""The past, open ends, repetition, what only tells one from others, and holidays that move."""
SPELLINGS: Final = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        (r"\b([ap])\.\s?m\b\.?", r"\1m"),
        (r"\b(?:tmrw|tmr|tomorow|tommorow|tommorrow)\b", "tomorrow"),
        (r"(\d) ?o'?clock\b", r"\1:00"),
        (r"(\d)ish\b", r"\1"),
        (r"\bmidnight\b", "24:00"),
        (r"\b12 noon\b", "noon"),
        (r"\ban? couple of\b|\bcouple of\b", "2"),
        (r"\bhalf (?:an? )?(?=hour|day|week|month|year)", "0.5 "),
        (r"\b(?:an? )?fortnight\b", "2 weeks"),
        (rf"\ban? (?={UNIT})", "1 "),
        (r"\bwithin the (?=hour\b|day\b)", "within 1 "),
        (r"\b(\d+) (hour|day|week|month|year)s? and a half", r"\1.5 \2"),
        (rf"\b\d+ ?(?:-|–|to|or) ?(?=\d+ ?{UNIT})", ""),
        (rf"\b\d{{1,2}}/(?=\d{{1,2}}(?:{TH})? (?:of )?{MONTH})", ""),
        (r"\b1 (day|week|month) or 2\b", r"2 \1"),
        (rf"\b{DAY}-(?={DAY})", r"\1 to "),
        (r"\beow\b", "end of week"),
        (r"\beom\b", "end of month"),
        (r"\beoq\b", "end of quarter"),
        (r"\beoy\b", "end of year"),
        (r"\b(week|month|quarter|year)[- ]end\b", r"end of \1"),
        (r"\bmidweek\b", "mid week"),
        (r"(?<=\w )after \d{1,2}(?::\d\d)?(?: ?[ap]m)?\b", ""),
        (r"\b(?:christmas|xmas) eve\b", "holiday 12/24"),
        (r"\b(?:christmas|xmas)(?: day)?\b", "holiday 12/25"),
        (r"\bboxing day\b", "holiday 12/26"),
        (r"\bnew year'?s eve\b", "holiday 12/31"),
        (r"\bnew year(?:'?s)?(?: day)?\b", "holiday 1/1"),
    )
)
PARTS: Final[dict[str, Part]] = {
    "beginning": "start",
    "start": "start",
    "top": "start",
    "early": "early",
    "1": "mid",  # the first half
    "mid": "mid",
    "middle": "mid",
    "2": "end",
    "late": "end",
    "later": "end",
    "end": "end",
}
DAY_PARTS: Final[dict[str, DayPart]] = {
    "morning": "morning",
    "noon": "noon",
    "midday": "noon",
    "afternoon": "afternoon",
    "evening": "evening",
    "night": "evening",
}
UNITS: Final[dict[str, Unit]] = {
    "min": "minute",
    "h": "hour",
    "hr": "hour",
    "hou": "hour",
    "day": "day",
    "wor": "workday",
    "bus": "workday",
    "wee": "week",
    "weekend": "weekend",
    "mon": "month",
    "qua": "quarter",
    "yea": "year",
}
SHIFTS: Final = {"this": 0, "current": 0, "coming": 0, "next": 1}


def is_open_en(text: str) -> bool:
    """Whether words in lower case say that they are no deadline."""
    return OPEN.search(text) is not None


def english(surface: str) -> str:
    """The expression in lower case, with digits for words and one spelling for each thing."""
    text = unicodedata.normalize("NFKC", surface).lower().replace("’", "'").replace("twenty five", "twenty-five")
    text = NUMBER.sub(_digits, SPOKEN_CLOCK.sub(_clock, text))
    for pattern, spelling in SPELLINGS:
        text = pattern.sub(spelling, text)
    return text


def _digits(match: re.Match[str]) -> str:
    value, suffix = NUMBERS[match[2]]
    return f"{TENS.get(match[1] or '', 0) + value}{suffix}"


def _clock(match: re.Match[str]) -> str:
    """ "quarter to five" as 4:45; "half nine" is half past."""
    hour = int(match[4]) if match[4].isdigit() else NUMBERS[match[4]][0]
    minutes = MINUTES[match[1] or match[2]]
    if match[3] == "to":
        hour, minutes = hour - 1 or 12, 60 - minutes
    return f"{hour}:{minutes:02}"


def _unit(word: str) -> Unit:
    return UNITS.get(word) or UNITS[word[:3]]


def _span(match: re.Match[str], sign: int = 1) -> Expression:
    return Expression(span=sign * float(match[1]), span_unit=_unit(match[2]))


def _nth(match: re.Match[str]) -> Expression:
    weekday = DAYS.index(match[4]) if match[4] else None
    return Expression(nth=integer(match[1]) or -1, weekday=weekday, nth_unit=_unit(match[3]) if match[3] else None)


def _month(name: str) -> int:
    return MONTHS.index(name[:3]) + 1


def _weekday(match: re.Match[str]) -> Expression:
    """ "this" is the coming one, as without it."""
    following = match[1] == "next"
    return Expression(weekday=DAYS.index(match[2]), unit="week" if following else None, shift=1 if following else None)


ENGLISH_SPANS: Final[tuple[Rule, ...]] = (
    (
        re.compile(
            r"\b(?:in|within|over|inside)\b(?: about| around)?(?: the)?(?: next| coming)?"
            rf" (\d+(?:\.5)?)[ -]?{UNIT}(?:s? time)?"
        ),
        _span,
    ),
    (re.compile(rf"\b(\d+(?:\.5)?) {UNIT} (?:from (?:now|today)|later|hence)\b"), _span),
    (re.compile(rf"\b(\d+) {UNIT} before (?=\w)"), lambda m: _span(m, -1)),
    (re.compile(rf"\b(\d+) {UNIT} (?:from\b|on\b|(?=today|tomorrow))"), _span),
    (
        re.compile(r"(?:(?<=day)|(?<=tomorrow)) (?:week|(2) weeks)\b"),
        lambda m: Expression(span=int(m[1] or 1), span_unit="week"),
    ),
)
ENGLISH: Final[tuple[Rule, ...]] = (
    (
        re.compile(r"\b(?:eod|cob|eob|(?:end|close) of (?:the )?(?:day|business|play|work))\b"),
        lambda _: Expression(daypart="close"),
    ),
    (re.compile(r"\bday after tomorrow\b"), lambda _: Expression(days=2)),
    (re.compile(r"\btomorrow\b"), lambda _: Expression(days=1)),
    (re.compile(r"\btoday\b"), lambda _: Expression(days=0)),
    (re.compile(r"\btonight\b"), lambda _: Expression(days=0, daypart="evening")),
    (
        re.compile(rf"\b(\d{{1,2}}) (?:in the|at|(this)) {PART_OF_DAY}\b"),
        lambda m: Expression(hour=int(m[1]), days=0 if m[2] else None, daypart=DAY_PARTS[m[3]]),
    ),
    (re.compile(rf"\bthis {PART_OF_DAY}\b"), lambda m: Expression(days=0, daypart=DAY_PARTS[m[1]])),
    (re.compile(rf"(?<!\d )(?<!all )(?<!\b1th )\b{PART_OF_DAY}\b"), lambda m: Expression(daypart=DAY_PARTS[m[1]])),
    (re.compile(rf"\b([12]){TH} half\b"), lambda m: Expression(part=PARTS[m[1]])),
    (re.compile(rf"\b([1-4]){TH} quarter\b"), lambda m: Expression(quarter=int(m[1]))),
    (re.compile(rf"\b(?:(\d){TH}|(last)) (?:(week|(?:working |business |work)?day)|{DAY})(?: of| in)\b"), _nth),
    (
        re.compile(rf"\b{MONTH}\s+(\d{{1,2}})(?!\d|:)(?:{TH})?(?:,?\s*(20\d\d)\b)?"),
        lambda m: Expression(month=_month(m[1]), day=int(m[2]), year=integer(m[3])),
    ),
    (
        re.compile(rf"\b(\d{{1,2}})(?:{TH})?\s+(?:of\s+)?{MONTH}(?:,?\s*(20\d\d)\b)?"),
        lambda m: Expression(month=_month(m[2]), day=int(m[1]), year=integer(m[3])),
    ),
    (
        re.compile(rf"(?<!\ba )(?<!\d )\b(\d{{1,2}}){TH}(?!\s+(?!of\b|at\b|by\b|before\b)\w)"),
        lambda m: Expression(day=int(m[1])),
    ),
    (re.compile(rf"\b{MONTH}"), lambda m: Expression(month=_month(m[1]))),
    (re.compile(r"\bq([1-4])(?!\d)"), lambda m: Expression(quarter=int(m[1]))),
    (re.compile(r"\bh([12])(?!\d)"), lambda m: Expression(half=int(m[1]))),
    (re.compile(rf"\b(?:(next|this)\s+)?(?:coming\s+)?{DAY}"), _weekday),
    (re.compile(r"\b(week|month) after next\b"), lambda m: Expression(unit=_unit(m[1]), shift=2)),
    (
        re.compile(r"\b(?:(this|current|coming|next)\s+)?(weekend|week|month|quarter(?! past| to)|year)\b"),
        lambda m: Expression(unit=_unit(m[2]), shift=SHIFTS[m[1]] if m[1] else None),
    ),
    (
        re.compile(r"\b(beginning|start|top|early|middle|mid|later?|end)\b"),
        lambda m: Expression(part=PARTS[m[1]]),
    ),
    (re.compile(r"\b(20\d\d)\b"), lambda m: Expression(year=int(m[1]))),
    (re.compile(r"\b(?:before|by|until|till|prior to|ahead of)\b"), lambda _: Expression(bounded=True)),
)
