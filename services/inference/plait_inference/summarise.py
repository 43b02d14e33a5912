"""A conversation in a few of its own sentences: outcome first, then open ends. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plait_inference.binding.choice import binding
from plait_inference.bound import bound_actions
from plait_inference.conversation import Decision, Digest, Evidence, Participant, Question, Statement, Turn
from plait_inference.items import decisions, evidence, questions, stated
from plait_inference.sentences import sentence_spans
from plait_inference.wording import cosine, overlap, size, tidy

LIMITS: Final = {"zh": 120, "en": 60}
"""Characters or words of a whole summary."""
MAX_SENTENCES: Final = 5
SAME: Final = 0.6
WEIGHTS: Final = {
    "commitment": 2.0,
    "blocker": 2.0,
    "schedule": 1.6,
    "status": 1.3,
    "request": 1.2,
    "information": 1.0,
    "objection": 0.8,
    "proposal": 0.8,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may enter the summary; ``rank`` 0 outcome, 1 middle, 2 open end."""

    text: str
    evidence: tuple[Evidence, ...]
    rank: int
    place: int
    weight: float


def digest(turns: Sequence[Turn], participants: Sequence[Participant] = ()) -> Digest:
    """Summary, decisions, actions and questions of ``turns``, which come in order of time."""
    if not turns:
        return Digest(language="other")
    people = everyone(turns, participants)
    language = main_language(turns)
    bound = binding(turns, people)
    choices, asked = decisions(turns, bound.decisions), questions(turns)
    standing = [item for item in choices if item.reversed_by is None]
    found = candidates(turns, choices, asked)
    return Digest(
        language=language,
        summary=tuple(select(found, language)),
        decisions=tuple(standing),
        reversed=tuple(item for item in choices if item.reversed_by is not None),
        actions=tuple(bound_actions(turns, people, bound.actions)),
        questions=tuple(asked),
    )


def everyone(turns: Sequence[Turn], participants: Sequence[Participant]) -> list[Participant]:
    """The participants given, and the authors."""
    return list(dict.fromkeys([*participants, *(Participant(turn.author_id, turn.author) for turn in turns)]))


def main_language(turns: Sequence[Turn]) -> str:
    """The language of most characters."""
    counts: Counter[str] = Counter()
    for turn in turns:
        counts[turn.reading.language] += size(turn.text, turn.reading.language)
    return counts.most_common(1)[0][0]


def candidates(turns: Sequence[Turn], choices: Sequence[Decision], asked: Sequence[Question]) -> list[Candidate]:
    """Decisions that stand, what was promised or stands in the way, and open questions."""
    where = {turn.id: place for place, turn in enumerate(turns)}
    centre = _centre(turns)
    found = [
        Candidate(item.text, item.evidence, 0, where[item.evidence[0].message], 4.0)
        for item in choices
        if item.reversed_by is None
    ]
    used = {item.message for choice in choices for item in choice.evidence}
    for place, turn in enumerate(turns):
        kind = next((label for label in WEIGHTS if turn.has(label)), None)
        if kind and turn.id not in used:
            late = 0.5 * place / len(turns)
            weight = WEIGHTS[kind] + late + cosine(turn.reading.embedding, centre)
            text = _said(turn, stated(turn, kind))
            found.append(Candidate(text, (evidence(turn, kind),), 1, place, weight))
    for question in asked:
        if question.answered_by is None:
            place = where[question.evidence[0].message]
            text = _said(turns[place], question.text)
            found.append(Candidate(text, question.evidence, 2, place, 2.6))
    return found or [_first_sentence(turns[0])]


def select(found: Sequence[Candidate], language: str) -> list[Statement]:
    """The heaviest sentences that fit the limit and say different things, outcome first."""
    limit = LIMITS["zh" if language == "zh" else "en"]
    chosen: list[Candidate] = []
    used = 0
    for item in sorted(found, key=lambda item: (-item.weight, item.place)):
        length = size(item.text, language)
        new = all(overlap(item.text, other.text) < SAME for other in chosen)
        if new and used + length <= limit and len(chosen) < MAX_SENTENCES:
            chosen.append(item)
            used += length
    if not chosen:
        best = max(found, key=lambda item: item.weight)
        return [Statement(shorten(best.text, limit, language), best.evidence)]
    ordered = sorted(chosen, key=lambda item: (item.rank, item.place))
    return [Statement(item.text, item.evidence) for item in ordered]


def shorten(text: str, limit: int, language: str) -> str:
    """The beginning of a text that is too long, with an ellipsis, within the limit."""
    if size(text, language) <= limit:
        return text
    if language == "zh":
        return "".join(text.split())[: limit - 1] + "…"
    return " ".join(text.split()[:limit]) + "…"


def _said(turn: Turn, sentence: str) -> str:
    """A sentence with its speaker: first persons stay clear out of their place."""
    mark = "：" if turn.reading.language == "zh" else ": "
    return f"{turn.author}{mark}{sentence}"


def _centre(turns: Sequence[Turn]) -> tuple[float, ...]:
    """Mean of the embeddings, scaled to length 1."""
    sums = [sum(values) for values in zip(*(t.reading.embedding for t in turns), strict=True)]
    length = max(sum(value * value for value in sums) ** 0.5, 1e-12)
    return tuple(value / length for value in sums)


def _first_sentence(turn: Turn) -> Candidate:
    spans = sentence_spans(turn.text) or [(0, len(turn.text))]
    start, end = spans[0]
    text = _said(turn, tidy(turn.text[start:end]))
    return Candidate(text, (Evidence(turn.id, start, end),), 1, 0, 0.0)
