"""``enrich`` and ``summarize`` over JSON lines: the service's own functions, without Kafka."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Final, TypeVar

from plait_inference.answers.orders import as_said
from plait_inference.batching import BatchBudget
from plait_inference.conversation import Digest, Evidence, Participant, Turn
from plait_inference.models.protocol import TagModel
from plait_inference.packs.fitted import Packs
from plait_inference.passes import Outcome, read_all
from plait_inference.reading import Reading, Scored
from plait_inference.records_io import (
    Conversation,
    Fault,
    Message,
    dump,
    lines,
    read_conversation,
    read_message,
)
from plait_inference.summarise import digest
from plait_inference.topics import Conversations
from plait_inference.writing import compose
from plait_inference.writing.generator import Writer
from plait_schemas.records import Model
from plait_shared.errors import BadRecord

NO_PACKS: Final = Packs()
CHUNK: Final = 128
"""Lines that are held, batched and answered together."""
Record = dict[str, Any]
T = TypeVar("T")


def enrich(model: TagModel, source: BinaryIO, sink: BinaryIO, budget: BatchBudget, packs: Packs = NO_PACKS) -> int:
    """Tag each message of ``source``; returns the number of lines answered.

    A message that names its conversation gets its topic with the conversation's other messages: all before it in the
    file, and those behind it in its chunk.
    """
    count = 0
    conversations = Conversations()
    for chunk in chunks(map(read_message, lines(source)), CHUNK):
        for record in enrich_chunk(model, chunk, budget, conversations, packs):
            sink.write(dump(record))
            count += 1
        sink.flush()
    return count


def enrich_chunk(
    model: TagModel,
    chunk: list[Message | Fault],
    budget: BatchBudget,
    conversations: Conversations,
    packs: Packs = NO_PACKS,
) -> list[Record]:
    """One answer an item, in order."""
    sound = [item for item in chunk if isinstance(item, Message)]
    read = read_all(model, [item.text for item in sound], budget)
    heard = iter(
        conversations.hear(
            [(m.conversation, found) for m, found in zip(sound, read, strict=True) if isinstance(found, Reading)]
        )
    )
    outcomes = iter([next(heard) if isinstance(found, Reading) else found for found in read])
    answers: list[Record] = []
    for item in chunk:
        if isinstance(item, Fault):
            answers.append(item.line())
            continue
        outcome = next(outcomes)
        if isinstance(outcome, BadRecord):
            answers.append(Fault(item.id, "unreadable", str(outcome)).line())
        else:
            answers.append(enrichment(item, outcome, model, packs))
    return answers


def enrichment(message: Message, reading: Reading, model: TagModel, packs: Packs) -> Record:
    """The answer of ``enrich``; offsets are code points of the text given."""
    known = packs.model(Model(name=model.name, revision=model.revision))
    return {
        "id": message.id,
        "language": reading.language,
        "intents": [_scored(intent) for intent in reading.intents],
        "entities": [
            {
                "start": span.start,
                "end": span.end,
                "label": span.label,
                "text": message.text[span.start : span.end],
                "score": span.score,
            }
            for span in reading.entities
        ],
        "sentiment": _scored(reading.sentiment),
        "urgency": _scored(reading.urgency),
        "topic": _scored(reading.topic),
        "harm": _scored(reading.harm),
        **({"packs": _packs(packs, reading)} if packs.fitted else {}),
        "model": {"name": known.name, "revision": known.revision},
    }


def _packs(packs: Packs, reading: Reading) -> Record:
    """Every pack with its labels, none of them for one of kind ``many`` that has nothing to say."""
    return {
        one.name: [{"label": tag.label, "score": tag.score} for tag in one.tags(reading.embedding)]
        for one in packs.fitted
    }


def summarize(
    model: TagModel, source: BinaryIO, sink: BinaryIO, budget: BatchBudget, writer: Writer | None = None
) -> int:
    """Digest each conversation of ``source``; returns the number of lines answered."""
    count = 0
    for item in map(read_conversation, lines(source)):
        answer = item.line("conversation") if isinstance(item, Fault) else summarize_one(model, item, budget, writer)
        sink.write(dump(answer))
        sink.flush()
        count += 1
    return count


def summarize_one(model: TagModel, item: Conversation, budget: BatchBudget, writer: Writer | None = None) -> Record:
    """The answer for one conversation; a message that no model can read is left out.

    Files name people and give no ids: the name is the id, so that who shares a name is one person here.
    """
    outcomes = read_all(model, [message.text for message in item.messages], budget)
    turns = turns_of(item, outcomes)
    if not turns:
        return Fault(item.id, "unreadable", "no message can be read").line("conversation")
    people = people_of(item)
    quoted = found = digest(turns, people)
    signed = Model(name=model.name, revision=model.revision)
    if writer and (sheet := compose.summary_sheet(quoted, turns, people, writer.prompt_tokens)):
        found = compose.rewritten(quoted, sheet, *writer.write([sheet.prompt]))
        signed = signed if found is quoted else writer.signs(signed)
    return {"conversation": item.id, **as_record(found), "model": {"name": signed.name, "revision": signed.revision}}


def turns_of(item: Conversation, outcomes: Sequence[Outcome]) -> list[Turn]:
    """The messages that could be read, with what was read in them."""
    return [
        Turn(
            message.id or str(place),
            message.author,
            message.author,
            message.time,
            message.text,
            as_said(message.text, outcome),
        )
        for place, (message, outcome) in enumerate(zip(item.messages, outcomes, strict=True))
        if isinstance(outcome, Reading)
    ]


def people_of(item: Conversation) -> list[Participant]:
    """Who takes part, as the file names them."""
    return [Participant(name, name) for name in item.participants]


def as_record(found: Digest) -> Record:
    """A digest as JSON values; evidence as message ids, the binding one first."""
    return {
        "language": found.language,
        "summary": [{"text": s.text, "evidence": evidence_ids(s.evidence)} for s in found.summary],
        "decisions": [{"text": d.text, "evidence": evidence_ids(d.evidence)} for d in found.decisions],
        "actions": [
            {
                "what": action.what,
                "owner": action.owner or None,
                "due": action.due,
                "due_at": action.due_at,
                "evidence": evidence_ids(action.evidence),
            }
            for action in found.actions
        ],
        "questions": [
            {"text": q.text, "evidence": evidence_ids(q.evidence), "answered_by": q.answered_by}
            for q in found.questions
        ],
    }


def chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` items."""
    rest = iter(items)
    while chunk := list(islice(rest, size)):
        yield chunk


def evidence_ids(evidence: tuple[Evidence, ...]) -> list[str]:
    """The messages of the evidence, each once."""
    return list(dict.fromkeys(item.message for item in evidence))


def _scored(item: Scored) -> Record:
    return {"label": item.label, "score": item.score}
