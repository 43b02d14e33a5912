"""Records into the view. Applying a record again, or late, leaves the view as it was."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from plait_notification.view import KEEP, KEEP_ALERTS, MAX_MESSAGES, Conversation, View, Workspace, normal, work_keys
from plait_schemas.records import (
    Alert,
    Change,
    Delivery,
    DeliveryState,
    Enrichment,
    FactChange,
    GraphChange,
    Identity,
    Membership,
    Profile,
    Record,
    Summary,
)

OPEN_STATES = (DeliveryState.PLANNED, DeliveryState.FAILED)


def apply(view: View, record: Record) -> Workspace | None:
    """Fold one record; returns its workspace, None for a record that says nothing here."""
    fold: Callable[[Workspace], object]
    match record:
        case Enrichment():
            fold = partial(_enrichment, record=record)
        case GraphChange():
            fold = partial(_graph_change, record=record)
        case Summary():
            fold = partial(_summary, record=record)
        case Membership():
            fold = partial(_membership, record=record)
        case Profile():
            fold = partial(_profile, record=record)
        case Alert():
            fold = partial(_alert, record=record)
        case Delivery():
            fold = partial(_delivery, record=record)
        case _:
            return None
    workspace = view.of(record.workspace)
    fold(workspace)
    return workspace


def heated(record: Enrichment) -> bool:
    """Whether a message is a blocker or negative: what surges are made of."""
    tags = record.tags
    return tags is not None and (tags.sentiment.label == "negative" or has_intent(record, "blocker"))


def has_intent(record: Enrichment, *labels: str) -> bool:
    """Whether a message has one of these intents."""
    return record.tags is not None and any(tag.label in labels for tag in record.tags.intents)


def is_mainly(record: Enrichment, label: str) -> bool:
    """Whether no other intent of the message is surer: what a list names has to be that before anything else."""
    tags = record.tags.intents if record.tags else ()
    surest = max((tag.score for tag in tags), default=0.0)
    return any(tag.label == label and tag.score >= surest for tag in tags)


def prune(workspace: Workspace, clock: datetime) -> None:
    """Forget what no rule looks at any more; called now and then."""
    old, ancient = clock - KEEP, clock - KEEP_ALERTS
    newest_first = sorted(workspace.messages.values(), key=lambda item: item.occurred_at, reverse=True)
    workspace.messages = {m.message.message_id: m for m in newest_first[:MAX_MESSAGES] if m.occurred_at > old}
    workspace.replies = {key: ids & workspace.messages.keys() for key, ids in workspace.replies.items()}
    workspace.replies = {key: ids for key, ids in workspace.replies.items() if ids}
    workspace.deleted = {key: at for key, at in workspace.deleted.items() if at > ancient}
    workspace.replaced = {key: at for key, at in workspace.replaced.items() if at > ancient}
    workspace.conversations = {key: c for key, c in workspace.conversations.items() if c.last_at > ancient}
    for conversation in workspace.conversations.values():
        conversation.heated = {key: at for key, at in conversation.heated.items() if at > old}
    _prune_derived(workspace, old, ancient)


def _summary(workspace: Workspace, record: Summary) -> None:
    known = workspace.summaries.setdefault(record.conversation.id, {})
    key = (record.audience, record.state)
    if key not in known or _summary_rank(known[key]) < _summary_rank(record):
        known[key] = record


def _summary_rank(record: Summary) -> tuple[str, str]:
    """As the knowledge graph ranks two summaries of one state."""
    return record.model.revision, record.id


def _alert(workspace: Workspace, record: Alert) -> None:
    workspace.alerts[record.id] = record
    workspace.raised.add(record.id)


def _delivery(workspace: Workspace, record: Delivery) -> None:
    """Keep a step in its alert's history; a delivery stays open until a final step."""
    workspace.raised.add(record.alert_id)
    workspace.history.setdefault(record.alert_id, {})[record.id] = record
    if record.state not in OPEN_STATES:
        workspace.closed.add(record.delivery_id)
        workspace.open.pop(record.delivery_id, None)
    elif record.delivery_id not in workspace.closed:
        before = workspace.open.get(record.delivery_id)
        if before is None or before.attempt < record.attempt:
            workspace.open[record.delivery_id] = record


