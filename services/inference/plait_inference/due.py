"""When work is due: which of the times that were said with it. Pure."""

import re
from collections.abc import Sequence
from typing import Final

from plait_inference.conversation import Turn
from plait_inference.dates import resolve
from plait_inference.reading import EntitySpan
from plait_inference.wording import AFTER, AT, DEADLINE

MARK: Final = 7
"""Characters before a time in which a word makes it a deadline."""
BESIDE: Final = 24
"""Characters before a time in which the words end that go with it."""
CLAUSE: Final = 80
"""Characters on either side of a time in which its clause is read."""
MONTH: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|(?:octo|novem|decem)ber|oct|nov|dec)"
)
BEFORE_ZH: Final = re.compile(r"(?:下班|收工|会|開會|开会)?[之以]?前")
"""Behind a time: what makes it a deadline."""
START: Final = re.compile(r"\b(?:start|begin|kick)\w*\b|开始|開始|动手|启动", re.IGNORECASE)
"""In the clause of a time: work begins then."""
FROM: Final = re.compile(r"\b(?:from|starting|as of|effective)\s+$|[从從自]\s*$", re.IGNORECASE)
ON: Final = re.compile(
    r"\s*起(?![草稿诉訴飞飛床来來身步航程码碼名个個早])|\s+onwards?\b|\s+on(?=[.,;:!?]|$)", re.IGNORECASE
)
"""Around a time from which a rule holds."""
DAYLESS: Final = re.compile(
    rf"^(?!.*(?:days?\b|today|tonight|tomorrow|\d|\b(?:mon|tues?|wed|thu(?:rs?)?|fri|sat|sun|{MONTH})\b))"
    r".*\b(?:morning|afternoon|evening|night|lunch)\b",
    re.IGNORECASE,
)
"""A meeting whose name has a part of the day and no day."""
CLAUSE_END: Final = re.compile(r"[，,;；。.!！?？\n]")
LENGTH: Final = re.compile(
    r"(?:\d+|an?|half an|[\w-]+) (?:min|hour)\w*|[半\d一二两三四五六七八九十]+个?(?:分钟?|小时|钟头)", re.IGNORECASE
)
AT_THE_END: Final = re.compile(
    r"\b(?:right|straight|directly) after(?= ?(?:[.,;!?]|$))"
    r"|\b(?:(?:right|straight|directly) )?after (?:the|this|our) (?:[\w-]+ )?(?:call|meeting|stand-?up|session|round)\b"
    r"|\bafter lunch\b"
    r"|\b(?:as soon as|the moment|when|once) we(?:['’]re| are)? (?:hang up|done|finish\w*|through)(?: here)?"
    r"|散会[后後]?|(?:开完)?[会會][后後]|(?:午|吃完)?[饭飯][后後]",
    re.IGNORECASE,
)
"""The same day: when those who speak have finished."""
LATER: Final = re.compile(r"(?:after|every|each)\b|每", re.IGNORECASE)
AGO: Final = re.compile(
    r"(?<!\d)(?!\d{4} ?年)[半\d一二两兩三四五六七八九十百几幾数數多]{1,6} ?[个個多来來]{0,3}"
    r"(?:年|(?<=[个個多两兩几幾数數])月|周|星期|礼拜|天|小时|小時|钟头|鐘頭|分[钟鐘]|秒)[之以]?前"
)
"""A length of time before now, not a year or a month of it."""
PAST: Final = re.compile(
    r"\b(?:ago|last (?:night|week|month|year|\w+day)|since|yesterday)\b|去年|昨|前天|前年|此前|[从從]前|" + AGO.pattern,
    re.IGNORECASE,
)
EVENT: Final = (
    "开開上下发發签簽交出到来來走回结結完搬装裝做写寫放过過定印付动動看听聽收拿给給寄用改审審"
    "拍关關办辦买買卖賣试試验驗投送入停播演赛賽考会會年节節假"
)
"""Characters of which what comes before something else has one: what happens, or a feast."""
NO_EVENT: Final = "目之以提当當先日空久眼面超靠往向比跟和与與此从從次门門楼樓车車店人"
"""In front of 前: the word is a place, a comparison or an earlier time."""
MILESTONE: Final = re.compile(
    r"\b(?:before|until|till|once|as soon as|by the time) (?:it|they|she|he|we|you|the [\w-]+)(?:['’]\w+)?"
    r" [^,.;:!?\n(]{1,60}\b"
    r"|\bwhen(?:ever)? (?:you|things|it)(?:['’]\w+)? (?:think|have|get|find|can|an?|are|is|suits?)\b"
    r"[^,.;:!?\n(]{0,60}\b"
    r"|(?:(?<![细細环環调調章情关關季礼禮音小枝脱脫时時字])[节節]|(?<![真虚虛作])假)[后後](?![面续續台端果])"
    rf"|(?<![\u4e00-\u9fff])(?=[\u4e00-\u9fff]{{0,5}}[{EVENT}])"
    rf"[\u4e00-\u9fff]{{1,6}}(?<![{NO_EVENT}])(?:之前|以前|前)(?=[，。；,;！!]|$)",
    re.IGNORECASE,
)
"""What is to happen first, or is up to who does it."""
NEXT_TO: Final = re.compile(
    r"\b(?:before|after|at|until|by|in|during) (?:(?:the|our|this|that|next) )?$", re.IGNORECASE
)
"""In front of a meeting: when work is due."""
PERIOD: Final = re.compile(
    rf"(?:(?:early|late|mid)[ -])?{MONTH}"
    r"|spring|summer|autumn|winter|q[1-4]"
    r"|下个?[月季]度?|\d{1,2} ?月份?|[一二三四五六七八九十]{1,2}月份?|[春夏秋冬]天|明年",
    re.IGNORECASE,
)
"""A time that is no day."""
Said = tuple[str | None, str | None]


