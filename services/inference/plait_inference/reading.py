"""What a model reads in one message: plain values, no tensors. Offsets count code points."""

from dataclasses import dataclass
from typing import TypeVar

from plait_shared.errors import BadRecord

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Scored:
    """A label with its probability, and the part ``[start, end)`` of the text that carries it."""

    label: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class EntitySpan:
    """A mention: ``text[start:end]``; spans of one message never overlap and come in order."""

    label: str
    score: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """All tags of one message; ``embedding`` has length 1 (L2), intents come best first.

    ``topics`` are the probabilities of all topics, in the order of ``labels.TOPICS``: what ``topic`` is chosen from;
    ``weighed`` are all intents in the order of ``labels.INTENTS``, those that are not chosen too.
    """

    language: str
    intents: tuple[Scored, ...]
    entities: tuple[EntitySpan, ...]
    sentiment: Scored
    urgency: Scored
    topic: Scored
    topics: tuple[float, ...]
    harm: Scored
    embedding: tuple[float, ...]
    weighed: tuple[Scored, ...] = ()

    def has(self, *intents: str) -> bool:
        """Whether the message carries one of these intents."""
        return any(intent.label in intents for intent in self.intents)


def sound(found: Found | BadRecord) -> Found:
    """What was read; raises the ``BadRecord`` that says why nothing was."""
    if isinstance(found, BadRecord):
        raise found
    return found
