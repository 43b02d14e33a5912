"""What the stream asks of the model: enrich a message, summarise a conversation, answer a question, embed a text.

Decide (which texts must be read), act (`Reader`), report (`reports`); a generator, if there is one, may word a draft
anew before it is reported. The same batch gives the same records, as far as the generator does the same.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple, Protocol

from plait_inference import reports
from plait_inference.answers import choice
from plait_inference.answers.weights import Weights, shipped
from plait_inference.conversation import Participant, Turn
from plait_inference.packs.fitted import Packs
from plait_inference.reading import Reading, sound
from plait_inference.summarise import digest
from plait_inference.topics import with_context
from plait_inference.writing import compose
from plait_inference.writing.compose import Sheet
from plait_inference.writing.generator import Writer
from plait_schemas.records import AnswerRequest, AnswerWant, Change, Message, Model, Record, SummaryRequest
from plait_shared.errors import BadRecord
from plait_shared.stage import Batch, Derived, Outcome


class Read(NamedTuple):
    """What one model read in the texts of a batch: a reading, or why there is none, for each, in order."""

    model: Model
    found: list[Reading | BadRecord]


class Reader(Protocol):
    """Reads texts with the model in use."""

    def read(self, texts: Sequence[str]) -> Read:
        """All of them with the same model, which is named."""
        ...


Readings = Mapping[str, Reading | BadRecord]
MOST_MESSAGES: Final = 4000
"""Of one summary, so that it is read within the time that a member may be silent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record but for its wording: ``sheet`` asks for one, ``finish`` takes what came back, "" where nothing did."""

    finish: Callable[[str], Record]
    sheet: Sheet | None = None


def no_packs(_: Model) -> Packs:
    """For a service without label packs."""
    return Packs()


def unheard(model: Model, readings: Sequence[Reading]) -> None:
    """For a service that counts no labels."""


@dataclass(frozen=True, slots=True)
class InferenceHandler:
    """The handler of all lanes; which topics it sees is decided by who runs it."""

    reader: Reader
    weights: Weights = field(default_factory=shipped)
    writer: Writer | None = None
    packs: Callable[[Model], Packs] = no_packs
    heard: Callable[[Model, Sequence[Reading]], None] = unheard

    def __call__(self, batch: Batch, now: datetime) -> Outcome:
        """One enrichment a message version, one summary a request, one answer a request."""
        wanted = list(dict.fromkeys(text for received in batch for text in texts_of(received.record)))
        model, found = self.reader.read(wanted)
        readings = dict(zip(wanted, found, strict=True))
        self.heard(model, [said for received in batch if (said := _said(received.record, readings))])
        drafts, rejected = [], []
        for received in batch:
            try:
                drafts.append((received, self._draft(received.record, readings, model)))
            except BadRecord as exc:
                rejected.append((received, exc))
        texts = self._write([draft.sheet for _, draft in drafts])
        finished = zip(drafts, texts, strict=True)
        return Outcome([Derived(draft.finish(text), received) for (received, draft), text in finished], rejected)

    def _write(self, sheets: Sequence[Sheet | None]) -> list[str]:
        if self.writer is None:
            return [""] * len(sheets)
        return self.writer.write([sheet.prompt if sheet else None for sheet in sheets])

    def _draft(self, record: Record, readings: Readings, model: Model) -> Draft:
        """What follows from a record; raises BadRecord when it can't be read or asks for what this service has not."""
        match record:
            case Message():
                made = reports.enrichment(record, _message(record, readings), self.packs(model), model)
                return Draft(lambda _: made)
            case SummaryRequest():
                return _summary(record, readings, model, self.writer)
            case AnswerRequest():
                return _answer(record, readings, model, self.weights, self.writer)
        raise BadRecord(f"inference has nothing to do with a {record.AVRO_NAME}")


def texts_of(record: Record) -> Iterator[str]:
    """The texts that must be read for a record; blank ones never are."""
    match record:
        case SummaryRequest() if len(record.messages) > MOST_MESSAGES:
            texts = []
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


def _summary(request: SummaryRequest, readings: Readings, model: Model, writer: Writer | None) -> Draft:
    if len(request.messages) > MOST_MESSAGES:
        raise BadRecord(f"more than {MOST_MESSAGES} messages: ask for the latest", field="messages")
    turns, people = _turns(request, readings), _participants(request)
    found = digest(turns, people)
    sheet = compose.summary_sheet(found, turns, people, writer.prompt_tokens) if writer else None
    if writer is None or sheet is None:
        return Draft(lambda _: reports.summary(request, found, model))

    def finish(text: str) -> Record:
        made = compose.rewritten(found, sheet, text)
        return reports.summary(
            request, made, model if made is found else writer.signs(model), written=made is not found
        )

    return Draft(finish, sheet)


def _answer(request: AnswerRequest, readings: Readings, model: Model, weights: Weights, writer: Writer | None) -> Draft:
    reading = sound(readings.get(request.question))
    if reading is None:
        raise BadRecord("there is no text to embed or to answer", field="question")
    found = _found(request, readings, weights)
    sheet = None
    if writer and found:
        said = {text: read for text, read in readings.items() if isinstance(read, Reading)}
        given = reports.passages(request)
        sheet = compose.answer_sheet(request.question, found, given, said, writer.prompt_tokens)
    if writer is None or found is None or sheet is None:
        return Draft(lambda _: reports.answer(request, reading, found, model))

    def finish(text: str) -> Record:
        made = compose.reworded(found, sheet, text)
        signed = model if made is found else writer.signs(model)
        return reports.answer(request, reading, made, signed, written=made is not found)

    return Draft(finish, sheet)


def _found(request: AnswerRequest, readings: Readings, weights: Weights) -> choice.Found | None:
    """The answer that the passages give, if one is asked for; a passage that can't be read is left out."""
    if request.want is AnswerWant.EMBEDDING:
        return None
    said = {text: reading for text in texts_of(request) if isinstance(reading := readings.get(text), Reading)}
    return choice.answer(request.question, reports.passages(request), said, weights)


def _said(record: Record, readings: Readings) -> Reading | None:
    """What the model reads in a message by itself."""
    if not isinstance(record, Message) or record.change is Change.DELETED:
        return None
    found = readings.get(record.text)
    return found if isinstance(found, Reading) else None


def _message(record: Message, readings: Readings) -> Reading | None:
    """A message's reading, its topic with the conversation's title; the same whatever came before it."""
    reading = sound(readings.get(record.text)) if record.change is not Change.DELETED else None
    title = readings.get(record.conversation.title or "")
    return with_context(reading, [title]) if reading and isinstance(title, Reading) else reading


def _turns(request: SummaryRequest, readings: Readings) -> list[Turn]:
    """The messages that can be read; one that can't was set aside when it came by itself."""
    found = [(message, readings.get(message.text)) for message in request.messages]
    return [reports.turn(message, reading) for message, reading in found if isinstance(reading, Reading)]


def _participants(request: SummaryRequest) -> list[Participant]:
    return [Participant(person.id, person.name or person.id) for person in request.participants]
