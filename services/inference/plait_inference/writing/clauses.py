"""Whether one clause is another, shortened: the same words in the same order, nothing but joining words added. Pure.

The clause begins where its source begins, and words are left out only where a phrase may begin: behind a joining word,
with a preposition or a time. No name, and no fact that could belong there, is passed over. So "Ann reviews and Bo
ships" doesn't become "Ann ships", nor "the release notes are done" "the release is done".
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from plait_inference.writing.stance import stance
from plait_inference.writing.tokens import FACTS, OWNED, Names, Token, plain, tokens

LEADS: Final = frozenset(
    {"to", "from", "by", "with", "without", "for", "against", "than", "under", "over", "per"}
) | set("到从给向被比跟对为替至")
"""What says how a fact behind it belongs to the rest."""
STARTS: Final = frozenset({"the", "a", "an", "this", "these", "those", "we", "our", "they", "their", "all", "everyone"})
SEAM: Final = re.compile(
    r"[,，;；:：。!！?？、()（）\n]+|\.+(?=\s|$)|\s-+\s|\b(?:and|but|while|whereas|then)\b"
    r"|但是?|而且|然后|并且|同时|以及|另外|不过|(?=\b(?:because|so that|which|who)\b)|(?=因为|所以)",
    re.IGNORECASE,
)
"""Where a clause ends; what claims a cause begins the next one and belongs to it."""


@dataclass(frozen=True, slots=True)
class Speech:
    """How a text is to be read: who has which name, who is meant by I and you, when it is said."""

    names: Names
    i: str = ""
    you: str = ""
    said_at: datetime | None = None

    def row(self, text: str) -> tuple[Token, ...]:
        """The tokens that say something, I and you as the people they mean."""
        found = tokens(text, self.names, self.said_at)
        rows: list[Token] = []
        for place, token in enumerate(found):
            behind = found[place + 1] if place + 1 < len(found) else None
            if token.kind != "joining" or (token.key == "to" and behind and behind.kind in FACTS):
                after_joining = place > 0 and found[place - 1].kind == "joining"
                rows.append(replace(self._meant(token, behind), start=0, end=0, opens=after_joining or _opens(token)))
        return tuple(rows)

    def _meant(self, token: Token, behind: Token | None) -> Token:
        """The person that a pronoun means; "my", 我的 and 李倩的 are theirs, not them."""
        own = token.key.removesuffix(OWNED)
        owned = OWNED if own != token.key or (behind is not None and behind.key == "的") else ""
        if token.kind == "name":
            return replace(token, key=own + owned)
        person = {"i": self.i, "you": self.you}.get(own, "") if token.kind == "word" else ""
        return Token("name", person + owned) if person else token


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause with what it says; ``apart`` tells that it begins with a subject of its own."""

    text: str
    row: tuple[Token, ...]
    apart: bool


def clauses(text: str, speech: Speech) -> list[Clause]:
    """The clauses of a text that say anything."""
    found = []
    for piece in _pieces(text, speech):
        row = speech.row(piece)
        if row:
            found.append(Clause(piece, row, _stands_apart(piece, row)))
    return found


def shortens(clause: Clause, source: Clause, timeless: bool) -> bool:
    """Whether ``clause`` says a part of what ``source`` says, and nothing else."""
    if stance(clause.text, timeless) != stance(source.text, timeless):
        return False
    return embeds(clause.row, source.row)


def embeds(row: Sequence[Token], source: Sequence[Token]) -> bool:
    """Whether ``row`` can be had from ``source`` by leaving out; a lone Chinese character is no word."""
    alone = len(row) == len(source) == 1
    if not row or not source or not same(row[0], source[0]):
        return False
    states = {(0, row[0].kind == "han" and not alone)}
    for token in row[1:]:
        states = {
            (place, token.kind == "han" and place > before + 1)
            for before, owed in states
            for place in range(before + 1, len(source) if not owed else min(before + 2, len(source)))
            if same(token, source[place]) and not _passes_over(source[before + 1 : place], token)
        }
    ends = {place + 1 for place, owed in states if not owed}
    return any(end == len(source) or source[end].opens for end in ends)


def same(said: Token, given: Token) -> bool:
    """Whether two tokens say the same; who says "the team" may mean "we"."""
    return said.key == given.key or (said.key == "team" and given.key == "we")


def _passes_over(skipped: Sequence[Token], target: Token) -> bool:
    """A name left out may be the one who does it, a fact the one that belongs here, "from" how it belongs."""
    if skipped and (not skipped[0].opens or (target.kind in FACTS and skipped[-1].key in LEADS)):
        return True
    return any(token.kind == "name" or (token.kind == target.kind and target.kind in FACTS) for token in skipped)


def _opens(token: Token) -> bool:
    return token.kind == "time" or token.key in LEADS


def _stands_apart(piece: str, row: Sequence[Token]) -> bool:
    first = re.match(r"\W*([^\W\d_]+)", plain(piece))
    return row[0].kind in FACTS or row[0].key in {"we", "team"} or (first is not None and first[1].lower() in STARTS)


def _pieces(text: str, speech: Speech) -> Iterator[str]:
    """Cut at seams that are inside no name, link, id, time or number."""
    said = plain(text)
    facts = [token for token in tokens(said, speech.names, speech.said_at) if token.kind in FACTS]
    taken = {place for token in facts for place in range(token.start + 1, token.end)}
    start = 0
    for match in SEAM.finditer(said):
        if match.start() not in taken:
            yield said[start : match.start()]
            start = match.end()
    yield said[start:]