def due_of(
    turns: Sequence[Turn], asked: Turn | None, asked_at: tuple[int, int] | None, beside: Sequence[Turn] = ()
) -> Said:
    """The surface and the ISO date: of the latest message that names a time, its sentence before its others.

    ``asked`` is the message that asked for the work, at ``asked_at`` where that is known. ``beside`` are messages
    of others that may make an appointment for it, which is meant where none of ``turns`` names a time.
    """
    sentences = [
        (turn, asked_at if turn is asked and asked_at else turn.span_of("commitment", "request", "agreement"))
        for turn in reversed(turns)
    ]
    wider = [(turn, (0, len(turn.text))) for turn, _ in sentences]
    for way, places in ((_ending, sentences), (_dated, wider), (_undated, wider), (_eventual, sentences)):
        for turn, within in places:
            if (found := way(turn, within)) is not None:
                return found
    return next((found for turn in beside if (found := _appointed(turn)) is not None), (None, None))


def _appointed(turn: Turn) -> Said | None:
    """The day that a message gives; how long something takes is none."""
    found = _dated(turn, turn.span_of("schedule"))
    return None if found is None or LENGTH.fullmatch(found[0] or "") else found


def _ending(turn: Turn, within: tuple[int, int]) -> Said | None:
    """A date, or else the end of what those who speak are at."""
    return _dated(turn, within) or _closing(turn, within)


def _dated(turn: Turn, within: tuple[int, int]) -> Said | None:
    """One marked as a deadline before others, an end before a beginning, a date before a length, the later of two.

    Meetings only where they are marked, or no time has a date.
    """
    found = [
        (span, date)
        for span in _spans(turn, within, "TIME", "MEETING")
        if (date := moment(turn, span)) and not _opens(turn, span) and not _is_dayless(turn, span)
    ]
    times = [(span, date) for span, date in found if span.label == "TIME"]
    for fits, some in ((_is_deadline, found), (_is_date, times), (_any, times), (_any, found)):
        fitting = [(turn.text[span.start : span.end], date) for span, date in some if fits(turn, span)]
        if fitting:
            return fitting[-1]
    return None


