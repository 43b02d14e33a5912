"""Surges: a conversation that heats up. The windows notice, `surge_alerts` confirms from what was folded."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from plait_notification.raising import About, raise_alert
from plait_notification.rules import whole
from plait_notification.texts import Texts
from plait_notification.view import Workspace
from plait_schemas.records import Alert, AlertKind

WITHIN = timedelta(minutes=15)
CALM = timedelta(minutes=30)
HOUR = timedelta(hours=1)
SLICE = timedelta(minutes=5)
USUAL = timedelta(hours=24)
RECENT = tuple(SLICE * n for n in range(WITHIN // SLICE + 1))  # how long ago the slices of `WITHIN` were
BEFORE = tuple(HOUR * n for n in range(1, USUAL // HOUR + 1))  # and the hours that tell what is usual
FEWEST = 5
QUOTED = 3
TIMES_USUAL = 3.0


@dataclass(frozen=True, slots=True)
class Surge:
    """What the windows noticed: heated messages in a conversation at a moment of event time."""

    workspace: str
    conversation: str
    at: datetime


def is_surge(heated: int, usual: float) -> bool:
    """Whether so many heated messages in a window are a surge, given the usual number for a window of its length."""
    return heated >= FEWEST and heated >= TIMES_USUAL * usual


def surge_start(moments: list[datetime], at: datetime) -> datetime | None:
    """When the surge that ``at`` lies in began; None when these heated messages make none.

    A surge begins with the first heated message after `CALM` without any, so that one surge has one start however
    often and in whatever order it is noticed.
    """
    run: list[datetime] = []
    for moment in sorted(moments):
        if run and moment - run[-1] > CALM:
            if run[-1] >= at:
                break
            run = []
        run.append(moment)
    dense = any(run[n + FEWEST - 1] - run[n] <= WITHIN for n in range(len(run) - FEWEST + 1))
    return run[0] if dense and run[0] <= at <= run[-1] + CALM else None


def surge_alerts(workspace: Workspace, texts: Texts, surge: Surge) -> Iterator[Alert]:
    """One alert a surge for each who takes part in the conversation; none when the messages do not bear it out."""
    conversation = workspace.conversations.get(surge.conversation)
    if conversation is None:
        return
    start = surge_start(list(conversation.heated.values()), surge.at)
    if start is None:
        return
    heated = [key for key, at in conversation.heated.items() if start <= at <= surge.at]
    shown = [workspace.messages[key] for key in heated if key in workspace.messages]
    quoted = shown[-QUOTED:]
    about = About(
        kind=AlertKind.SURGE, key=(surge.conversation, start.isoformat()), at=max(start, surge.at), urgency="normal",
        conversation=conversation.ref, audiences=(conversation.audience, *(m.message.audience for m in shown)),
        evidence=tuple(whole(m.message) for m in quoted), sources=tuple(sorted(m.id for m in shown))[:50],
    )  # fmt: skip
    facts = {"conversation": conversation.ref, "count": len(heated), "since": start, "messages": quoted}
    for user in sorted(set().union(*(workspace.users_of(who) for who in conversation.participants))):
        yield from raise_alert(workspace, texts, user, about, facts)
