"""Text to token windows, with the code-point span of every token. No torch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

PREFIX: Final = "query: "
"""What intfloat/multilingual-e5 expects before a text that is compared with others."""
OVERLAP: Final = 64


@dataclass(frozen=True, slots=True)
class Tokens:
    """The text's own tokens; ``spans[i]`` is ``[start, end)`` in code points of the text."""

    prefix_ids: tuple[int, ...]
    ids: tuple[int, ...]
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Window:
    """Tokens ``[start, stop)`` of item ``item``, as ``ids`` ready for the encoder.

    ``lead`` tokens of ``ids`` (begin mark and prefix) come before the text's own.
    """

    item: int
    start: int
    stop: int
    lead: int
    ids: tuple[int, ...]


def tokenize(tokenizer: Any, texts: Sequence[str]) -> list[Tokens]:
    """Tokens of each text, prefix apart; empty pieces at the seam belong to the prefix."""
    batch = tokenizer(
        [PREFIX + text for text in texts],
        add_special_tokens=False,
        return_offsets_mapping=True,
        return_attention_mask=False,
        verbose=False,
    )
    return [_split(ids, spans) for ids, spans in zip(batch["input_ids"], batch["offset_mapping"], strict=True)]


def windows_of(tokenizer: Any, items: Sequence[Tokens], size: int) -> list[Window]:
    """Cut each item into overlapping windows of at most ``size`` ids, in order."""
    begin, end = special_ids(tokenizer)
    windows: list[Window] = []
    for index, item in enumerate(items):
        lead = (*begin, *item.prefix_ids)
        room = size - len(lead) - len(end)
        for start, stop in cuts(len(item.ids), room):
            ids = (*lead, *item.ids[start:stop], *end)
            windows.append(Window(index, start, stop, len(lead), ids))
    return windows


def cuts(count: int, room: int) -> list[tuple[int, int]]:
    """Ranges of at most ``room`` that cover ``[0, count)``; neighbours share up to ``OVERLAP``."""
    overlap = min(OVERLAP, room // 4)
    starts = range(0, max(count - overlap, 1), room - overlap)
    return [(start, min(start + room, count)) for start in starts]


def special_ids(tokenizer: Any) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Ids before and after a text, as the tokenizer's own template adds them."""
    plain = tokenizer("a", add_special_tokens=False)["input_ids"]
    full = tokenizer("a", add_special_tokens=True)["input_ids"]
    for lead in range(len(full) - len(plain) + 1):
        if full[lead : lead + len(plain)] == plain:
            return tuple(full[:lead]), tuple(full[lead + len(plain) :])
    return (), ()


def _split(ids: Sequence[int], spans: Sequence[tuple[int, int]]) -> Tokens:
    offset = len(PREFIX)
    lead = next((i for i, (_, end) in enumerate(spans) if end > offset), len(ids))
    own = tuple((max(start - offset, 0), end - offset) for start, end in spans[lead:])
    return Tokens(tuple(ids[:lead]), tuple(ids[lead:]), own)
