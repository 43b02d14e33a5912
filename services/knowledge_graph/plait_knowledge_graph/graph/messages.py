"""One message version, enriched or not, as the rows that the memory keeps of it."""

import hashlib
import json
import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from plait_knowledge_graph.graph.audiences import audience_key
from plait_knowledge_graph.graph.facts import statements
from plait_knowledge_graph.graph.masking import things
from plait_knowledge_graph.graph.names import MAX_NAME, PERSON, Person, Ref, node_key
from plait_knowledge_graph.graph.rows import AssertionRow, EmbeddingRow, Json, MentionRow, MessageRow, PersonRow
from plait_knowledge_graph.graph.text_search import lexemes
from plait_schemas.records import Change, Enrichment, IdentityKind, Message, Tags
from plait_shared.errors import BadRecord

RECORD_FIELDS = (
    "source",
    "kind",
    "change",
    "conversation",
    "author",
    "mentions",
    "redactions",
    "attachments",
    "reply_to",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """A message version and everything that follows from it alone. First names are resolved within the message;
    the store resolves them again among the participants of the whole conversation.
    """

    row: MessageRow
    people: Sequence[PersonRow] = ()
    mentions: Sequence[MentionRow] = ()
    assertions: Sequence[AssertionRow] = ()
    embedding: EmbeddingRow | None = None


def read_message(message: Message) -> Reading:
    """A message that no model has read yet."""
    return _reading(message, None, "", ("", ""), None)


def read_enrichment(enrichment: Enrichment, dimensions: int) -> Reading:
    """A message with its tags. Of several models the one with the greatest revision stands, whatever came first."""
    model = enrichment.model
    rank = json.dumps([model.revision, enrichment.id])
    vector = enrichment.embedding if len(enrichment.embedding) == dimensions else None
    return _reading(enrichment.message, enrichment.tags, rank, (model.name, model.revision), vector)


def vector_text(embedding: Sequence[float]) -> str:
    """A vector in pgvector's text form; five digits are more than half precision keeps."""
    return "[" + ("%.5g," * len(embedding) % tuple(embedding))[:-1] + "]"


def vector_bytes(embedding: Sequence[float]) -> bytes:
    """A vector as halfvec is sent in binary: dimensions, a reserved number, half floats (IEEE 754), all big-endian.

    Raises BadRecord for numbers that half precision does not reach.
    """
    try:
        return struct.pack(f">hh{len(embedding)}e", len(embedding), 0, *embedding)
    except OverflowError as exc:
        raise BadRecord("embedding holds a number beyond half precision (65504)", field="embedding") from exc


def usable(embedding: Sequence[float]) -> bool:
    """Whether a vector has a direction: finite, and not all zero."""
    return all(map(math.isfinite, embedding)) and any(embedding)


def encode(value: Any) -> Json:
    """JSON with times as UTC microseconds, keys sorted."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_micros)


def _reading(
    message: Message, tags: Tags | None, rank: str, model: tuple[str, str], vector: Sequence[float] | None
) -> Reading:
    row = _row(message, tags, rank, model)
    if row.deleted:
        return Reading(row)
    people = _people(row, message)
    if tags is None:
        return Reading(row, people, embedding=_embedding(row, vector))
    assertions = _assertions(row, message, tags, people)
    return Reading(row, people, _mentions(row, message, tags, assertions), assertions, _embedding(row, vector))


def _row(message: Message, tags: Tags | None, rank: str, model: tuple[str, str]) -> MessageRow:
    data = message.to_avro()
    deleted = message.change is Change.DELETED
    said = {name: value for name, value in data.items() if name != "received_at"}
    text = "" if deleted else message.text
    return MessageRow(
        workspace=message.workspace,
        message_id=message.message_id,
        version=message.source.version,
        deleted=deleted,
        event_id=message.id,
        digest=hashlib.sha256(encode(said).encode()).hexdigest(),
        tag_rank=rank,
        conversation_id=message.conversation.id,
        audience=audience_key(message.audience),
        kind=message.kind.value,
        language=message.language.value,
        author_id=message.author.id,
        author_name=message.author.name,
        sent_at=message.sent_at,
        occurred_at=message.occurred_at,
        received_at=message.received_at,
        text=text,
        record=encode({name: data[name] for name in RECORD_FIELDS}),
        tags=encode(tags.to_avro()) if tags is not None and not deleted else None,
        model_name=model[0],
        model_revision=model[1],
        lexemes=lexemes(text),
    )


def _people(row: MessageRow, message: Message) -> list[PersonRow]:
    identities = {
        identity.id: identity.name
        for identity in (*message.mentions, message.author)
        if identity.name and identity.kind is not IdentityKind.BOT and len(identity.name) <= MAX_NAME
    }
    return [
        PersonRow(
            workspace=row.workspace, message_id=row.message_id, conversation_id=row.conversation_id,
            audience=row.audience, identity_id=id_, name=name,
        )
        for id_, name in sorted(identities.items())
    ]  # fmt: skip


def _assertions(row: MessageRow, message: Message, tags: Tags, people: list[PersonRow]) -> list[AssertionRow]:
    known = [Person(person.identity_id, person.name) for person in people]
    rows = []
    for ordinal, said in enumerate(statements(message, tags)):
        subject, target = (node_key(row.workspace, ref, known) for ref in (said.subject, said.object))
        rows.append(
            AssertionRow(
                workspace=row.workspace, message_id=row.message_id, ordinal=ordinal, event_id=row.event_id,
                conversation_id=row.conversation_id, audience=row.audience, predicate=said.predicate,
                subject_label=said.subject.label, subject_surface=said.subject.name,
                subject_identity=said.subject.identity, subject_id=subject.id, subject_name=subject.name,
                object_label=said.object.label, object_surface=said.object.name,
                object_identity=said.object.identity, object_id=target.id, object_name=target.name,
                span_start=said.start, span_end=said.end, confidence=said.confidence,
                occurred_at=row.occurred_at, received_at=row.received_at,
                model_name=row.model_name, model_revision=row.model_revision,
            )
        )  # fmt: skip
    return rows


def _mentions(row: MessageRow, message: Message, tags: Tags, assertions: list[AssertionRow]) -> list[MentionRow]:
    """What the text names, then what the statements add to it: the author, and states of work."""
    known = [Person(person.id, person.name) for person in (*message.mentions, message.author)]
    named = [(thing.ref, thing.start, thing.end, thing.score) for thing in things(message, tags)]
    seen = {ref for ref, *_ in named}
    for said in assertions:
        ends = (
            Ref(said.subject_label, said.subject_surface, said.subject_identity),
            Ref(said.object_label, said.object_surface, said.object_identity),
        )
        for ref in ends:
            if ref not in seen:
                seen.add(ref)
                named.append((ref, said.span_start, said.span_end, said.confidence))
    rows = []
    for ordinal, (ref, start, end, score) in enumerate(named):
        node = node_key(row.workspace, ref, known if ref.label == PERSON else ())
        rows.append(
            MentionRow(
                workspace=row.workspace, message_id=row.message_id, ordinal=ordinal,
                conversation_id=row.conversation_id, audience=row.audience, label=ref.label, surface=ref.name,
                identity=ref.identity, node_id=node.id, node_name=node.name, node_norm=node.norm,
                span_start=start, span_end=end, score=score,
            )
        )  # fmt: skip
    return rows


def _embedding(row: MessageRow, vector: Sequence[float] | None) -> EmbeddingRow | None:
    if vector is None or not usable(vector):
        return None
    return EmbeddingRow(
        workspace=row.workspace, message_id=row.message_id, audience=row.audience, embedding=vector_bytes(vector)
    )


def _micros(value: object) -> int:
    assert isinstance(value, datetime)
    return round(value.astimezone(UTC).timestamp() * 1_000_000)
