"""The sentences that may answer a question, each with the part that would be the answer. Pure."""

import re
from dataclasses import dataclass, replace
from typing import Final

from plait_inference.answers.kind import CAUSE, asks_for_the_doer
from plait_inference.answers.orders import orders_a_machine
from plait_inference.answers.spans import Span, first_person, fit, nearest, spans_of
from plait_inference.answers.subject import REACH, Subject
from plait_inference.answers.words import cover, words_of
from plait_inference.sentences import sentence_spans
from plait_inference.wording import CUES

QUESTION_MARK: Final = CUES["question"]
CLAUSE: Final = re.compile(r"[,，;；]\s*\S")
BECAUSE: Final = re.compile(
    r"\b(because|due to|so that|fail\w*|broken?|expired|missing|no|nobody|not|never|too|cannot|can['’]t|\w+n['’]t"
    r"|forgot|lost|leak\w*|wrong|only|full|taken|has an?|have an?)\b"
    r"|因为|由于|所以|导致|坏|没|不|太|堵|过期|错|丢|嫌|怕|忘|卡|取消|住院|生病|缺|完了|要",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence of a passage; ``span`` is the part of the passage that answers, ``None`` for the author's name."""

    place: int
    sentence: Span
    span: Span | None
    typed: float
    ask: bool
    own: float
    """Share of the question's words in the sentence."""
    near: float
    """The same in the passage, or in the question that the passage replies to."""


def candidates(subject: Subject) -> list[Candidate]:
    """Every sentence in order, but those of passages that give orders to a machine."""
    return [
        _candidate(subject, place, sentence)
        for place, passage in enumerate(subject.passages)
        if not orders_a_machine(passage.text)
        for sentence in sentence_spans(passage.text)
    ]


def quote(subject: Subject, item: Candidate) -> str:
    """The answer as it stands in the passage, or the name of who wrote it."""
    passage = subject.passages[item.place]
    return passage.author if item.span is None else passage.text[slice(*item.span)]


def _candidate(subject: Subject, place: int, sentence: Span) -> Candidate:
    passage = subject.passages[place]
    text = passage.text[slice(*sentence)]
    span, typed = _answer_in(subject, place, sentence)
    ask = _asks(text, (span or sentence)[1] - sentence[0])
    own = cover(subject.units, subject.weights, words_of(text))
    near = max([subject.covered(place), *_asked_before(subject, place)]) if not ask else own
    return Candidate(place, sentence, span, typed, ask, own, near)


def _answer_in(subject: Subject, place: int, sentence: Span) -> tuple[Span | None, float]:
    """The part that answers, and how well it fits what is asked: 1 fits, 0.5 when nothing special is asked, 0."""
    passage, kind = subject.passages[place], subject.kind
    text = passage.text[slice(*sentence)]
    if kind.sort in {"open", "polar"}:
        return sentence, 0.5
    if kind == CAUSE:
        return sentence, 1.0 if BECAUSE.search(text) else 0.0
    own = first_person(text) if kind.sort == "person" and passage.author else None
    if own and asks_for_the_doer(subject.question):
        return None, 1.0
    spans = _spans_in(subject, place, sentence)
    found = nearest([*spans, *([own] if own else [])], text, subject.units)
    if found is None:
        return sentence, 0.0
    if found == own:
        return None, 1.0
    return (found[0] + sentence[0], found[1] + sentence[0]), fit(kind, text[slice(*found)])


def _spans_in(subject: Subject, place: int, sentence: Span) -> list[Span]:
    """Spans of the wanted kind, from the sentence's start; what the question says itself is no answer."""
    passage, kind = subject.passages[place], subject.kind
    text = passage.text[slice(*sentence)]
    moved = [
        replace(entity, start=entity.start + sentence[0], end=entity.end + sentence[0])
        for entity in subject.readings[text].entities
    ]
    entities = [*subject.readings[passage.text].entities, *moved]
    names = [other.author for other in subject.passages if other.author]
    spans = [
        (start - sentence[0], end - sentence[0])
        for start, end in spans_of(kind, passage.text, entities, names)
        if sentence[0] <= start
        and end <= sentence[1]
        and passage.text[start:end].lower() not in subject.question.lower()
    ]
    if kind.sort in {"time", "clock"}:
        return [span for span in spans if not cover(subject.units, subject.weights, words_of(text[slice(*span)]))]
    fits = [fit(kind, text[slice(*span)]) for span in spans]
    return [span for span, value in zip(spans, fits, strict=True) if value == max(fits)]


def _asks(text: str, end: int) -> bool:
    """Whether the part that ends at ``end`` belongs to a question, and not to a clause before it."""
    return QUESTION_MARK.search(text) is not None and not CLAUSE.search(text, max(end, 0))


def _asked_before(subject: Subject, place: int) -> list[float]:
    """How far questions shortly before ask the same, less with the distance."""
    found = []
    for back in range(1, min(REACH, place) + 1):
        earlier = subject.passages[place - back]
        if QUESTION_MARK.search(earlier.text) and earlier.author != subject.passages[place].author:
            found.append(subject.covered(place - back, place) * (1.0 if back == 1 else 0.8))
    return found
