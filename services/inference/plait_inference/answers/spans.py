"""The part of a sentence that answers: an entity or number of the wanted kind, nearest to the question's words."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from plait_inference.addressing import name_forms
from plait_inference.answers.kind import Kind, Sort
from plait_inference.answers.words import Unit, words_of
from plait_inference.reading import EntitySpan

Span = tuple[int, int]

ZH_NUMERAL: Final = r"[〇零一二两三四五六七八九十百千万亿]"
UNIT: Final = (
    r"(?:percent|euros?|dollars?|degrees|tons?|hours?|minutes?|days?|weeks?|months?|years?|milliseconds|micrograms)\b"
    r"|%|(?:万|亿|千)?(?:元|块|件|个|条|本|辆|束|页|份|台|张|人|次|度|吨|只|队|架|项|站|米|公里|克|天|年|周)(?:队|人|月|小时)?|[万亿千]"
)
WORDED: Final = (
    r"(?<!\bpage )(?<!\bnumber )(?<!\bday )\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty"
    r"|thirty|fifty|a hundred)\b"
)
NUMBER: Final = re.compile(
    rf"百分之{ZH_NUMERAL}+|(?<![A-Za-z\d.-])[$€£¥]?\d+(?:[.,:]\d+)*(?:\s?(?:{UNIT}))?"
    rf"|{ZH_NUMERAL}{{1,9}}[毛角米]{ZH_NUMERAL}|{ZH_NUMERAL}{{1,9}}(?:{UNIT})?|{WORDED}",
    re.IGNORECASE,
)
BARE: Final = re.compile(r"^[一二两三四五六七八九十]$|^一[个些下样点次]$|^one$", re.IGNORECASE)
"""Numerals that are mostly part of a word."""
ID: Final = re.compile(r"\b[A-Za-z]+-?\d[\w.-]*\w|\b\d+(?:\.\d+)+\b|\b\d{2,}\b")
CLOCK: Final = re.compile(
    r"\b\d{1,2}(?::\d\d)\b|\b\d{1,2}\s?(?:am|pm)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|\bthe \d+(?:st|nd|rd|th)\b"
    r"|\b(?:\d{1,2}(?: to \d{1,2})? )?(?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b(?: \d{1,2})?|\b(?:tomorrow|today|tonight)\b|\d+ hours\b"
    rf"|(?:(?:\d+|{ZH_NUMERAL}+)月)?(?:\d+|{ZH_NUMERAL}+)[号日]|(?:本|这|下)?周[一二三四五六日末]|(?:早上|上午|中午|下午|晚上)?"
    rf"(?:\d+|{ZH_NUMERAL}+)点半?|今天|明[天早]|后天|今晚|(?:\d+|{ZH_NUMERAL}+)个?(?:小时|天|年|周|月|分钟)",
    re.IGNORECASE,
)
DURATION: Final = re.compile(
    rf"\b(?:\d+|an?|one|two|three|four|five|six|ten) (?:more )?"
    rf"(?:(?:milli)?seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b|(?:\d+|{ZH_NUMERAL}+)\s?个?(?:秒|分钟|半?小时|天|周|星期|月|年)"
    rf"|\b(?:until|since|by) (?:the )?(?:end of )?\w+|到(?!期)\S{{1,4}}[月号日底年]",
    re.IGNORECASE,
)
HOUR: Final = re.compile(
    rf"\d:\d\d|\d\s?[ap]m\b|(?:\d+|{ZH_NUMERAL})点|\b(?:at|to|until|by|about) \d{{1,2}}\b|noon|midnight", re.IGNORECASE
)
AT: Final = re.compile(
    r"(?<=\bat )\d{1,2}\b(?![:\d-])|(?<=\bto )\d{1,2}\b(?![:\d-])|\bnoon\b|\bmidnight\b", re.IGNORECASE
)
LOCUS: Final = re.compile(
    r"\b(?:room|hall|box|gate|floor|dock|building) \w*\d\w*|\b(?:under|behind) (?:my|the) \w+|[A-Z]\s?馆\s?\d*"
    r"|(?:地下)?[一二三四五六七八九十\d]+[层楼]",
)
WHERE: Final = re.compile(
    r"(?<=\bin )[A-Z]\w+|(?<=\bat )[A-Z]\w+|(?<=\bto )[A-Z]\w+|(?<=\bfrom )[A-Z]\w+"
    r"|(?<=\bin the )\w+(?: [\w-]+)?|(?<=\bat the )\w+(?: \w+)?"
    r"|(?<=[在到去从往走])[\u4e00-\u9fff]{1,6}?(?:[门馆楼室厅街路层村镇站店园库城区]|左边|右边|旁边)"
    r"|[\u4e00-\u9fff]{1,3}(?:门|馆|教室|会议室|厅|仓库)(?![\u4e00-\u9fff]?[坏旧])"
)
"""Where a place stands that has no name of its own."""
OLD: Final = re.compile(
    r"(?:\b(?:not|from|instead of|rather than|no longer|was)(?: the| on)?|不是|不再|原来|原定|本来|从|而非|而不是)\s*$",
    re.IGNORECASE,
)
"""What stands before something that no longer holds."""
FIRST_PERSON: Final = re.compile(
    r"\b(?:i|i['’](?:ll|m|ve|d))\b(?! (?:think|guess|hope|thought|heard|believe|vote|prefer|like))"
    r"|(?<![给让跟找叫帮和向])我(?!们|表|朋友|家|觉得|的)|\bhappy to\b",
    re.IGNORECASE,
)
TITLED: Final = re.compile(
    r"\b(?:Mr|Ms|Mrs|Dr) [A-Z]\w+|[\u4e00-\u9fff](?:总|姐|哥|老师|经理|师兄|师姐|班长|主任|教练|工|师傅)"
)


def spans_of(kind: Kind, text: str, entities: Sequence[EntitySpan], names: Sequence[str]) -> list[Span]:
    """Where the text has something of the kind, in order, none inside another. ``names``: who is in the talk."""
    found = [(span.start, span.end) for label in kind.labels for span in entities if span.label == label]
    for pattern in PATTERNS.get(kind.sort, ()):
        found += [match.span() for match in pattern.finditer(text)]
    if kind.sort == "person":
        found += [span for name in names for span in _named(name, text)]
    if kind.sort == "number":
        found = [span for span in found if not BARE.match(text[slice(*span)]) and not _inside(span, _others(entities))]
    if kind.sort == "clock":
        found = [span for span in found if HOUR.search(text[max(span[0] - 6, 0) : span[1]])]
    if kind.sort == "duration":
        found = [span for span in found if DURATION.search(text[max(span[0] - 6, 0) : span[1]])]
    if kind.sort == "place":
        when = [(e.start, e.end) for e in entities if e.label == "TIME"] + [m.span() for m in CLOCK.finditer(text)]
        found = [span for span in found if not _inside(span, when)]
    widest = sorted(set(found), key=lambda span: (span[0] - span[1], span[0]))
    kept: list[Span] = []
    for span in widest:
        if all(span[1] <= other[0] or span[0] >= other[1] for other in kept):
            kept.append(span)
    return _joined(sorted(kept), text) if kind.labels == ("TIME",) else sorted(kept)


def fit(kind: Kind, surface: str) -> float:
    """How well a span's form fits: a number with another unit than the one asked for does not."""
    if not kind.unit:
        return 1.0
    if surface[-1:] in kind.unit or any(unit in surface for unit in kind.unit):
        return 1.0
    return 0.8 if surface[-1:].isdigit() or surface[-1:] in "〇零一二两三四五六七八九十百" else 0.3


