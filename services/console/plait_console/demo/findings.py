"""What the week came to, from the records alone: decisions, actions, questions and blocked work, with their evidence.

Only what everyone in the workspace may read is told; the private channel shows in the digests of its members.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from plait_console.demo.arrivals import Arrivals
from plait_console.shapes import due
from plait_schemas.records import (
    Alert,
    AlertKind,
    AudienceScope,
    Evidence,
    FactChange,
    GraphChange,
    Message,
    Summary,
)

LONGEST_QUOTE = 140


@dataclass(frozen=True, slots=True)
class Quote:
    """The words that a statement rests on: who said them, when and where."""

    who: str
    at: datetime
    where: str
    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the result; ``owner`` and ``due`` are empty where they don't apply, ``undone`` strikes it through.

    ``weight`` says how sure the model is that the words are what they are taken for, 0 to 1.
    """

    text: str
    at: datetime
    quote: Quote | None = None
    owner: str = ""
    due: str = ""
    undone: bool = False
    weight: float = 0.0


def decisions(arrivals: Arrivals) -> list[Finding]:
    """Decisions in the order of their time; those that were taken back are marked."""
    return _sorted(
        Finding(text=decision.text, at=_at(arrivals, decision.evidence, summary), undone=decision.reversed,
                quote=quote(arrivals, decision.evidence), weight=_weight(arrivals, decision.evidence, "decision"))
        for summary in _public(arrivals)
        for decision in summary.decisions
    )  # fmt: skip


def actions(arrivals: Arrivals) -> list[Finding]:
    """Work that someone is bound to."""
    return _sorted(
        Finding(text=action.what, at=(said_at := _at(arrivals, action.evidence, summary)),
                due=due(action.due, action.due_at, said_at),
                owner=action.owner.name or action.owner.id if action.owner else "",
                quote=quote(arrivals, action.evidence),
                weight=_weight(arrivals, action.evidence, "commitment", "request"))
        for summary in _public(arrivals)
        for action in summary.actions
    )  # fmt: skip


def open_questions(arrivals: Arrivals) -> list[Finding]:
    """Questions that nobody answered."""
    return _sorted(
        Finding(text=question.text, at=_at(arrivals, question.evidence, summary),
                quote=quote(arrivals, question.evidence), weight=_weight(arrivals, question.evidence, "question"))
        for summary in _public(arrivals)
        for question in summary.questions
        if question.answered_by is None
    )  # fmt: skip


def blocked(arrivals: Arrivals) -> list[Finding]:
    """Work that was or is blocked; ``due`` says until when, empty while it lasts."""
    latest: dict[str, GraphChange] = {}
    for change in list(arrivals.changes.values()):
        known = latest.get(change.fact.id)
        if known is None or known.revision < change.revision:
            latest[change.fact.id] = change
    return _sorted(
        Finding(text=_blocked_text(change), at=change.fact.valid_from,
                due=f"{change.fact.valid_to:%a %d %b %H:%M}" if change.fact.valid_to else "",
                undone=change.fact.valid_to is not None, quote=quote(arrivals, change.fact.evidence))
        for change in latest.values()
        if change.audience.scope is AudienceScope.PUBLIC and change.change is not FactChange.WITHDRAWN
        and _is_block(change)
    )  # fmt: skip


def surges(arrivals: Arrivals) -> list[tuple[Alert, int]]:
    """Each surge once, with how many people were told."""
    by_conversation: dict[str, list[Alert]] = {}
    for alert in list(arrivals.alerts.values()):
        if alert.kind is AlertKind.SURGE:
            by_conversation.setdefault(alert.conversation.id if alert.conversation else "", []).append(alert)
    return [
        (min(alerts, key=lambda alert: (alert.language != "en", alert.occurred_at)), len({a.recipient for a in alerts}))
        for alerts in by_conversation.values()
    ]


def quote(arrivals: Arrivals, evidence: Sequence[Evidence]) -> Quote | None:
    """The last of the evidence that is still there: a statement stands by its final word."""
    for place in reversed(evidence):
        message = _message(arrivals, place)
        if message is not None and message.text:
            said = message.text[place.start : place.end].strip() or message.text
            author = message.author.name or message.author.id
            where = message.conversation.title or message.conversation.id
            return Quote(author, message.sent_at, where, _short(said))
    return None


def _weight(arrivals: Arrivals, evidence: Sequence[Evidence], *labels: str) -> float:
    scores = (arrivals.intents.get(place.event_id, {}).get(label, 0.0) for place in evidence for label in labels)
    return max(scores, default=0.0)


def _public(arrivals: Arrivals) -> list[Summary]:
    return [s for s in arrivals.latest_summaries() if s.audience.scope is AudienceScope.PUBLIC]


def _message(arrivals: Arrivals, place: Evidence) -> Message | None:
    return arrivals.messages.get(place.event_id) or arrivals.standing().get(place.message_id)


def _at(arrivals: Arrivals, evidence: Sequence[Evidence], summary: Summary) -> datetime:
    found = quote(arrivals, evidence)
    return found.at if found else summary.occurred_at


def _is_block(change: GraphChange) -> bool:
    fact = change.fact
    return fact.predicate == "blocked_by" or (fact.predicate == "status" and fact.object.name == "blocked")


def _blocked_text(change: GraphChange) -> str:
    by = f" by {change.fact.object.name}" if change.fact.predicate == "blocked_by" else ""
    return f"{change.fact.subject.name} blocked{by}"


def _sorted(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: (finding.at, finding.text))


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUOTE else line[: LONGEST_QUOTE - 1].rstrip() + "…"
