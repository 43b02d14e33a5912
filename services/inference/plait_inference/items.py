"""Decisions and questions of a conversation, by the rules of docs/reference/labels.md. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from plait_inference.binding.choice import Chosen
from plait_inference.conversation import Decision, Evidence, Question, Turn
from plait_inference.wording import AUTOMATIC, CUES, NOT_KNOWN, REVERSAL, cosine, overlap, says_little, tidy

LIKELY: Final = 0.25
"""The probability from which an intent says what part a message has in a decision."""
OFFERED: Final = 0.4
"""The probability of a proposal from which a question is one."""
ACCEPT_WITHIN: Final = 4
"""Messages after a proposal in which an agreement still means it."""
AGREED_WITHIN: Final = 3
"""Messages before an agreement in which the proposal stands that it means."""
RESTATED: Final = 0.7
ANSWER_WITHIN: Final = 6
SAME_WORDS: Final = 0.34
SOME_WORDS: Final = 0.2
"""Shared words that are enough after an objection."""
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


@dataclass(frozen=True, slots=True)
class _Settled:
    """A decision with the message that binds it, and how sure it is that it does."""

    turn: Turn
    decision: Decision
    share: float

    @property
    def stands(self) -> bool:
        return self.decision.reversed_by is None

    def messages(self) -> set[str]:
        return {item.message for item in self.decision.evidence}


def decisions(turns: Sequence[Turn], chosen: Chosen) -> list[Decision]:
    """Every choice in order, the cancelled ones with ``reversed_by`` set; ``chosen`` says which messages bind one."""
    found: list[_Settled] = []
    for place, turn in enumerate(turns):
        settled = _settled(turns, place, chosen.shares[place]) if place in chosen else None
        if settled is None:
            continue
        cancelled = _cancelled(turns, place, [item for item in found if item.stands])
        if cancelled is not None:
            undone = replace(cancelled, decision=replace(cancelled.decision, reversed_by=turn.id))
            found[found.index(cancelled)] = undone
        found = [item for item in found if not _restated(item, settled)]
        same = next((item for item in reversed(found) if item.stands and _same(item, settled)), None)
        if same is None:
            found.append(settled)
        else:
            found[found.index(same)] = _joined(same, settled)
    return [item.decision for item in found]


def _settled(turns: Sequence[Turn], place: int, share: float) -> _Settled | None:
    """The decision that a message binds: by stating it, by proposing what is then agreed to, or by agreeing.

    None for what a tool writes, for a question that proposes nothing, and for what states no choice at all.
    """
    turn = turns[place]
    part = _part(turn)
    span = turn.likeliest(part)
    text = tidy(turn.text[slice(*span)])
    if AUTOMATIC.search(turn.text) or (asks(text) and turn.share("proposal") < OFFERED):
        return None
    places = [Evidence(turn.id, *span)]
    if part == "proposal":
        places += _beside(turn, turns[place + 1 : place + 1 + ACCEPT_WITHIN], "agreement")
    elif turn.share("agreement") >= LIKELY:
        places += _beside(turn, turns[max(place - AGREED_WITHIN, 0) : place][::-1], "proposal")
    if part == "agreement":  # the words are the proposal's
        if len(places) == 1:
            return None
        offered = next(other for other in turns[:place] if other.id == places[1].message)
        text = tidy(offered.text[places[1].start : places[1].end])
    return None if says_little(text, turn.reading.language) else _Settled(turn, Decision(text, tuple(places)), share)


def _part(turn: Turn) -> str:
    """What a message that binds does: it proposes or decides, or else states no choice and agrees at most."""
    if turn.share("proposal") > max(turn.share("decision"), LIKELY):
        return "proposal"
    return "decision" if turn.share("decision") >= LIKELY else "agreement"


def _beside(turn: Turn, others: Sequence[Turn], intent: str) -> list[Evidence]:
    """Where the first of some messages, by somebody else, has an intent."""
    fitting = (other for other in others if other.author_id != turn.author_id and other.share(intent) >= LIKELY)
    return [Evidence(other.id, *other.likeliest(intent)) for other in fitting][:1]


def _same(one: _Settled, other: _Settled) -> bool:
    """Whether one rests on the message that binds the other; one agreement may settle several."""
    return one.turn.id in other.messages() or other.turn.id in one.messages()


def _joined(one: _Settled, other: _Settled) -> _Settled:
    """One decision that two messages bind together: in the words of the surer, which comes first."""
    first, second = (one, other) if one.share >= other.share else (other, one)
    known = first.messages()
    more = tuple(item for item in second.decision.evidence if item.message not in known)
    return replace(first, decision=replace(first.decision, evidence=first.decision.evidence + more))


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


def _cancelled(turns: Sequence[Turn], place: int, standing: Sequence[_Settled]) -> _Settled | None:
    """The standing decision that this message cancels: it says so, in its words or after an objection to it."""
    turn = turns[place]
    if not standing or not REVERSAL.search(turn.text):
        return None
    closest = max(standing, key=lambda item: _closeness(item.turn, turn))
    between = turns[turns.index(closest.turn) + 1 : place]
    disputed = any(other.share("objection") >= LIKELY for other in between)
    shared = overlap(closest.turn.text, turn.text)
    meant = shared >= SOME_WORDS or similar(closest.turn, turn)
    return closest if shared >= SAME_WORDS or (disputed and meant) else None


def _restated(item: _Settled, later: _Settled) -> bool:
    """An earlier statement of the same choice, which the later one replaces."""
    return item.stands and overlap(item.decision.text, later.decision.text) > RESTATED


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