def _prune_derived(workspace: Workspace, old: datetime, ancient: datetime) -> None:
    for key, known in list(workspace.summaries.items()):
        kept = {place: summary for place, summary in known.items() if summary.occurred_at > ancient}
        workspace.summaries[key] = kept
        if not kept:
            del workspace.summaries[key]
    for fact_id, change in list(workspace.facts.items()):
        ended = change.fact.valid_to or (change.occurred_at if change.change is FactChange.WITHDRAWN else None)
        if ended is not None and ended <= old:
            _drop_fact(workspace, fact_id, change)
    workspace.alerts = {key: alert for key, alert in workspace.alerts.items() if alert.occurred_at > ancient}
    for alert_id, steps in list(workspace.history.items()):
        if alert_id not in workspace.alerts and all(step.occurred_at <= ancient for step in steps.values()):
            del workspace.history[alert_id]
            for step in steps.values():
                workspace.open.pop(step.delivery_id, None)
                workspace.closed.discard(step.delivery_id)


def _enrichment(workspace: Workspace, record: Enrichment) -> None:
    message = record.message
    late = max(timedelta(0), message.received_at - message.occurred_at)
    workspace.skew = late if workspace.skew is None else min(workspace.skew, late)
    workspace.newest = max(workspace.newest or record.occurred_at, record.occurred_at)
    conversation = _conversation(workspace, record)
    for who in (message.author, *message.mentions):
        _speaks(workspace, who)
    before = workspace.messages.get(message.message_id)
    if message.change is Change.DELETED:
        gone = workspace.deleted.get(message.message_id, record.occurred_at)
        workspace.deleted[message.message_id] = max(record.occurred_at, gone)
        workspace.messages.pop(message.message_id, None)
        conversation.heated.pop(message.message_id, None)
    elif message.message_id not in workspace.deleted:
        if before is not None and before.message.source.version > message.source.version:
            workspace.replaced[message.id] = before.occurred_at
            return
        if before is not None:
            workspace.replaced[before.message.id] = record.occurred_at
        _current(workspace, conversation, record)


def _current(workspace: Workspace, conversation: Conversation, record: Enrichment) -> None:
    message = record.message
    workspace.replaced.pop(message.id, None)
    workspace.messages[message.message_id] = replace(record, embedding=())
    if len(workspace.messages) > 2 * MAX_MESSAGES and workspace.newest is not None:
        prune(workspace, workspace.newest)  # history is read faster than time passes
    if message.reply_to is not None:
        workspace.replies.setdefault(message.reply_to, set()).add(message.message_id)
    conversation.heated.pop(message.message_id, None)
    if heated(record):
        conversation.heated[message.message_id] = message.sent_at


def _conversation(workspace: Workspace, record: Enrichment) -> Conversation:
    message = record.message
    conversation = workspace.conversations.get(message.conversation.id)
    if conversation is None:
        conversation = Conversation(message.conversation, message.audience, record.occurred_at)
        workspace.conversations[message.conversation.id] = conversation
    if record.occurred_at >= conversation.last_at:
        conversation.ref, conversation.audience = message.conversation, message.audience
        conversation.last_at = record.occurred_at
    for who in (message.author, *message.mentions):
        since = conversation.participants.get(who.id, record.occurred_at)
        conversation.participants[who.id] = min(since, record.occurred_at)
    return conversation


def _speaks(workspace: Workspace, who: Identity) -> None:
    if who.name.strip():
        workspace.spoken.setdefault(normal(who.name), set()).add(who.id)


def _graph_change(workspace: Workspace, record: GraphChange) -> None:
    before = workspace.facts.get(record.fact.id)
    if before is None or before.revision < record.revision:
        workspace.facts[record.fact.id] = record
        workspace.unsettled = True
        for key in work_keys(record.fact.subject.name) | work_keys(record.fact.object.name):
            workspace.about.setdefault(key, set()).add(record.fact.id)


def _drop_fact(workspace: Workspace, fact_id: str, change: GraphChange) -> None:
    del workspace.facts[fact_id]
    for key in work_keys(change.fact.subject.name) | work_keys(change.fact.object.name):
        workspace.about.get(key, set()).discard(fact_id)
        if not workspace.about.get(key):
            workspace.about.pop(key, None)


def _membership(workspace: Workspace, record: Membership) -> None:
    members = workspace.members.setdefault(record.group, {})
    before = members.get(record.member.id)
    if before is None or (before.occurred_at, not before.active) <= (record.occurred_at, not record.active):
        members[record.member.id] = record
        workspace.unsettled = True
    _speaks(workspace, record.member)


def _profile(workspace: Workspace, record: Profile) -> None:
    before = workspace.profiles.get(record.user)
    if before is not None and (before.occurred_at, before.id) > (record.occurred_at, record.id):
        return
    for identity in before.identities if before else ():
        workspace.owners.get(identity, set()).discard(record.user)
    workspace.profiles[record.user] = record
    workspace.unsettled = True
    for identity in record.identities:
        workspace.owners.setdefault(identity, set()).add(record.user)
