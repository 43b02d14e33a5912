"""What the stream asks of the model: enrich a message, summarise a conversation, answer a question, embed a text.

Decide (which texts must be read), act (`Reader`), report (`reports`). The same batch gives the same records.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from plait_inference import reports
from plait_inference.answers import choice
from plait_inference.answers.weights import Weights, shipped
from plait_inference.conversation import Participant, Turn
from plait_inference.packs.fitted import Packs
from plait_inference.reading import Reading
from plait_inference.summarise import digest
from plait_inference.topics import with_context
from plait_schemas.records import AnswerRequest, AnswerWant, Change, Message, Model, Record, SummaryRequest
from plait_shared.errors import BadRecord
from plait_shared.stage import Batch, Derived, Outcome


class Reader(Protocol):
    """Reads texts with the model in use."""

    @property
    def model(self) -> Model:
        """The model in use."""
        ...

    def read(self, texts: Sequence[str]) -> list[Reading | BadRecord]:
        """A reading, or why there is none, for each text, in order."""
        ...


Readings = Mapping[str, Reading | BadRecord]


@dataclass(frozen=True, slots=True)
class InferenceHandler:
    """The handler of both lanes; which topics it sees is decided by who runs it."""

    reader: Reader
    weights: Weights = field(default_factory=shipped)
    packs: Packs = field(default_factory=Packs)

    def __call__(self, batch: Batch, now: datetime) -> Outcome:
        """One enrichment a message version, one summary a request, one answer a request."""
        wanted = list(dict.fromkeys(text for received in batch for text in texts_of(received.record)))
        readings = dict(zip(wanted, self.reader.read(wanted), strict=True))
        derived, rejected = [], []
        for received in batch:
            try:
                derived.append(Derived(self._report(received.record, readings), received))
            except BadRecord as exc:
                rejected.append((received, exc))
        return Outcome(derived, rejected)

    def _report(self, record: Record, readings: Readings) -> Record:
        """What follows from a record; raises BadRecord when it can't be read or asks for what this service has not."""
        model = self.reader.model
        match record:
            case Message():
                return reports.enrichment(record, _message(record, readings), self.packs, model)
            case SummaryRequest():
                return reports.summary(record, digest(_turns(record, readings), _participants(record)), model)
            case AnswerRequest():
                reading = _sound(readings.get(record.question))
                if reading is None:
                    raise BadRecord("there is no text to embed or to answer", field="question")
                return reports.answer(record, reading, _found(record, readings, self.weights), model)
        raise BadRecord(f"inference has nothing to do with a {record.AVRO_NAME}")


def texts_of(record: Record) -> Iterator[str]:
    """The texts that must be read for a record; blank ones never are."""
    match record:
        case Message() if record.change is not Change.DELETED:
            texts = [record.text, record.conversation.title or ""]
        case SummaryRequest():
            texts = [message.text for message in record.messages]
        case AnswerRequest(want=AnswerWant.EMBEDDING):
            texts = [record.question]
        case AnswerRequest():
            texts = list(choice.texts(record.question, reports.passages(record)))
        case _:
            texts = []
    yield from (text for text in texts if text.strip())


def _found(request: AnswerRequest, readings: Readings, weights: Weights) -> choice.Found | None:
    """The answer that the passages give, if one is asked for; a passage that can't be read is left out."""
    if request.want is AnswerWant.EMBEDDING:
        return None
    sound = {text: reading for text in texts_of(request) if isinstance(reading := readings.get(text), Reading)}
    return choice.answer(request.question, reports.passages(request), sound, weights)


def _message(record: Message, readings: Readings) -> Reading | None:
    """A message's reading, its topic with the conversation's title; the same whatever came before it."""
    reading = _sound(readings.get(record.text)) if record.change is not Change.DELETED else None
    title = readings.get(record.conversation.title or "")
    return with_context(reading, [title]) if reading and isinstance(title, Reading) else reading


def _sound(found: Reading | BadRecord | None) -> Reading | None:
    if isinstance(found, BadRecord):
        raise found
    return found


def _turns(request: SummaryRequest, readings: Readings) -> list[Turn]:
    """The messages that can be read; one that can't was set aside when it came by itself."""
    found = [(message, readings.get(message.text)) for message in request.messages]
    return [reports.turn(message, reading) for message, reading in found if isinstance(reading, Reading)]


def _participants(request: SummaryRequest) -> list[Participant]:
    return [Participant(person.id, person.name or person.id) for person in request.participants]
