"""Sentences of a message, English and Chinese, as spans of code points. Pure."""

import re
from typing import Final

BREAK: Final = re.compile(
    r"[。！？!?…]+[”’」』\"')）]*\s*|(?<![A-Z])(?<!\b(?:Mr|Ms|Dr|St|vs|No))(?<!\b(?:e\.g|i\.e|etc))\.+[”’\"')]*(?=\s|$)\s*|\n+\s*"
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """``[start, end)`` of each sentence, end marks kept, spaces around left out, in order."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in BREAK.finditer(text):
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    visible = piece.strip()
    if not visible:
        return
    first = start + len(piece) - len(piece.lstrip())
    last = first + len(visible)
    if any(char.isalnum() for char in visible) or not spans:
        spans.append((first, last))
    else:
        spans[-1] = (spans[-1][0], last)
