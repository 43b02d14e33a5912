"""What a text says, as a row of tokens: names, links, ids, times, numbers, words, Chinese characters. Pure.

Case, width and the way to write a number or a date are the writer's own; two tokens with one key say the same.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final, Literal

from plait_inference.language import is_han
from plait_inference.writing.numbers import NUMBER, number_key
from plait_inference.writing.times import TIME, time_key

Kind = Literal["name", "link", "id", "time", "number", "word", "han", "joining", "symbol"]
OWNED: Final = "'s"
"""At the end of a name's key: what is theirs, not they."""
_JOINING: Final = """
    a an the of in on at to and then also as is are am be been being has have had do does did was were will shall can
    could would that this these those it its there so now please ok okay well let wo ca not but while whereas ai
"""
JOINING: Final = frozenset(_JOINING.split())
"""Words that carry nothing by themselves; what they do to a clause is its stance."""
JOINING_HAN: Final = frozenset("来的地得在是和与及并也由把将会已了啊吧呢吗嘛哦这那该此就可以")
FACTS: Final = frozenset({"name", "link", "id", "time", "number"})


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a text at ``[start, end)`` of its plain form; ``opens`` where a phrase may begin with it.

    Kind and key alone count for equality.
    """

    kind: Kind
    key: str
    start: int = field(default=0, compare=False)
    end: int = field(default=0, compare=False)
    opens: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Names:
    """Who and what has a name in a conversation: the key of every form; a form of several has a key of its own."""

    keys: Mapping[str, str]
    pattern: "re.Pattern[str] | None"

    def key(self, form: str) -> str:
        """Whom a form means, possessive or not."""
        low = form.casefold()
        return self.keys[low] if low in self.keys else self.keys[low.removesuffix("'s")] + OWNED

    @classmethod
    def of(cls, forms: Mapping[str, str]) -> "Names":
        """From forms as they are written to keys."""
        keys = {plain(form).casefold(): key for form, key in forms.items() if len(form.strip()) > 1}
        parts = [_bounded(form) for form in sorted(keys, key=len, reverse=True) if form not in COMMON]
        return cls(keys, re.compile("|".join(parts), re.IGNORECASE) if parts else None)


_COMMON: Final = "will mark may grace hope bill faith art june april rose sue pat max chase win an so"
COMMON: Final = frozenset(_COMMON.split())
"""Names that are words of their own as well; they are told by their capital."""
NOBODY: Final = Names({}, None)
LETTER: Final = r"[^\W_\u3400-\u9fff\uf900-\ufaff]"
LINK: Final = re.compile(
    r"(?:https?://|www\.)[^\s\u3000-\u303f\u4e00-\u9fff，。；：！？、“”（）<>\"']+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
    r"|(?<![\w.])(?:[a-z0-9-]{2,}\.)+[a-z]{2,}(?:/[^\s\u4e00-\u9fff，。；）<>\"']*)?",
    re.IGNORECASE | re.ASCII,
)
ID: Final = re.compile(
    rf"(?<!{LETTER})(?:[a-z][a-z0-9]*(?:[-_]\d+)+|#\d+|[a-z]+\d[a-z\d]*(?:[._-][a-z\d]+)*|\d+(?:\.\d+){(2,)}|\d+[a-z]+\d[a-z\d]*"
    r"|\d[\d -]{7,}\d)(?![^\W_\u4e00-\u9fff])",
    re.IGNORECASE,
)
WORD: Final = re.compile(r"[^\W\d_\u3400-\u9fff\uf900-\ufaff]+(?:'[^\W\d_]+)?")
WE: Final = re.compile(r"我们|咱们|我們|我方")
TEAM: Final = re.compile(r"团队|團隊|大家")
ME: Final = re.compile(r"我|本人")
YOU: Final = re.compile(r"你(?!们)|您")
DIGITS: Final = re.compile(r"\d+")
TIMES: Final = re.compile(TIME, re.IGNORECASE)
NUMBERS: Final = re.compile(NUMBER, re.IGNORECASE)
IGNORED: Final = re.compile(r"[\s.,;:!?'\"()\-–—…·/&，。；：！？、“”‘’（）《》「」『』~～*_\u0300-\u036f]")
"""Punctuation says nothing; every other sign does."""
PAST: Final = {
    past: base
    for base, forms in {
        "send": "sent", "build": "built", "make": "made", "take": "took taken", "give": "gave given", "go": "went gone",
        "write": "wrote written", "meet": "met", "keep": "kept", "pay": "paid", "find": "found", "hold": "held",
        "leave": "left", "get": "got gotten", "choose": "chose chosen", "begin": "began begun", "buy": "bought",
        "sell": "sold", "bring": "brought", "run": "ran", "see": "saw seen", "break": "broke broken", "lose": "lost",
        "win": "won", "tell": "told", "say": "said", "think": "thought", "come": "came", "become": "became",
        "draw": "drew drawn", "speak": "spoke spoken", "fall": "fell fallen", "know": "knew known", "do": "did",
        "be": "was were been", "have": "had", "spend": "spent", "teach": "taught", "catch": "caught", "feel": "felt",
    }.items()
    for past in forms.split()
}  # fmt: skip


def plain(text: str) -> str:
    """A text without the writer's ways: full width and compatibility forms, curly quotes, invisible characters."""
    wide = unicodedata.normalize("NFKC", text).translate(QUOTES)
    return "".join(char for char in wide if unicodedata.category(char) != "Cf")