def _joined(spans: Sequence[Span], text: str) -> list[Span]:
    """Neighbours as one: a date and its hour."""
    joined: list[Span] = []
    for span in spans:
        if joined and not text[joined[-1][1] : span[0]].strip(" ,，"):
            joined[-1] = (joined[-1][0], span[1])
        else:
            joined.append(span)
    return joined


def nearest(spans: Sequence[Span], text: str, units: Sequence[Unit]) -> Span | None:
    """The span closest to the words that the question shares, what no longer holds last; the later of equals."""
    if not spans:
        return None
    places = [place for unit in units for place in _places(unit, text)]

    def rank(span: Span) -> tuple[bool, int, int]:
        away = min((max(span[0] - place, place - span[1], 0) for place in places), default=0)
        return bool(OLD.search(text[: span[0]])), away, -span[0] if places else span[0]

    return min(spans, key=rank)


def first_person(text: str) -> Span | None:
    """Where the author speaks of what they do themselves."""
    match = FIRST_PERSON.search(text)
    return match.span() if match else None


PATTERNS: Final[dict[Sort, tuple[re.Pattern[str], ...]]] = {
    "time": (CLOCK, AT),
    "clock": (CLOCK, AT),
    "duration": (DURATION,),
    "number": (NUMBER,),
    "place": (LOCUS, WHERE),
    "code": (ID,),
    "person": (TITLED,),
}
"""What the model's entities may miss."""


def _named(name: str, text: str) -> Iterator[Span]:
    for form in name_forms(name):
        start = text.find(form)
        if start >= 0:
            yield start, start + len(form)


def _others(entities: Sequence[EntitySpan]) -> list[Span]:
    """Entities whose numbers count nothing."""
    return [(span.start, span.end) for span in entities if span.label in {"WORK", "TIME", "REPORT", "PROJECT"}]


def _inside(span: Span, others: Sequence[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _places(unit: Unit, text: str) -> Iterator[int]:
    """Where a word of the question stands in the text."""
    if unit.pairs or len(unit.text) == 1:
        yield from (match.start() for match in re.finditer(re.escape(unit.text), text))
        return
    for match in re.finditer(r"[^\W_]+(?:[-'.][^\W_]+)*", text):
        if words_of(match.group()).has(unit):
            yield match.start() if unit.text[:1].isdigit() else match.end()
