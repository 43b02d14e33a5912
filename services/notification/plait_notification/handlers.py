"""The service's decisions: a record, or the passing of time, and the alerts that follow from it.

Which alerts exist in the end does not depend on the order between topics, with these exceptions: a membership that
ends and a message that is deleted stop alerts that were not raised before (the delivery asks again in any case); a
profile, membership or fact that arrives more than `view.REVISIT` of event time late makes no alert of old messages;
and what is older than `view.KEEP` when it is first read, as when years of history are imported, is no news at all.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from plait_notification import fold
from plait_notification.digest import MISSED, digests
from plait_notification.reminders import reminders
from plait_notification.rules import minutes, of_message
from plait_notification.surge import Surge, surge_alerts
from plait_notification.texts import Texts
from plait_notification.view import KEEP, REVISIT, View, Workspace
from plait_schemas.records import Alert, Enrichment, Record, Summary

PRUNE_EVERY = timedelta(hours=1)


def step(view: View, texts: Texts, record: Record, *, live: bool = True) -> tuple[Alert, ...]:
    """Fold a record and give the alerts that follow. ``live`` is False for what an earlier run has handled."""
    workspace = fold.apply(view, record)
    if workspace is None:
        return ()
    if live and isinstance(record, Enrichment):
        workspace.live_from = min(workspace.live_from or record.occurred_at, record.occurred_at)
    return tuple(_follow(workspace, texts, record))


def _follow(workspace: Workspace, texts: Texts, record: Record) -> Iterator[Alert]:
    match record:
        case Enrichment():
            current = workspace.messages.get(record.message.message_id)
            if current is not None and is_news(workspace, current.occurred_at):
                yield from of_message(workspace, texts, current)
            yield from _answers(workspace, texts, record.message.message_id)
            for summary in list(workspace.summaries.get(record.message.conversation.id, {}).values()):
                if is_news(workspace, summary.occurred_at):
                    yield from minutes(workspace, texts, summary)
        case Summary() if is_news(workspace, record.occurred_at):
            yield from minutes(workspace, texts, record)
        case _:
            return


def revisit(workspace: Workspace, texts: Texts) -> Iterator[Alert]:
    """What the last day's messages and summaries give now that more is known about people and work."""
    if workspace.newest is None:
        return
    since = workspace.newest - REVISIT
    for item in list(workspace.messages.values()):
        if item.occurred_at >= since:
            yield from of_message(workspace, texts, item)
    for known in list(workspace.summaries.values()):
        for summary in known.values():
            if summary.occurred_at >= since:
                yield from minutes(workspace, texts, summary)


def _answers(workspace: Workspace, texts: Texts, message_id: str) -> Iterator[Alert]:
    """Replies that came before the message which they answer."""
    for reply in sorted(workspace.replies.get(message_id, ())):
        if reply in workspace.messages:
            yield from of_message(workspace, texts, workspace.messages[reply])


def tick(view: View, texts: Texts, now: datetime) -> tuple[Alert, ...]:
    """What the passing of time brings; to be called when nothing waits to be read, so that nothing is missing."""
    alerts: list[Alert] = []
    for workspace in view.workspaces.values():
        clock = workspace.clock(now)
        if clock is None:
            continue
        after = workspace.ticked_to or _first_tick(workspace, clock)
        if workspace.unsettled:
            workspace.unsettled = False
            alerts += revisit(workspace, texts)
        alerts += reminders(workspace, texts, clock)
        if clock > after:
            alerts += digests(workspace, texts, after, clock)
        if workspace.ticked_to is None or clock - workspace.ticked_to >= PRUNE_EVERY:
            fold.prune(workspace, clock)
        workspace.ticked_to = max(clock, after)
    return tuple(alerts)


def surges(view: View, texts: Texts, noticed: Surge) -> tuple[Alert, ...]:
    """Alerts of a surge that the windows noticed."""
    workspace = view.of(noticed.workspace)
    return tuple(surge_alerts(workspace, texts, noticed)) if is_news(workspace, noticed.at) else ()


def is_news(workspace: Workspace, at: datetime) -> bool:
    """Whether a moment is near enough to the newest message for anyone to want to hear of it."""
    return workspace.newest is None or at > workspace.newest - KEEP


def folded(view: View, noticed: Surge) -> bool:
    """Whether the message at which a surge was noticed has been folded."""
    conversation = view.of(noticed.workspace).conversations.get(noticed.conversation)
    return conversation is not None and conversation.last_at >= noticed.at


def _first_tick(workspace: Workspace, clock: datetime) -> datetime:
    """Where the first tick begins: after a restart a day back, in a new workspace with its first message."""
    earliest = clock - MISSED
    return max(clock - KEEP, min(earliest, workspace.live_from or earliest))