QUOTES: Final = str.maketrans("’‘ʼ“”–−", "'''\"\"--")


def tokens(text: str, names: Names = NOBODY, said_at: datetime | None = None) -> list[Token]:
    """The tokens of a text in order; times are those meant when it is said at ``said_at``."""
    said = plain(text)
    found: list[Token] = []
    place = 0
    while place < len(said):
        token, end = _next(said, place, names, said_at)
        found += [replace(one, start=place, end=end) for one in token]
        place = end
    return found


def form(word: str) -> str:
    """A word without its ending; a past form stays one, since what was done is not what will be."""
    low = word.lower()
    if low in PAST:
        return f"{PAST[low]}<past"
    for ending, mark in (("ed", "<past"), ("ing", ""), ("es", ""), ("s", "")):
        if low.endswith(ending) and len(low) - len(ending) >= 3 and not low.endswith(("ss", "us", "is", "eed")):
            return _base(low[: -len(ending)]) + mark
    return _base(low)


def _base(word: str) -> str:
    if word.endswith(("i", "y")) and len(word) > 3:
        return word[:-1] + "y"
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word


def _next(text: str, place: int, names: Names, said_at: datetime | None) -> tuple[list[Token], int]:
    """What begins at ``place``, and where it ends."""
    readers: tuple[tuple[Kind, re.Pattern[str] | None, Callable[[re.Match[str]], str]], ...] = (
        ("link", LINK, lambda match: match[0].rstrip(".,;:!?)").casefold()),
        ("name", names.pattern, lambda match: names.key(match[0])),
        ("time", TIMES, lambda match: time_key(match, said_at)),
        ("id", ID, lambda match: match[0].casefold()),
        ("number", NUMBERS, number_key),
    )
    for kind, pattern, key in readers:
        if pattern and (match := pattern.match(text, place)) and match.end() > place:
            end = match.end() if kind != "link" else place + len(match[0].rstrip(".,;:!?)"))
            return [Token(kind, key(match))], end
    return _word(text, place, names)


def _word(text: str, place: int, names: Names) -> tuple[list[Token], int]:
    for pattern, key in ((WE, "we"), (TEAM, "team"), (ME, "i"), (YOU, "you")):
        if match := pattern.match(text, place):
            return [Token("word", key)], match.end()
    if match := WORD.match(text, place):
        return list(_parts(match[0], names)), match.end()
    if match := DIGITS.match(text, place):  # never skipped, whatever it is glued to
        return [Token("number", match[0])], match.end()
    char = text[place]
    if is_han(char):
        return [Token("joining" if char in JOINING_HAN else "han", char)], place + 1
    return ([] if IGNORED.match(char) else [Token("symbol", char)]), place + 1


def _parts(word: str, names: Names) -> Iterator[Token]:
    """A word without what an apostrophe adds; "I'll" and "I" are both I."""
    own = re.sub(r"(?:n't|'(?:ll|ve|re|d|m|s|t))$", "", word, flags=re.IGNORECASE)
    if own[:1].isupper() and own.casefold() in names.keys:
        yield Token("name", names.keys[own.casefold()])
    elif own.lower() in JOINING:
        yield Token("joining", own.lower())
    else:
        yield Token("word", PRONOUNS.get(own.lower(), form(own)))


PRONOUNS: Final = {
    word: person
    for person, words in {
        "i": "i me myself",
        "i's": "my mine",
        "we": "we us our ours ourselves",
        "team": "team group everyone everybody",
        "you": "you yourself",
        "you's": "your yours",
    }.items()
    for word in words.split()
}


def _bounded(name: str) -> str:
    """A name of letters ends where another script begins."""
    before = "" if is_han(name[0]) else rf"(?<!{LETTER})"
    after = "" if is_han(name[-1]) else rf"(?:'s)?(?!{LETTER})"
    return before + re.escape(name) + after
