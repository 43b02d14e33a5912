"""A conversation as the choice of binding messages sees it: probabilities, who speaks to whom, what is due. Pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from plait_inference.addressing import Called, called
from plait_inference.binding.cues import PATTERNS
from plait_inference.conversation import Participant, Turn
from plait_inference.dates import resolve
from plait_inference.labels import INTENTS
from plait_inference.wording import terms

REPLY: Final = 4
"""Messages after one in which it is answered."""
NEAR: Final = 3
"""Messages before one which it answers."""
LATER: Final = 8
"""Messages after one in which its author reports on it."""
FAR: Final = 50
"""Messages around one that may have to do with it at all: a long conversation takes no more time for each."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The messages of a conversation with what each gives by itself, read once: the probabilities of all intents, what
    it is about, whom it calls, and the names of the cues in it."""

    turns: tuple[Turn, ...]
    shares: tuple[dict[str, float], ...]
    terms: tuple[frozenset[str], ...]
    names: tuple[Called | None, ...]
    cues: tuple[frozenset[str], ...]

    def most(self, intent: str, places: Iterable[int]) -> float:
        """The highest probability among some messages; 0 without any."""
        return max((self.shares[place][intent] for place in places), default=0.0)

    def after(self, at: int, within: int = FAR) -> range:
        """The places behind one, so many at most."""
        return range(at + 1, min(at + 1 + within, len(self.turns)))

    def before(self, at: int, within: int = FAR) -> range:
        """The places in front of one, so many at most."""
        return range(max(at - within, 0), at)

    def own(self, at: int, places: Iterable[int]) -> list[int]:
        """Those of the same author."""
        return [place for place in places if self.turns[place].author_id == self.turns[at].author_id]

    def others(self, at: int, places: Iterable[int]) -> list[int]:
        """Those of anybody else."""
        return [place for place in places if self.turns[place].author_id != self.turns[at].author_id]

    def calls(self, place: int, author_id: str) -> bool:
        """Whether a message may call somebody by name."""
        found = self.names[place]
        return found is not None and author_id in found.ids

    def strongest(self, places: Iterable[int], value: Callable[[int], float]) -> float:
        """The highest value among some messages; 0 without any."""
        return max((value(place) for place in places), default=0.0)

    def shared(self, at: int, place: int) -> float:
        """The share of words that two messages have in common, of the shorter one's; a half counts as all."""
        one, other = self.terms[at], self.terms[place]
        return min(len(one & other) / max(min(len(one), len(other)), 1), 0.5)

    def hours_left(self, at: int) -> float:
        """From a message to the last one; 0 where times are unknown."""
        first, last = self.turns[at].time, self.turns[-1].time
        if first is None or last is None or not comparable(first, last):
            return 0.0
        return max((last - first).total_seconds() / 3600, 0.0)

    def due(self, at: int) -> tuple[bool, bool]:
        """Whether a time that a message names lies on a day after the last message, and whether one lies before."""
        turn, end = self.turns[at], self.turns[-1].time
        if turn.time is None or end is None or not comparable(turn.time, end):
            return False, False
        times = [turn.text[span.start : span.end] for span in turn.reading.entities if span.label == "TIME"]
        days = [found[:10] for found in (resolve(time, turn.time) for time in times) if found]
        return any(day > end.date().isoformat() for day in days), any(day <= end.date().isoformat() for day in days)


def scene(turns: Sequence[Turn], people: Sequence[Participant]) -> Scene:
    """What the features are made from; an intent that was not weighed has the probability 0."""
    return Scene(
        tuple(turns),
        tuple({label: turn.share(label) for label in INTENTS} for turn in turns),
        tuple(terms(turn.text) for turn in turns),
        tuple(called(turn.text, [one for one in people if one.id != turn.author_id]) for turn in turns),
        tuple(frozenset(name for name, cue in PATTERNS.items() if cue.search(turn.text)) for turn in turns),
    )


def comparable(first: datetime, last: datetime) -> bool:
    """Whether both times have an offset, or neither."""
    return (first.tzinfo is None) == (last.tzinfo is None)