def _closing(turn: Turn, within: tuple[int, int]) -> Said | None:
    """The day of the message, for what follows a meeting or a meal."""
    match = AT_THE_END.search(turn.text, *within)
    return (match[0], turn.time.date().isoformat()) if match and turn.time else None


def _undated(turn: Turn, within: tuple[int, int]) -> Said | None:
    """A deadline that is no date, unless it is over; any time, where the message's own is unknown."""
    said = [
        (turn.text[span.start : span.end], _is_deadline(turn, span))
        for span in _spans(turn, within, "TIME")
        if not _opens(turn, span)
    ]
    unknown = turn.time is None  # then no surface could be dated
    left = [
        surface for surface, marked in said if (unknown or marked or LATER.match(surface)) and not PAST.search(surface)
    ]
    return (left[-1], None) if left else None


def _eventual(turn: Turn, within: tuple[int, int]) -> Said | None:
    """What has no date: something that happens first, a meeting, a month or quarter."""
    first = MILESTONE.search(turn.text, *within)
    if first and not PAST.search(first[0]):
        return first[0].strip(), None
    for span in _spans(turn, within, "MEETING", "TIME"):
        surface = turn.text[span.start : span.end]
        if span.label == "MEETING" and (before := NEXT_TO.search(_before(turn, span, within[0]))):
            return before[0] + surface, None
        if span.label == "TIME" and PERIOD.fullmatch(surface) and not _opens(turn, span):
            return surface, None
    return None


def _spans(turn: Turn, within: tuple[int, int], *labels: str) -> list[EntitySpan]:
    """What is said within, but for what is over."""
    return [
        span
        for span in turn.reading.entities
        if span.label in labels and within[0] <= span.start < within[1] and not AGO.match(turn.text, span.start)
    ]


def _before(turn: Turn, span: EntitySpan, first: int = 0) -> str:
    """The words that may go with a time; no more, or a long message takes time that grows as its square."""
    return turn.text[max(span.start - BESIDE, first) : span.start]


def _any(turn: Turn, span: EntitySpan) -> bool:
    return True


def _is_date(turn: Turn, span: EntitySpan) -> bool:
    return not LENGTH.fullmatch(turn.text[span.start : span.end]) and not _begins(turn, span)


def _is_deadline(turn: Turn, span: EntitySpan) -> bool:
    before = CLAUSE_END.split(turn.text[max(span.start - MARK, 0) : span.start])[-1]
    marked = DEADLINE.search(before + turn.text[span.start : span.end])
    return marked is not None or BEFORE_ZH.match(turn.text, span.end) is not None


def _opens(turn: Turn, span: EntitySpan) -> bool:
    """Whether something holds from the time on."""
    return FROM.search(_before(turn, span)) is not None or ON.match(turn.text, span.end) is not None


def _is_dayless(turn: Turn, span: EntitySpan) -> bool:
    """Whether a meeting's name has no more than a part of the day."""
    return span.label == "MEETING" and DAYLESS.search(turn.text[span.start : span.end]) is not None


def _begins(turn: Turn, span: EntitySpan) -> bool:
    """Whether the time's clause is about a beginning."""
    before = CLAUSE_END.split(turn.text[max(span.start - CLAUSE, 0) : span.start])[-1]
    after = CLAUSE_END.split(turn.text[span.end : span.end + CLAUSE])[0]
    return START.search(before + turn.text[span.start : span.end] + after) is not None


def moment(turn: Turn, span: EntitySpan) -> str | None:
    """The date of a time; a number or a length alone with the word beside it, which the label leaves out."""
    if turn.time is None:
        return None
    due = turn.text[span.start : span.end]
    before, after = AT.search(_before(turn, span)), AFTER.match(turn.text, span.end)
    ways = [due, *([before[0] + due] if before else []), *([f"{due}后"] if after else [])]
    if LENGTH.fullmatch(due):  # said of work, minutes and hours count from now
        ways.append(f"in {due}" if due.isascii() else f"{due}后")
    return next(filter(None, (resolve(way, turn.time) for way in ways)), None)
