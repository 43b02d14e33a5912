"""Main language of a message: scripts first, since they are certain, then a model for texts in Latin letters."""

import re
from collections.abc import Iterator
from typing import Protocol

from plait_schemas.records import Language

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA_OR_HANGUL = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f\u1100-\u11ff\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
_NOISE = re.compile(r"[\d_/\\.=@#\[\]]")
_AROUND_A_WORD = ".,;:!?()\"'`*"
SURE = 0.6
FEW_WORDS = 3
SURE_OF_FEW_WORDS = 0.85
LONGEST_SAMPLE = 600


class Guess(Protocol):
    """A model that names the language of a text in Latin letters, one line, with its probability."""

    def __call__(self, text: str) -> tuple[str, float]: ...


def language_of(text: str, guess: Guess) -> Language:
    """English, Chinese or other. Short Chinese stays Chinese; a few ASCII words count as English unless it is clear."""
    words = " ".join(_words(text[:LONGEST_SAMPLE]))
    latin = _LATIN.findall(words)
    if not words.isascii():
        han, other = len(_HAN.findall(words)), len(_KANA_OR_HANGUL.findall(words))
        if other * 5 > han:
            return Language.OTHER if other + han > len(latin) else _of_latin(latin, guess)
        if han and han >= len(latin):
            return Language.ZH
        letters = sum(map(len, latin))
        if sum(c.isalpha() for c in words) - han - other > 2 * letters:
            return Language.OTHER
    if not latin:
        return Language.ZH if _HAN.search(text) else Language.OTHER
    return _of_latin(latin, guess)


def _words(text: str) -> Iterator[str]:
    """Words of the text without addresses, mentions, numbers and identifiers."""
    for token in text.split():
        word = token.strip(_AROUND_A_WORD)
        if word and not _NOISE.search(word):
            yield word


def _of_latin(words: list[str], guess: Guess) -> Language:
    sample = " ".join(words)
    label, probability = guess(sample.lower() if sample.isupper() else sample)
    if label == "en":
        return Language.EN
    if not sample.isascii():
        return Language.OTHER if probability >= SURE / 2 else Language.EN
    return Language.OTHER if probability >= (SURE if len(words) > FEW_WORDS else SURE_OF_FEW_WORDS) else Language.EN
