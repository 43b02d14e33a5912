"""Readings and digests as records: the last, pure step before the stream."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta, timezone

from plait_inference.answers.choice import Found
from plait_inference.answers.orders import as_said
from plait_inference.answers.subject import Passage
from plait_inference.conversation import Digest, Turn
from plait_inference.conversation import Evidence as Place
from plait_inference.packs.fitted import Packs, PackTag
from plait_inference.reading import Reading, Scored
from plait_schemas.ids import derived_id
from plait_schemas.records import (
    Action,
    Answer,
    AnswerRequest,
    CustomTag,
    Decision,
    Enrichment,
    Entity,
    Evidence,
    Identity,
    Language,
    Message,
    Model,
    Question,
    Span,
    Summary,
    SummaryMessage,
    SummaryRequest,
    SummarySentence,
    Tag,
    Tags,
)

END_OF_DAY = time(23, 59, 59)  # a time that is resolved has no seconds: readers tell a day from it by them
ById = Mapping[str, SummaryMessage]
"""The messages of a request."""


def tags(reading: Reading, text: str, custom: Sequence[PackTag] = ()) -> Tags:
    """Everything that was read in one text, and what label packs say of it; spans count its code points."""
    return Tags(
        intents=tuple(map(_tag, reading.intents)),
        entities=tuple(
            Entity(label=e.label, text=text[e.start : e.end], start=e.start, end=e.end, score=e.score)
            for e in reading.entities
        ),
        sentiment=_tag(reading.sentiment),
        urgency=_tag(reading.urgency),
        topic=_tag(reading.topic),
        harm=_tag(reading.harm),
        custom=tuple(CustomTag(pack=t.pack, version=t.version, label=t.label, score=t.score) for t in custom),
    )


def _tag(scored: Scored) -> Tag:
    return Tag(label=scored.label, score=scored.score, spans=(Span(start=scored.start, end=scored.end),))


def enrichment(message: Message, reading: Reading | None, packs: Packs, model: Model) -> Enrichment:
    """The enriched message; without a reading (a deletion, nothing to read) it has no tags.

    Its model's revision counts the packs, so that another pack gives another record and never the same id twice.
    """
    model = packs.model(model)
    return Enrichment(
        id=derived_id("enrichment", message.id, model.revision),
        workspace=message.workspace,
        source_event=message.id,
        message=message,
        tags=None if reading is None else tags(reading, message.text, packs.tags(reading.embedding)),
        embedding=() if reading is None else reading.embedding,
        model=model,
        occurred_at=message.occurred_at,
    )


def passages(request: AnswerRequest) -> list[Passage]:
    """What an answer may rest on, known by its place in the request."""
    return [
        Passage(str(place), passage.text, passage.author, passage.sent_at)
        for place, passage in enumerate(request.passages)
    ]


def answer(
    request: AnswerRequest, reading: Reading, found: Found | None, model: Model, written: bool = False
) -> Answer:
    """The question's embedding, and the answer with the passages that it rests on if one was asked for.

    What a generator has ``written`` may differ the next time: its id depends on it.
    """
    own = [found.text] if written and found and found.text else []
    return Answer(
        id=derived_id("answer", request.id, model.revision, *own),
        workspace=request.workspace,
        source_event=request.id,
        text=found.text if found else None,
        evidence=tuple(request.passages[int(place)].evidence for place in found.evidence) if found else (),
        score=found.score if found else 0.0,
        embedding=reading.embedding,
        audience=request.audience,
        model=model,
        occurred_at=request.occurred_at,
    )


def turn(message: SummaryMessage, reading: Reading) -> Turn:
    """A message of a conversation in its author's own time."""
    local = timezone(timedelta(minutes=message.utc_offset_minutes))
    return Turn(
        message.message_id,
        message.author.id,
        message.author.name or message.author.id,
        message.sent_at.astimezone(local),
        message.text,
        as_said(message.text, reading),
    )


def summary(request: SummaryRequest, digest: Digest, model: Model, written: bool = False) -> Summary:
    """What a conversation came to, every statement with the messages that it rests on.

    What a generator has ``written`` may differ the next time: its id depends on it.
    """
    by_id = {message.message_id: message for message in request.messages}
    own = [sentence.text for sentence in digest.summary] if written else []
    return Summary(
        id=derived_id("summary", request.id, model.revision, *own),
        workspace=request.workspace,
        source_event=request.id,
        conversation=request.conversation,
        audience=request.audience,
        state=request.state,
        language=Language(digest.language),
        sentences=tuple(SummarySentence(text=s.text, evidence=_places(by_id, s.evidence)) for s in digest.summary),
        decisions=_decisions(digest, by_id),
        actions=_actions(digest, by_id, _people(request)),
        questions=tuple(
            Question(text=q.text, answered_by=_whole(by_id, q.answered_by), evidence=_places(by_id, q.evidence))
            for q in digest.questions
        ),
        model=model,
        settled_at=request.settled_at,
        occurred_at=request.occurred_at,
    )


def _decisions(digest: Digest, by_id: ById) -> tuple[Decision, ...]:
    """Those that stand, then those that were reversed."""
    return tuple(
        Decision(text=d.text, reversed=d.reversed_by is not None, evidence=_places(by_id, d.evidence))
        for d in (*digest.decisions, *digest.reversed)
    )


def _actions(digest: Digest, by_id: ById, people: Mapping[str, Identity]) -> tuple[Action, ...]:
    return tuple(
        Action(
            what=a.what,
            owner=people.get(a.owner or ""),
            due=a.due,
            due_at=_due_at(a.due_at, by_id, a.evidence),
            evidence=_places(by_id, a.evidence),
        )
        for a in digest.actions
    )


def _people(request: SummaryRequest) -> dict[str, Identity]:
    """Everyone by id; names are not unique."""
    authors = [message.author for message in request.messages]
    return {person.id: person for person in (*request.participants, *authors)}


def _places(by_id: ById, found: Sequence[Place]) -> tuple[Evidence, ...]:
    return tuple(_evidence(by_id, place) for place in found)


def _evidence(by_id: ById, place: Place) -> Evidence:
    event_id = by_id[place.message].event_id
    return Evidence(message_id=place.message, event_id=event_id, start=place.start, end=place.end)


def _whole(by_id: ById, message_id: str | None) -> Evidence | None:
    if message_id is None:
        return None
    return _evidence(by_id, Place(message_id, 0, len(by_id[message_id].text)))


def _due_at(due_at: str | None, by_id: ById, evidence: Sequence[Place]) -> datetime | None:
    """The moment in UTC; a date alone means the end of that day where the author is."""
    if due_at is None:
        return None
    moment = datetime.fromisoformat(due_at)
    if "T" not in due_at:
        moment = datetime.combine(moment.date(), END_OF_DAY)
    if moment.tzinfo is None:
        offset = by_id[evidence[0].message].utc_offset_minutes
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    return moment.astimezone(UTC)
