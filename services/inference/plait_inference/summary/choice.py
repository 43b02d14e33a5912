"""Which sentences make the summary: the most that a reader would use of them, within the limit, nothing twice. Pure."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final

from plait_inference.conversation import Evidence, Statement, Turn
from plait_inference.sentences import sentence_spans
from plait_inference.summary.features import features, frame
from plait_inference.summary.heard import Heard, Rank, Sentence, sentences
from plait_inference.summary.weights import Weights, shipped
from plait_inference.wording import room, shorten, tidy

LIMITS: Final = {"zh": 120, "en": 60}
"""Characters or words of a whole summary."""
MAX_STATEMENTS: Final = 5
SAME: Final = 0.6
"""The share of its terms from which a sentence says what was said already."""
LEAST_SHARES: Final = {"zh": (0.3, 0.2), "en": (0.2, 0.15)}
"""The shares of its words that a reader must be expected to use, first, and for what then still fits: below, a longer
summary says less a word."""
BINDING: Final = 0.15
"""What a decision is worth above the words that a reader would use of it: its loss costs more than a line too many.
Where far more are found than a summary has statements, most are none."""

WORKING: Final = 0.1
"""What the words of an action are worth above that."""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with the share of its words that a reader is expected to use, what it is worth besides, and the name
    that it needs."""

    sentence: Sentence
    share: float
    bonus: float
    name: str
    room: float

    @property
    def statement(self) -> tuple[int, ...]:
        """What is said together: the sentences of one message, but a decision alone, and questions apart."""
        one = self.sentence
        return (one.rank, one.place)


def summary(heard: Heard, weights: Weights | None = None) -> list[Statement]:
    """The statements of the summary, outcome first and open questions last; the shipped weights unless others are
    given."""
    known = weights or shipped()
    seen = frame(heard)
    language = tongue(heard.language)
    binding, working = BINDING * _rare(heard.decisions), WORKING * _rare(heard.actions)
    said = []
    for one in sentences(heard):
        found = features(seen, one)
        settles = one.rank is Rank.OUTCOME
        bonus = binding if settles else working * found["works"]
        name = "" if settles else _spoken(heard.turns[one.place])
        said.append(Said(one, known.share(found), bonus, name, room(one.text, language)))
    return _statements(chosen(said, language), language) or [_shortened(heard, said, language)]


def chosen(said: Sequence[Said], language: str) -> list[Said]:
    """The sentences that add most to those before, one by one (greedy, after Lin and Bilmes 2011)."""
    found: list[Said] = []
    rest, known, places = list(said), set[str](), set[tuple[int, ...]]()
    left = float(LIMITS[language])
    for least in LEAST_SHARES[language]:
        while True:
            rest = [one for one in rest if _fits(one, places, left, language) and _new(one, known) > 1 - SAME]
            best = max(rest, key=lambda one: _gain(one, known, least), default=None)
            if best is None or _gain(best, known, least) <= 0:
                break
            left -= _takes(best, places, language)
            known |= best.sentence.terms
            places.add(best.statement)
            found.append(best)
            rest.remove(best)
    return sorted(found, key=lambda one: (one.statement, one.sentence.order))


def tongue(language: str) -> str:
    """The language whose limit holds."""
    return "zh" if language == "zh" else "en"


def _rare(found: Sequence[object]) -> float:
    return min(MAX_STATEMENTS / max(len(found), 1), 1.0) ** 2


def _gain(one: Said, known: Set[str], least: float) -> float:
    """The words of use above the least."""
    return max((one.share + one.bonus) * _new(one, known) - least, 0.0) * one.room


def _new(one: Said, known: Set[str]) -> float:
    """The share of its terms that nothing has said yet."""
    return len(one.sentence.terms - known) / len(one.sentence.terms)


def _fits(one: Said, places: Set[tuple[int, ...]], left: float, language: str) -> bool:
    """Whether there is room; where there is none, there will be none later."""
    begun = one.statement in places or len(places) < MAX_STATEMENTS
    return begun and _takes(one, places, language) <= left


def _takes(one: Said, places: Set[tuple[int, ...]], language: str) -> float:
    return one.room + (0 if one.statement in places else room(one.name, language))


def _statements(found: Sequence[Said], language: str) -> list[Statement]:
    together: dict[tuple[int, ...], list[Said]] = {}
    for one in found:
        together.setdefault(one.statement, []).append(one)
    gap = "" if language == "zh" else " "
    return [
        Statement(
            parts[0].name + gap.join(part.sentence.text for part in parts),
            tuple(dict.fromkeys(where for part in parts for where in part.sentence.evidence)),
        )
        for parts in together.values()
    ]


def _shortened(heard: Heard, said: Sequence[Said], language: str) -> Statement:
    """Where nothing fits or is worth its words: the best sentence as far as it goes, or else the first."""
    best = max(said, key=lambda one: (one.sentence.rank is Rank.OUTCOME, one.share), default=None)
    if best is not None:
        return Statement(shorten(best.name + best.sentence.text, LIMITS[language], language), best.sentence.evidence)
    turn = heard.turns[0]
    start, end = (sentence_spans(turn.text) or [(0, len(turn.text))])[0]
    text = _spoken(turn) + tidy(turn.text[start:end])
    return Statement(shorten(text, LIMITS[language], language), (Evidence(turn.id, start, end),))


def _spoken(turn: Turn) -> str:
    """The speaker: first persons stay clear out of their place."""
    return f"{turn.author}{'：' if turn.reading.language == 'zh' else ': '}"
