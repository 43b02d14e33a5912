"""Decisions and questions of a conversation, by the rules of docs/reference/labels.md. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from plait_inference.conversation import Decision, Evidence, Question, Turn
from plait_inference.wording import AUTOMATIC, CUES, NOT_KNOWN, REVERSAL, cosine, overlap, tidy

ACCEPT_WITHIN: Final = 4
"""Messages after a proposal in which an agreement still means it."""
SETTLED_WITHIN: Final = 7
"""A decision so soon after a proposal is taken as its outcome, whatever its words."""
ANSWER_WITHIN: Final = 6
SAME_WORDS: Final = 0.34
SAME_MEANING: Final = 0.9
"""Cosine of the trunk's vectors from which two messages are about the same; they are narrow."""
ANSWERS: Final = (
    "information",
    "status",
    "agreement",
    "objection",
    "decision",
    "commitment",
    "schedule",
)


def evidence(turn: Turn, *intents: str) -> Evidence:
    """Where in the message one of the intents stands."""
    return Evidence(turn.id, *turn.span_of(*intents))


def stated(turn: Turn, *intents: str) -> str:
    """The sentence with one of the intents, tidied."""
    start, end = turn.span_of(*intents)
    return tidy(turn.text[start:end])


def asks(sentence: str) -> bool:
    """Whether it has the form of a question, which settles nothing."""
    return CUES["question"].search(sentence) is not None


def decisions(turns: Sequence[Turn]) -> list[Decision]:
    """Every choice in order, the cancelled ones with ``reversed_by`` set."""
    found: list[tuple[Turn, Decision]] = []
    for index, turn in enumerate(turns):
        if turn.has("decision") and not asks(stated(turn, "decision")) and not AUTOMATIC.search(turn.text):
            cancelled = _cancelled(turns, index, [item for item in found if not item[1].reversed_by])
            if cancelled is not None:
                place = found.index(cancelled)
                found[place] = (cancelled[0], replace(cancelled[1], reversed_by=turn.id))
            found = [item for item in found if not _restated(item, turn)]
            text = stated(turn, "decision")
            found.append((turn, Decision(text, (evidence(turn, "decision"),))))
        elif turn.has("proposal"):
            accepted = _accepted(turns, index)
            if accepted is not None:
                spans = (evidence(turn, "proposal"), evidence(accepted, "agreement"))
                found.append((turn, Decision(stated(turn, "proposal"), spans)))
    return [decision for _, decision in found]


def questions(turns: Sequence[Turn]) -> list[Question]:
    """Every question in order, with the message that answers it, if one does."""
    found: list[Question] = []
    for index, turn in enumerate(turns):
        if turn.has("question"):
            start, end = turn.span_of("question")
            answer = _answer(turns, index)
            found.append(
                Question(
                    text=tidy(turn.text[start:end]),
                    evidence=(Evidence(turn.id, start, end),),
                    answered_by=answer.id if answer else None,
                )
            )
    return found


def similar(left: Turn, right: Turn) -> bool:
    """Whether two messages are about the same thing, by words or by meaning."""
    if overlap(left.text, right.text) >= SAME_WORDS:
        return True
    return cosine(left.reading.embedding, right.reading.embedding) >= SAME_MEANING


def _accepted(turns: Sequence[Turn], index: int) -> Turn | None:
    """The agreement that settles a proposal, unless a decision states it or someone objects."""
    proposal = turns[index]
    for turn in turns[index + 1 : index + 1 + ACCEPT_WITHIN]:
        if turn.has("objection", "proposal", "decision") and not turn.has("agreement"):
            return None
        if turn.author_id != proposal.author_id and turn.has("agreement"):
            later = turns[index + 1 : index + 1 + SETTLED_WITHIN]
            return None if any(other.has("decision") for other in later) else turn
    return None


def _cancelled(
    turns: Sequence[Turn], index: int, standing: Sequence[tuple[Turn, Decision]]
) -> tuple[Turn, Decision] | None:
    """The standing decision that this one cancels: it says so, or follows an objection to it."""
    turn = turns[index]
    if not standing:
        return None
    says_so = REVERSAL.search(turn.text) is not None or turn.has("objection")
    ranked = max(standing, key=lambda item: _closeness(item[0], turn))
    place = turns.index(ranked[0])
    disputed = any(other.has("objection") for other in turns[place + 1 : index])
    if says_so and (similar(ranked[0], turn) or disputed or len(standing) == 1):
        return ranked
    return ranked if disputed and similar(ranked[0], turn) else None


def _restated(item: tuple[Turn, Decision], turn: Turn) -> bool:
    """An earlier statement of the same choice, which the later one replaces."""
    return item[1].reversed_by is None and overlap(item[1].text, stated(turn, "decision")) > 0.7


def _closeness(left: Turn, right: Turn) -> float:
    return overlap(left.text, right.text) + cosine(left.reading.embedding, right.reading.embedding)


def _answer(turns: Sequence[Turn], index: int) -> Turn | None:
    """The next message of someone else that says something, and not that it is unknown."""
    asked = turns[index]
    candidates = [
        turn
        for turn in turns[index + 1 : index + 1 + ANSWER_WITHIN]
        if turn.author_id != asked.author_id and turn.has(*ANSWERS) and not NOT_KNOWN.search(turn.text)
    ]
    close = [turn for turn in candidates if similar(asked, turn)]
    plain = [turn for turn in candidates if not turn.has("question")]
    if plain and (not close or turns.index(plain[0]) <= turns.index(close[0])):
        return plain[0]
    return close[0] if close else None
