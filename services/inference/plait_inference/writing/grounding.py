"""The check: a sentence stands only if the sources that it names say it, in their own words.

Each clause must be a clause of a source, shortened: the same words in the same order, with joining words of its own at
most. So every number, date, name, id and link occurs in the source; nothing is denied, made certain, limited or put
into the future that was not; nobody does what another did. What remains possible is to leave out. Pure.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from plait_inference.answers.orders import orders_a_machine
from plait_inference.sentences import sentence_spans
from plait_inference.writing.clauses import Clause, Speech, clauses, shortens
from plait_inference.writing.sources import Source
from plait_inference.writing.stance import kept
from plait_inference.writing.tokens import LINK, OWNED, Names, plain, tokens

MAX_CHARS: Final = 400
MAX_CHAINS: Final = 50
NOBODY: Final = "?"
"""Whom a sentence means by "I" that quotes nobody."""
REPORTS: Final = (
    r"(?:says?|said|adds|added|notes|noted|reports|reported|mentions|mentioned|writes|wrote)(?: that)?"
    r"|(?:表示|说|提到|指出|称)(?:了|道)?"
)
ASKS: Final = r"(?:asks|asked|wonders|wants to know)(?: if| whether)?|(?:询问|问|想知道)(?:了|道)?"
SPOKEN: Final = re.compile(
    rf"\s*(?:(?P<colon>[:：])|(?P<asks>{ASKS})(?![a-z])|(?P<reports>{REPORTS})(?![a-z]))[\s,，:：]*", re.I
)
OPEN: Final = re.compile(
    r"^\W*(?:(?:it|this) is (?:still )?open (?:if|whether)|(?:still )?open(?: question)?:|unanswered:"
    r"|(?:仍?待(?:回答|确认)|未决(?:问题)?|尚未回答)[：:])\s*",
    re.IGNORECASE,
)
OUTCOME: Final = re.compile(
    r"^\W*(?:(?:it was|we(?: have|'ve)?|(?:the )?(?:team|group|everyone)(?: has)?) (?:decided|agreed)"
    r"(?: that| to| on)?\b|(?:decided|decision|agreed|so|final)\s*:|let's\b|shall we\b"
    r"|(?:(?:团队|大家|我们|最后|最终|一致)*(?:决定|定了|同意|敲定)|那?就)[了，：:]*)\s*",
    re.IGNORECASE,
)
"""How an outcome is announced; without it stands what was settled."""
QUESTION: Final = re.compile(r"[?？][\"'”’)）\s]*$|[吗呢][。.？?\s]*$")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence that a generator wrote, and the numbers of the sources that it names."""

    text: str
    sources: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """What is said, without what comes before it: who says or asks it, and how; that it is settled, or open."""

    rest: str
    speaker: str = ""
    quotes: bool = False
    asks: bool = False
    settles: bool = False
    opens: bool = False


Chain = tuple[tuple[int, int], ...]
"""For each clause of a sentence the source and the clause of it that say so."""


def grounded(written: Written, sources: Mapping[int, Source], names: Names) -> tuple[int, ...]:
    """The sources that a sentence rests on, as many of those that it names as it needs; none if it does not stand."""
    if not _well_formed(written) or any(number not in sources for number in written.sources):
        return ()
    named = {number: sources[number] for number in dict.fromkeys(written.sources)}
    opening = _opening(written.text, names, any(source.sort == "decision" for source in named.values()))
    if opening.speaker and any(source.i != opening.speaker or not source.speaker for source in named.values()):
        return ()
    for chain in _chains(opening, named, names):
        used = tuple(dict.fromkeys(number for number, _ in chain))
        resting = [named[number] for number in used]
        if _agree(opening, resting) and all(_is_credited(source, opening, names) for source in resting):
            return used
    return ()


def _is_credited(source: Source, opening: Opening, names: Names) -> bool:
    """Whether a sentence says who said it, where that must be said; that a question is open says nobody."""
    if not source.owed or opening.speaker or opening.opens:
        return True
    return any(token.key.removesuffix(OWNED) == source.i for token in tokens(opening.rest, names))


