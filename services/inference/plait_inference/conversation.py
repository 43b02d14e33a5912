"""What a conversation is read from and what is read out of it: plain values."""

from dataclasses import dataclass
from datetime import datetime

from plait_inference.reading import Reading, Scored
from plait_inference.sentences import sentence_spans
from plait_inference.wording import CUES


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone in a conversation: ``id`` says who it is, ``name`` what the texts call them; two may share a name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Turn:
    """A message of a conversation, with what the model read in it; ``time`` may be unknown.

    ``author_id`` says who wrote it; ``author`` is the name to show.
    """

    id: str
    author_id: str
    author: str
    time: datetime | None
    text: str
    reading: Reading

    def has(self, *intents: str) -> bool:
        """Whether the message carries one of these intents."""
        return self.reading.has(*intents)

    def span_of(self, *intents: str) -> tuple[int, int]:
        """The sentence that carries the first of these intents that is there, in the order given.

        The model's evidence, unless another sentence alone has the wording of the intent.
        """
        found = {intent.label: intent for intent in self.reading.intents}
        return next((self._sentence(found[label]) for label in intents if label in found), (0, len(self.text)))

    def share(self, intent: str) -> float:
        """The probability of an intent, chosen or not; 0 where it was not weighed."""
        return next((found.score for found in self._weighed if found.label == intent), 0.0)

    def likeliest(self, *intents: str) -> tuple[int, int]:
        """The sentence that carries the most probable of these intents, chosen or not."""
        found = [intent for intent in self._weighed if intent.label in intents]
        return self._sentence(max(found, key=lambda intent: intent.score)) if found else (0, len(self.text))

    @property
    def _weighed(self) -> tuple[Scored, ...]:
        return self.reading.weighed or self.reading.intents

    def _sentence(self, intent: Scored) -> tuple[int, int]:
        spans = sentence_spans(self.text)
        cue = CUES.get(intent.label)
        given = (intent.start, intent.end)
        if cue is None or (given in spans and cue.search(self.text[slice(*given)])):
            return given
        fitting = [span for span in spans if cue.search(self.text[slice(*span)])]
        return fitting[-1] if fitting else given


@dataclass(frozen=True, slots=True)
class Evidence:
    """The part ``[start, end)`` of message ``message`` that a statement rests on."""

    message: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A summary sentence or a decision, and what it rests on; the binding message first."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Decision(Statement):
    """A choice; ``reversed_by`` names the message that cancelled it, if one did."""

    reversed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """Who (the id of a participant) does what by when. ``due`` is the surface in the message; ``due_at`` the ISO date,
    or date and time with the message's own offset, when it could be resolved."""

    what: str
    owner: str | None
    due: str | None
    due_at: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the id of the message that answers it; ``None`` while it is open."""

    text: str
    evidence: tuple[Evidence, ...]
    answered_by: str | None


@dataclass(frozen=True, slots=True)
class Digest:
    """Everything gathered over a conversation; ``reversed`` decisions are not in the list."""

    language: str
    summary: tuple[Statement, ...] = ()
    decisions: tuple[Decision, ...] = ()
    reversed: tuple[Decision, ...] = ()
    actions: tuple[Action, ...] = ()
    questions: tuple[Question, ...] = ()
