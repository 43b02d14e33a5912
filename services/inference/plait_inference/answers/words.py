"""Which words of a question a text takes up: stems in English, characters with their neighbours in Chinese. Pure."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import log
from typing import Final

from plait_inference.language import is_han
from plait_inference.wording import STOP

TOKEN: Final = re.compile(r"[^\W_]+(?:[-'’.,:/][^\W_]+)*")
ENDINGS: Final = ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s")
_ASKING: Final = """
    which where why whom whose many much long often far any still already not no happen happened happens
    say said give there into out up about after before than more
"""
ASKING: Final = frozenset(_ASKING.split())
"""Words that shape a question and say nothing of its subject."""
ZH_ASKING: Final = re.compile(
    r"为什么|什么时候|什么地方|什么|为何|何时|哪里|哪儿|哪位|哪个|哪些|哪一?[天张家本款]|谁|多少|多久|几[个点号天年月块件条本位次]?"
    r"|怎么|如何|是不是|有没有|能不能|要不要|是否|[的了是在有吗呢吧由被会要和跟给到去来就也都还把请]"
)
PREFIX: Final = 5
"""So many letters in common make two English words forms of one."""
PART: Final = 0.4
"""What a Chinese character counts that occurs without its neighbour, or an English word in another form."""


@dataclass(frozen=True)
class Words:
    """The words of a text, to look a question's words up in."""

    stems: frozenset[str]
    pairs: frozenset[str]
    characters: frozenset[str]

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """Beginnings of the longer stems."""
        return frozenset(stem[:PREFIX] for stem in self.stems if len(stem) >= PREFIX)

    def has(self, unit: "Unit") -> float:
        """How far a word of a question occurs here, 0 to 1."""
        if unit.pairs:
            if any(pair in self.pairs for pair in unit.pairs):
                return 1.0
            return PART if unit.text in self.characters else 0.0
        if unit.text in self.stems or unit.text in self.characters:
            return 1.0
        return 2 * PART if len(unit.text) >= PREFIX and unit.text[:PREFIX] in self.prefixes else 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """A word of a question: an English stem, or a Chinese character with the pairs that it stands in."""

    text: str
    pairs: tuple[str, ...] = ()


def stem(word: str) -> str:
    """An English word without its ending; no more than four letters are cut off, three stay."""
    word = word.lower().removesuffix("'s").removesuffix("’s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            cut = word[: -len(ending)]
            return cut[:-1] if cut[-1] == cut[-2] and cut[-1] not in "ls" else cut.removesuffix("e")
    return word.removesuffix("e") if len(word) > 3 else word


def words_of(text: str) -> Words:
    """What a text takes up."""
    stems: set[str] = set()
    pairs: set[str] = set()
    for token in TOKEN.findall(text):
        for part in _scripts(token):
            if is_han(part[0]):
                pairs.update(first + second for first, second in pairwise(part))
            else:
                stems.add(stem(part))
    return Words(frozenset(stems), frozenset(pairs), frozenset(char for char in text if is_han(char)))


def units_of(question: str) -> list[Unit]:
    """The words that carry a question's subject, without those that only ask."""
    found: list[Unit] = []
    for token in TOKEN.findall(ZH_ASKING.sub(" ", question)):
        for part in _scripts(token):
            if is_han(part[0]):
                pairs = [first + second for first, second in pairwise(part)]
                found += [Unit(char, tuple(pairs[max(place - 1, 0) : place + 1])) for place, char in enumerate(part)]
            elif part.lower() not in STOP and part.lower() not in ASKING:
                found.append(Unit(stem(part)))
    return list(dict.fromkeys(found))


def weights_of(units: Sequence[Unit], texts: Sequence[Words]) -> list[float]:
    """How much each word tells: the rarer in the texts, the more (the idf of BM25)."""
    counts = [sum(words.has(unit) >= 2 * PART for words in texts) for unit in units]
    return [log(1 + (len(texts) - count + 0.5) / (count + 0.5)) for count in counts]


def cover(units: Sequence[Unit], weights: Sequence[float], *texts: Words) -> float:
    """The weighted share of a question's words that at least one of the texts has; 0 for a question without words."""
    total = sum(weights)
    if not total:
        return 0.0
    hits = (weight * max(text.has(unit) for text in texts) for unit, weight in zip(units, weights, strict=True))
    return sum(hits) / total


def lowered(units: Sequence[Unit], weights: Sequence[float], words: Collection[str], factor: float) -> list[float]:
    """The weights with those of ``words`` times ``factor``."""
    few = {stem(word) for word in words}
    return [
        weight * factor if unit.text in few or any(pair in few for pair in unit.pairs) else weight
        for unit, weight in zip(units, weights, strict=True)
    ]


def _scripts(token: str) -> list[str]:
    """A token in runs of one script: ``PAY单`` is ``PAY`` and ``单``."""
    runs: list[str] = []
    for char in token:
        if runs and is_han(runs[-1][-1]) == is_han(char):
            runs[-1] += char
        else:
            runs.append(char)
    return [run.strip("-'’.,:/") for run in runs if run.strip("-'’.,:/")]
