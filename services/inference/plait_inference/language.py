"""The language of a message by its script: ``en``, ``zh`` or ``other``.

``Message.language`` of the stream is not used: the offline command has no ingest before it that would say it, and
a text must be read the same way on both roads.
"""

from typing import Final, Literal

Language = Literal["en", "zh", "other"]

CJK_SHARE: Final = 0.2
"""A Han character says as much as a short word, so a fifth of the letters is enough for zh."""


def is_han(char: str) -> bool:
    """A Chinese character (CJK unified ideographs, extensions, compatibility)."""
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        or "\uf900" <= char <= "\ufaff"
        or "\U00020000" <= char <= "\U0003134f"
    )


def language_of(text: str) -> Language:
    """``zh`` from a fifth of Han letters on, ``en`` for Latin script, else ``other``.

    Kana or Hangul in a share that no Chinese text has make it ``other``; no letters at all
    (numbers, emoji) are ``other`` as well.
    """
    letters = [char for char in text if char.isalpha()]
    if not letters:
        return "other"
    han = sum(map(is_han, letters))
    kana = sum("\u3040" <= char <= "\u30ff" or "\uac00" <= char <= "\ud7af" for char in letters)
    if kana > CJK_SHARE * len(letters):
        return "other"
    if han >= CJK_SHARE * len(letters):
        return "zh"
    latin = sum(char < "\u0250" for char in letters)
    return "en" if 2 * latin > len(letters) else "other"
