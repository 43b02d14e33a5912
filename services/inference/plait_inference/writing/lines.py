"""What a generator wrote, read strictly: one sentence a line, its sources' numbers in brackets at the end. Pure."""

import re
from typing import Final

from plait_inference.writing.grounding import Written

MAX_LINES: Final = 20
MAX_CHARS: Final = 20_000
THOUGHT: Final = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL | re.IGNORECASE)
NUMBERS: Final = r"\[\s*\d{1,4}(?:\s*[,，、]\s*\d{1,4})*\s*\]"
LINE: Final = re.compile(
    rf"\s*(?:[-*•]\s+|\d{{1,2}}[.)]\s+)?(?P<text>[^\[\]]*[^\[\]\s])\s*(?P<numbers>{NUMBERS}(?:\s*{NUMBERS})*)\s*[.。]?\s*"
)
DIGITS: Final = re.compile(r"\d+")


def written(text: str) -> list[Written]:
    """The lines that have the form that was asked for, in order; what a model thought aloud is none."""
    said = THOUGHT.sub("", text[:MAX_CHARS])
    matches = [match for line in said.splitlines() if (match := LINE.fullmatch(line))]
    return [
        Written(match["text"], tuple(dict.fromkeys(map(int, DIGITS.findall(match["numbers"])))))
        for match in matches[:MAX_LINES]
    ]
