"""A text with its entities masked, so that a rule can say "WORK takes over from PERSON" as one regular expression.

``⟦3W⟧`` stands for the fourth thing, a WORK. Letters: W work, R report, J project, P person, G org, C client,
M meeting, L place, T time, D time that is a deadline ("by Friday", 周三前).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from plait_knowledge_graph.graph.names import MAX_NAME, PERSON, TIME, Ref, normalise
from plait_schemas.records import Identity, Message, Tags

LETTERS = {
    "WORK": "W", "REPORT": "R", "PROJECT": "J", "PERSON": "P", "ORG": "G",
    "CLIENT": "C", "MEETING": "M", "PLACE": "L", "TIME": "T",
}  # fmt: skip
DEADLINE_INSIDE = re.compile(r"^(?:by|before|no later than)\b|(?:之前|以前|前)$", re.IGNORECASE)
DEADLINE_BEFORE = re.compile(r"\b(?:by|before|no later than)\s+$", re.IGNORECASE)
DEADLINE_AFTER = re.compile(r"^\s*(?:之前|以前|前)")
SENTENCE_ENDS = re.compile(r"(?<=[。！？；!?;\n])|(?<=\.)(?=\s|$)")
BRACKETS = str.maketrans("⟦⟧", "[]")


@dataclass(frozen=True, slots=True)
class Thing:
    """Something that a message names; ``ref`` says what, the span says where."""

    ref: Ref
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class Sentence:
    """One masked sentence; ``origin[i]`` is the offset in the text of its i-th character, one more for the end."""

    text: str
    origin: Sequence[int]


@dataclass(frozen=True, slots=True)
class Masked:
    """A text as the rules read it."""

    things: Sequence[Thing]
    sentences: Sequence[Sentence]


def things(message: Message, tags: Tags) -> list[Thing]:
    """Everything named in the text, in its order: entities, and mentioned people that the tags missed. No overlaps."""
    found = [
        Thing(_ref(entity.label, entity.text, message.mentions), entity.start, entity.end, entity.score)
        for entity in tags.entities
        if 0 <= entity.start < entity.end <= len(message.text) and entity.text.strip() and len(entity.text) <= MAX_NAME
    ]
    for person in message.mentions:
        if person.name:
            for match in re.finditer("@" + re.escape(person.name), message.text):
                found.append(Thing(Ref(PERSON, person.name, person.id), match.start() + 1, match.end(), 1.0))
    found.sort(key=lambda thing: (thing.start, -thing.end, thing.ref.label))
    kept: list[Thing] = []
    for thing in found:
        if not kept or thing.start >= kept[-1].end:
            kept.append(thing)
    return kept


def mask(message: Message, tags: Tags) -> Masked:
    """Mask the things of a text and cut it into sentences."""
    named = things(message, tags)
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for number, thing in enumerate(named):
        plain = message.text[at : thing.start]
        token = f"⟦{number}{_letter(thing, message.text)}⟧"
        pieces += [plain.translate(BRACKETS), token]
        origin += [*range(at, thing.start), *([thing.start] * len(token))]
        at = thing.end
    pieces.append(message.text[at:].translate(BRACKETS))
    origin += [*range(at, len(message.text)), len(message.text)]
    return Masked(named, _sentences("".join(pieces), origin))


def _sentences(text: str, origin: list[int]) -> list[Sentence]:
    cuts = [0, *(match.start() for match in SENTENCE_ENDS.finditer(text)), len(text)]
    spans = [(a, b) for a, b in pairwise(cuts) if text[a:b].strip()]
    return [Sentence(text[a:b], origin[a : b + 1]) for a, b in spans]


def _ref(label: str, surface: str, mentions: Sequence[Identity]) -> Ref:
    if label == PERSON:
        same = {person.id for person in mentions if normalise(person.name) == normalise(surface)}
        if len(same) == 1:
            return Ref(label, surface, same.pop())
    return Ref(label, surface)


def _letter(thing: Thing, text: str) -> str:
    if thing.ref.label != TIME:
        return LETTERS.get(thing.ref.label, "X")
    deadline = (
        DEADLINE_INSIDE.search(thing.ref.name)
        or DEADLINE_BEFORE.search(text[max(0, thing.start - 15) : thing.start])
        or DEADLINE_AFTER.search(text[thing.end : thing.end + 4])
    )
    return "D" if deadline else "T"