def says(text: str, source: Source, names: Names) -> float:
    """The share of a source's tokens that a text has, 1 for a source that says nothing by itself."""
    speech = Speech(names, source.i, source.you, source.said_at)
    wanted = speech.row(_bare(source.text, source))
    have = {token.key for token in speech.row(text)}
    return sum(token.key in have for token in wanted) / len(wanted) if wanted else 1.0


def _well_formed(written: Written) -> bool:
    """One visible sentence that gives no orders and names its sources."""
    text = written.text
    shown = LINK.sub("link", text)  # a link may hold a question mark
    sentences = [span for span in sentence_spans(shown) if any(char.isalnum() for char in shown[slice(*span)])]
    return (
        bool(written.sources)
        and 0 < len(text) <= MAX_CHARS
        and text.isprintable()
        and len(sentences) == 1
        and not orders_a_machine(text)
    )


def _opening(text: str, names: Names, settled: bool) -> Opening:
    """A sentence without the name that it quotes, without "it is open whether", without "it was decided that"."""
    said = plain(text).strip()
    if match := OPEN.match(said):
        return Opening(said[match.end() :], asks=True, opens=True)
    speaker, quotes, asks = "", False, False
    first = next(iter(tokens(said, names)), None)
    if first and first.kind == "name" and first.start == 0 and (match := SPOKEN.match(said, first.end)):
        speaker, quotes, asks = first.key, bool(match["colon"]), bool(match["asks"])
        said = said[match.end() :]
    rest = OUTCOME.sub("", said, count=1) if settled else said
    return Opening(rest, speaker, quotes, asks or bool(QUESTION.search(said)), rest != said)


def _bare(text: str, source: Source) -> str:
    """What a decision settles, or what any other source says."""
    said = plain(text).strip()
    return OUTCOME.sub("", said, count=1) if source.sort == "decision" else said


def _chains(opening: Opening, named: Mapping[int, Source], names: Names) -> Iterable[Chain]:
    """Every way to find the clauses of a sentence in the sources, in the order in which the sources are named."""
    said = {number: _said(opening, source, names) for number, source in named.items()}
    given = {number: _given(source, names) for number, source in named.items()}
    lengths = {len(row) for row in said.values()}
    if lengths == {0} or len(lengths) != 1:
        return
    chains: list[Chain] = [()]
    for place in range(lengths.pop()):
        options = [
            (number, index, said[number][place].apart)
            for number, source in named.items()
            if place or not opening.settles or source.sort == "decision"
            for index, clause in enumerate(given[number])
            if shortens(said[number][place], clause, source.sort == "action")
        ]
        chains = [
            (*chain, (number, index))
            for chain in chains
            for number, index, apart in options
            if _follows(chain, number, index, apart)
        ][:MAX_CHAINS]
    yield from chains


def _said(opening: Opening, source: Source, names: Names) -> list[Clause]:
    """The sentence's clauses as they read beside a source: I and you are the source's only in a quotation of it."""
    quotes = opening.quotes or (source.sort == "decision" and not source.quoted)
    speech = Speech(names, source.i if quotes else NOBODY, source.you if quotes else NOBODY, source.said_at)
    return clauses(opening.rest, speech)


def _given(source: Source, names: Names) -> list[Clause]:
    speech = Speech(names, source.i, source.you, source.said_at)
    return clauses(_bare(source.text, source), speech)


def _follows(chain: Chain, number: int, index: int, apart: bool) -> bool:
    """Whether a clause has the subject that it has in its source: its own, or that of the clause right before it."""
    if chain and chain[-1] == (number, index - 1):
        return True
    return apart or (not chain and index == 0)


def _agree(opening: Opening, used: Sequence[Source]) -> bool:
    """Whether a sentence is as sure, as conditional and as much of a question as all that it rests on together."""
    asked = [bool(QUESTION.search(plain(source.text))) or source.sort == "question" for source in used]
    plainly = [asks for asks, source in zip(asked, used, strict=True) if source.sort in ("said", "question")]
    if plainly and set(plainly) != {opening.asks}:
        return False
    if not plainly and opening.asks and not any(asked):
        return False
    wanted = frozenset().union(*(kept(_bare(source.text, source)) for source in used))
    return kept(opening.rest) == wanted
