"""Small stand-ins for the model: tests say what it reads, so that the rules are what is tested."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone

import pytest

from plait_inference.batching import BatchBudget
from plait_inference.binding.choice import Chosen
from plait_inference.bound import SPOKEN, bound_actions
from plait_inference.conversation import Action, Participant, Turn
from plait_inference.labels import TOPICS
from plait_inference.language import language_of
from plait_inference.reading import EntitySpan, Reading, Scored
from plait_shared.errors import BadRecord

START = datetime(2026, 3, 4, 9, 0, tzinfo=timezone(timedelta(hours=8)))  # a Wednesday
ReadingMaker = Callable[..., Reading]
TurnMaker = Callable[..., list[Turn]]


def topics(label: str, score: float = 0.9) -> tuple[float, ...]:
    """One topic with its probability, the others alike."""
    rest = (1 - score) / (len(TOPICS) - 1)
    return tuple(score if topic == label else rest for topic in TOPICS)


def make_reading(
    text: str, intents: Sequence[str] = ("information",), times: Sequence[str] = (), vector: int = 0
) -> Reading:
    """A reading whose evidence is the whole text; ``vector`` picks one of four directions."""
    whole = Scored("neutral", 0.9, 0, len(text))
    spans = [EntitySpan("TIME", 0.9, text.index(time), text.index(time) + len(time)) for time in times]
    return Reading(
        language=language_of(text),
        intents=tuple(Scored(label, 0.9, 0, len(text)) for label in intents),
        entities=tuple(spans),
        sentiment=whole,
        urgency=Scored("normal", 0.9, 0, len(text)),
        topic=Scored("other", 0.9, 0, len(text)),
        topics=topics("other"),
        harm=Scored("none", 0.9, 0, len(text)),
        embedding=tuple(1.0 if place == vector else 0.0 for place in range(4)),
    )


def make_turns(*rows: tuple[str, str, str] | tuple[str, str, str, str]) -> list[Turn]:
    """Turns from ``(author, intents, text[, time expression])``, one minute apart, ids m0, m1, …

    The author is a name, which is the id as well, or ``id=name``.
    """
    turns: list[Turn] = []
    for place, row in enumerate(rows):
        author, intents, text = row[:3]
        author_id, _, name = author.rpartition("=")
        reading = make_reading(text, intents.split(), row[3:], place % 4)
        turns.append(Turn(f"m{place}", author_id or name, name, START + timedelta(minutes=place), text, reading))
    return turns


def binds(turns: Sequence[Turn], *ids: str) -> Chosen:
    """A choice that takes these messages to bind, the first of them as the surest, and no others."""
    shares = {id_: 0.9 - 0.01 * place for place, id_ in enumerate(ids)}
    return Chosen(tuple(shares.get(turn.id, 0.1) for turn in turns), 0.5)


def spoken_actions(turns: Sequence[Turn], people: Sequence[Participant]) -> list[Action]:
    """The actions by the tags alone: the choice adds no work that these don't speak of, and leaves none out."""
    threshold = 0.5
    unsure = (threshold + SPOKEN * threshold) / 2
    return bound_actions(turns, people, Chosen((unsure,) * len(turns), threshold))


class FakeModel:
    """Counts characters as tokens; fails on texts that hold ``poison``."""

    name = "fake"
    revision = "0"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def budget(self, max_tokens: int) -> BatchBudget:
        return BatchBudget(max_tokens)

    def lengths(self, texts: Sequence[str]) -> list[int]:
        if any("untokenisable" in text for text in texts):
            raise ValueError("cannot tokenise")
        return [len(text) for text in texts]

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        self.batches.append(list(texts))
        for text in texts:
            if "poison" in text:
                raise RuntimeError("boom")
            if not text.strip():
                raise BadRecord("the text is empty")
        return [make_reading(text) for text in texts]


@pytest.fixture
def model() -> FakeModel:
    return FakeModel()


@pytest.fixture
def reading() -> ReadingMaker:
    return make_reading


@pytest.fixture
def turns() -> TurnMaker:
    return make_turns
