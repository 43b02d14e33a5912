"""What the tests of label packs share: a pack whose examples lie on axes, and vectors for their words."""

import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from plait_inference.packs.fit import background
from plait_inference.packs.pack import Pack
from plait_inference.packs.source import parse

WORDS = ("bug", "lunch", "invoice")
DIMENSIONS = 16

PACK = """\
name: desk
version: "1.0"
kind: one
labels:
  defect: {description: bug of the product, examples: [bug one, bug two, bug three, bug four]}
  food: {examples: [lunch one, lunch two, lunch three, lunch four]}
  money: {examples: [invoice one, invoice two, invoice three, invoice four]}
"""


def pack(text: str = PACK, *changes: tuple[str, str]) -> Pack:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return parse(text, "desk.yaml")


def vector(text: str) -> tuple[float, ...]:
    """A unit vector: an axis for each known word, a shared direction, and a little noise that the text decides."""
    noise = np.random.default_rng(zlib.crc32(text.encode())).normal(size=DIMENSIONS) * 0.05
    noise[DIMENSIONS - 1] += 2.0
    for place, word in enumerate(WORDS):
        noise[place] += float(word in text)
    if not any(word in text for word in WORDS):
        noise[len(WORDS)] += 1.0
    unit: Sequence[float] = (noise / np.linalg.norm(noise)).tolist()
    return tuple(unit)


def vectors(texts: Iterable[str]) -> dict[str, tuple[float, ...]]:
    return {text: vector(text) for text in (*texts, *background())}
