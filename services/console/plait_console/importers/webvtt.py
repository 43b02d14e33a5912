"""WebVTT (W3C Candidate Recommendation, 4 April 2019) as meeting tools write it: who said what, when.

Voice spans name the speaker; cue identifiers and settings, NOTE, STYLE and REGION blocks are passed over. Where there
is no voice span, a leading "Name: " is the speaker, as some tools write it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from plait_console.events import Malformed

ARROW = "-->"
STAMP = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)[.,](\d{3})")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]*)>")
TAG = re.compile(r"</?[a-zA-Z0-9:.][^>]*>")
NAMED = re.compile(r"([^\W\d][^:<>\n]{0,40}): (\S.*)", re.DOTALL)
PASSED_OVER = ("NOTE", "STYLE", "REGION")


@dataclass(frozen=True, slots=True)
class Cue:
    """What one person said; ``index`` counts from 1, ``speaker`` is empty when nobody is named."""

    index: int
    start_s: float
    end_s: float
    speaker: str
    text: str
    place: str


def parse(text: str) -> Iterator[Cue | Malformed]:
    """Cues in the order of the file; one with several voices gives one for each."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[0].startswith("WEBVTT") or lines[0][6:7] not in ("", " ", "\t"):
        yield Malformed("line 1", "a WebVTT file begins with the line WEBVTT")
        return
    index = 0
    for number, block in _blocks(lines):
        if number == 1 or (block[0].startswith(PASSED_OVER) and ARROW not in block[0]):
            continue
        found = _cue(number, block)
        if isinstance(found, Malformed):
            yield found
            continue
        start, end, payload = found
        for speaker, said in _voices(payload):
            index += 1
            yield Cue(index, start, end, speaker, said, f"cue {index} (line {number})")


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _cue(number: int, block: list[str]) -> tuple[float, float, str] | Malformed:
    at = 0 if ARROW in block[0] else 1
    place = f"line {number + at}"
    if len(block) <= at or ARROW not in block[at]:
        return Malformed(place, "no cue: a line with `start --> end` is missing")
    before, _, after = block[at].partition(ARROW)
    start, end = STAMP.fullmatch(before.strip()), STAMP.match(after.strip())
    if start is None or end is None:
        return Malformed(place, f"can't read the times {block[at].strip()!r}")
    if _seconds(end) < _seconds(start):
        return Malformed(place, "the cue ends before it starts")
    return _seconds(start), _seconds(end), "\n".join(block[at + 1 :])


def _seconds(stamp: re.Match[str]) -> float:
    hours, minutes, seconds, millis = (int(part or 0) for part in stamp.groups())
    return hours * 3600 + minutes * 60 + seconds + millis / 1000


def _voices(payload: str) -> Iterator[tuple[str, str]]:
    pieces = VOICE.split(payload)
    unnamed = _plain(pieces[0])
    if unnamed:
        named = NAMED.fullmatch(unnamed) if len(pieces) == 1 else None
        yield (named[1].strip(), named[2]) if named else ("", unnamed)
    for speaker, said in zip(pieces[1::2], pieces[2::2], strict=True):
        if _plain(said):
            yield unescape(speaker).strip(), _plain(said)


def _plain(text: str) -> str:
    return " ".join(unescape(TAG.sub("", text)).split())
