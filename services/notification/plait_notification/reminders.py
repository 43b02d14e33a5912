"""Deadlines of my work: a day before, and once they have passed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from plait_notification.due import resolve
from plait_notification.raising import About, raise_alert
from plait_notification.rules import workers
from plait_notification.texts import Texts
from plait_notification.view import Workspace, holds_at
from plait_schemas.records import Alert, AlertKind, FactChange, GraphChange

AHEAD = timedelta(hours=24)
STALE = timedelta(days=7)  # a deadline missed longer ago is no news
FINISHED = ("done", "cancelled")


def reminders(workspace: Workspace, texts: Texts, clock: datetime) -> Iterator[Alert]:
    """Deadlines within a day, and missed ones, of work that is assigned to someone and not finished."""
    current = [c for c in workspace.facts.values() if c.change is FactChange.OPENED and holds_at(c, clock)]
    assigned: dict[str, list[GraphChange]] = {}
    for change in current:
        if change.fact.predicate == "assigned_to":
            assigned.setdefault(change.fact.subject.id, []).append(change)
    finished = {c.fact.subject.id for c in current if c.fact.predicate == "status" and c.fact.object.name in FINISHED}
    for due in sorted((c for c in current if c.fact.predicate == "due"), key=lambda c: c.fact.id):
        if due.fact.subject.id not in finished:
            for task in assigned.get(due.fact.subject.id, ()):
                yield from _remind(workspace, texts, due, task, clock)


def _remind(
    workspace: Workspace, texts: Texts, due: GraphChange, task: GraphChange, clock: datetime
) -> Iterator[Alert]:
    for user in sorted(workers(workspace, task)):
        if user not in workspace.profiles:
            continue
        deadline = resolve(due.fact.object.name, due.fact.valid_from, workspace.profiles[user].timezone)
        if deadline is None or not deadline - AHEAD <= clock < deadline + STALE:
            continue
        late = clock >= deadline
        since = deadline if late else max(deadline - AHEAD, due.fact.valid_from)
        about = About(
            kind=AlertKind.OVERDUE if late else AlertKind.DUE_SOON, key=(due.fact.id,),
            at=max(since, task.fact.valid_from), urgency="normal", conversation=due.conversation,
            audiences=(due.audience, task.audience), evidence=(*due.fact.evidence[:5], *task.fact.evidence[:5]),
            sources=(due.id, task.id),
        )  # fmt: skip
        facts = {"work": due.fact.subject.name, "deadline": deadline, "words": due.fact.object.name}
        yield from raise_alert(workspace, texts, user, about, facts)
