"""Who is called by name in a text, in English and Chinese. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from plait_inference.conversation import Participant
from plait_inference.language import is_han

TITLES: Final = frozenset({"dr", "mr", "mrs", "ms", "prof", "sir", "other", "the", "team"})
ROLES: Final = frozenset(
    {"产品", "开发", "研发", "测试", "设计", "运维", "运营", "客服", "销售", "市场", "财务", "法务", "人事", "合规"}
    | {"產品", "開發", "測試", "設計", "客服", "財務", "法務", "it", "hr", "pm", "qa", "ui", "cto", "ceo", "cfo"}
)
"""Parts of a shown name that call nobody by themselves."""


@dataclass(frozen=True, slots=True)
class Called:
    """A name at ``[start, end)`` of a text, and the ids of those whom it may mean."""

    start: int
    end: int
    ids: frozenset[str]


def called(text: str, participants: Sequence[Participant]) -> Called | None:
    """The first name in a text; of those that start there the longest, so that "Tom Reed" is not every Tom."""
    found = [
        (match.start(), -len(form), person.id)
        for person in participants
        if person.name
        for form in name_forms(person.name)
        if (match := _pattern(form).search(text))
    ]
    if not found:
        return None
    start, length = min(found)[:2]
    return Called(start, start - length, frozenset(id_ for at, size, id_ in found if (at, size) == (start, length)))


@lru_cache(maxsize=2**12)
def name_forms(name: str) -> tuple[str, ...]:
    """How a participant is called: whole or given name, surname after a title, ``小`` or ``老`` + surname.

    A role beside a Chinese name is not part of it: "产品 云开" is called 云开.
    """
    parts = name.split()
    if any(map(is_han, name)):
        own = parts[0] if parts[-1].lower() in ROLES else parts[-1]
        return tuple(dict.fromkeys([name, own, *_han_forms(own)]))
    calling = [part for part in parts if len(part.strip(".")) > 1 and part.strip(".").lower() not in TITLES]
    titled = calling and parts[0] not in calling
    return tuple(dict.fromkeys([name, *(calling if titled else calling[:1])]))


def _han_forms(name: str) -> list[str]:
    if not is_han(name[0]):
        return []
    given = [name[1:]] if len(name) > 2 else []
    return [*given, f"小{name[-1]}", f"小{name[0]}", f"老{name[0]}", f"{name[0]}工", f"{name[0]}总"]


@lru_cache(maxsize=2**12)
def _pattern(form: str) -> "re.Pattern[str]":
    before = "(?<![照按像据據])" if is_han(form[0]) else r"(?<![^\W_])"  # 照罗颂说的写: as he said
    after = "" if is_han(form[-1]) else r"(?![^\W_])"
    return re.compile(before + re.escape(form) + after)
