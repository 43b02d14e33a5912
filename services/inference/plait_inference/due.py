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
BEFORE_ZH: Final = re.compile(r"(?:下班|收工|会|開會|开会)?[之以]?前")
"""Behind a time: what makes it a deadline."""
START: Final = re.compile(r"\b(?:start|begin|kick)\w*\b|开始|開始|动手|启动", re.IGNORECASE)
"""In the clause of a time: work begins then."""
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
PAST: Final = re.compile(
    r"\b(?:ago|last (?:night|week|month|year|\w+day)|since|yesterday)\b|去年|昨|前天|前年|[天年月周]前$", re.IGNORECASE
)
Said = tuple[str | None, str | None]


def due_of(turns: Sequence[Turn], asked: Turn | None, asked_at: tuple[int, int] | None) -> Said:
    """The surface and the ISO date: of the latest message that names a time, its sentence before its others.

    ``asked`` is the message that asked for the work, at ``asked_at`` where that is known.
    """
    sentences = [
        (turn, asked_at if turn is asked and asked_at else turn.span_of("commitment", "request", "agreement"))
        for turn in reversed(turns)
    ]
    wider = [(turn, (0, len(turn.text))) for turn, _ in sentences]
    for way, places in ((_dated, sentences), (_dated, wider), (_closing, sentences), (_undated, wider)):
        for turn, within in places:
            if (found := way(turn, within)) is not None:
                return found
    return None, None


def _dated(turn: Turn, within: tuple[int, int]) -> Said | None:
    """One marked as a deadline before others, an end before a beginning, a date before a length, the later of two."""
    times = _times(turn, within)
    times = times or [span for span in _spans(turn, within) if span.label == "MEETING"]
    found = [(span, date) for span in times if (date := moment(turn, span))]
    for fits in (_is_deadline, _is_date, _any):
        fitting = [(turn.text[span.start : span.end], date) for span, date in found if fits(turn, span)]
        if fitting:
            return fitting[-1]
    return None


def _closing(turn: Turn, within: tuple[int, int]) -> Said | None:
    """The day of the message, for what follows a meeting or a meal."""
    match = AT_THE_END.search(turn.text, *within)
    return (match[0], turn.time.date().isoformat()) if match and turn.time else None


def _undated(turn: Turn, within: tuple[int, int]) -> Said | None:
    """A deadline that is no date, unless it is over; any time, where the message's own is unknown."""
    said = [(turn.text[span.start : span.end], _is_deadline(turn, span)) for span in _times(turn, within)]
    unknown = turn.time is None  # then no surface could be dated
    left = [
        surface for surface, marked in said if (unknown or marked or LATER.match(surface)) and not PAST.search(surface)
    ]
    return (left[-1], None) if left else None


def _spans(turn: Turn, within: tuple[int, int]) -> list[EntitySpan]:
    return [span for span in turn.reading.entities if within[0] <= span.start < within[1]]


def _times(turn: Turn, within: tuple[int, int]) -> list[EntitySpan]:
    return [span for span in _spans(turn, within) if span.label == "TIME"]


def _any(turn: Turn, span: EntitySpan) -> bool:
    return True


def _is_date(turn: Turn, span: EntitySpan) -> bool:
    return not LENGTH.fullmatch(turn.text[span.start : span.end]) and not _begins(turn, span)


def _is_deadline(turn: Turn, span: EntitySpan) -> bool:
    before = CLAUSE_END.split(turn.text[max(span.start - MARK, 0) : span.start])[-1]
    marked = DEADLINE.search(before + turn.text[span.start : span.end])
    return marked is not None or BEFORE_ZH.match(turn.text, span.end) is not None


def _begins(turn: Turn, span: EntitySpan) -> bool:
    """Whether the time's clause is about a beginning."""
    before = [match.end() for match in CLAUSE_END.finditer(turn.text, 0, span.start)]
    after = CLAUSE_END.search(turn.text, span.end)
    clause = turn.text[before[-1] if before else 0 : after.start() if after else len(turn.text)]
    return START.search(clause) is not None


def moment(turn: Turn, span: EntitySpan) -> str | None:
    """The date of a time; a number or a length alone with the word beside it, which the label leaves out."""
    if turn.time is None:
        return None
    due = turn.text[span.start : span.end]
    before, after = AT.search(turn.text[: span.start]), AFTER.match(turn.text, span.end)
    ways = [due, *([before[0] + due] if before else []), *([f"{due}后"] if after else [])]
    if LENGTH.fullmatch(due):  # said of work, minutes and hours count from now
        ways.append(f"in {due}" if due.isascii() else f"{due}后")
    return next(filter(None, (resolve(way, turn.time) for way in ways)), None)
