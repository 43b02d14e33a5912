"""Who hears what of messages and summaries: pure rules from the view to alerts."""

from collections.abc import Iterable, Iterator

from plait_notification.fold import has_intent
from plait_notification.raising import About, raise_alert
from plait_notification.texts import Texts
from plait_notification.view import Workspace, holds_at, work_keys
from plait_schemas.records import (
    Alert,
    AlertKind,
    Audience,
    AudienceScope,
    ConversationKind,
    Enrichment,
    Evidence,
    FactChange,
    GraphChange,
    Message,
    Summary,
)

OWNING = {"assigned_to": "object", "works_on": "subject"}


def of_message(workspace: Workspace, texts: Texts, item: Enrichment) -> Iterator[Alert]:
    """Alerts that a message gives, as far as the view knows by now."""
    if item.message.message_id in workspace.deleted or item.tags is None:
        return
    yield from mention_question(workspace, texts, item)
    yield from blocker(workspace, texts, item)


def mention_question(workspace: Workspace, texts: Texts, item: Enrichment) -> Iterator[Alert]:
    """A question or request that names me, answers me, or comes in a direct talk with me."""
    if not has_intent(item, "question", "request"):
        return
    message = item.message
    for user in sorted(addressed(workspace, message)):
        about = About(
            kind=AlertKind.MENTION_QUESTION, key=(message.message_id,), at=item.occurred_at, urgency=_urgency(item),
            conversation=message.conversation, audiences=(message.audience,), evidence=(whole(message),),
            sources=(item.id,),
        )  # fmt: skip
        request = has_intent(item, "request")
        yield from raise_alert(workspace, texts, user, about, {"message": message, "request": request})


def blocker(workspace: Workspace, texts: Texts, item: Enrichment) -> Iterator[Alert]:
    """A blocker that touches work which, when it was written, was assigned to me or worked on by me."""
    if not has_intent(item, "blocker") or item.tags is None:
        return
    message = item.message
    surfaces = [entity.text for entity in item.tags.entities if entity.label == "WORK"]
    holders: dict[str, GraphChange] = {}
    for change in _facts_about(workspace, surfaces):
        if change.fact.predicate in OWNING and holds_at(change, message.sent_at):
            for user in sorted(workers(workspace, change) - workspace.users_of(message.author.id)):
                if workspace.may_see(user, change.audience):
                    holders.setdefault(user, change)
    for user, change in holders.items():
        about = About(
            kind=AlertKind.BLOCKER, key=(message.message_id,), at=item.occurred_at, urgency=_urgency(item),
            conversation=message.conversation, audiences=(message.audience, change.audience),
            evidence=(whole(message), *change.fact.evidence[:5]), sources=(item.id, change.id),
        )  # fmt: skip
        yield from raise_alert(workspace, texts, user, about, {"message": message, "work": _work(change)})


def minutes(workspace: Workspace, texts: Texts, summary: Summary) -> Iterator[Alert]:
    """Minutes of a settled conversation, for those who took part in it until then."""
    conversation = workspace.conversations.get(summary.conversation.id)
    if conversation is None or not summary.sentences:
        return
    taking_part = [who for who, since in conversation.participants.items() if since <= summary.occurred_at]
    about = About(
        kind=AlertKind.MINUTES, key=(summary.conversation.id, summary.state), at=summary.settled_at, urgency="low",
        conversation=summary.conversation, audiences=(summary.audience,),
        evidence=shown_evidence(summary), sources=(summary.id,),
    )  # fmt: skip
    for user in sorted(set().union(*(workspace.users_of(who) for who in taking_part))):
        yield from raise_alert(workspace, texts, user, about, {"summary": summary})


def addressed(workspace: Workspace, message: Message) -> set[str]:
    """Users whom a message speaks to, without its author."""
    users = set().union(*(workspace.users_of(who.id) for who in message.mentions))
    answered = workspace.messages.get(message.reply_to or "")
    if answered is not None:
        users |= workspace.users_of(answered.message.author.id)
    if message.conversation.kind is ConversationKind.DIRECT:
        users |= _partners(workspace, message.audience)
    return users - workspace.users_of(message.author.id)


def workers(workspace: Workspace, change: GraphChange) -> set[str]:
    """Users whom an assigned_to or works_on fact is about."""
    person = change.fact.object if OWNING[change.fact.predicate] == "object" else change.fact.subject
    return workspace.users_named(person.name) if person.label == "PERSON" else set()


def shown_evidence(summary: Summary) -> tuple[Evidence, ...]:
    """What the lines of the minutes rest on: what was taken back and what was answered is not shown."""
    lines = [sentence.evidence for sentence in summary.sentences]
    lines += [decision.evidence for decision in summary.decisions if not decision.reversed]
    lines += [action.evidence for action in summary.actions]
    lines += [question.evidence for question in summary.questions if question.answered_by is None]
    return tuple(dict.fromkeys(place for line in lines for place in line))


def whole(message: Message) -> Evidence:
    """A message as evidence for all that it says."""
    return Evidence(message_id=message.message_id, event_id=message.id, start=0, end=len(message.text))


def _partners(workspace: Workspace, audience: Audience) -> set[str]:
    """The two of a direct talk; in a larger round nobody in particular is spoken to."""
    if audience.scope is not AudienceScope.GROUP or audience.group is None:
        return set()
    members = [who for who, known in workspace.members.get(audience.group, {}).items() if known.active]
    return set().union(*(workspace.users_of(who) for who in members)) if len(members) <= 2 else set()


def _facts_about(workspace: Workspace, surfaces: Iterable[str]) -> list[GraphChange]:
    keys = set().union(*(work_keys(surface) for surface in surfaces))
    found = {fact_id for key in keys for fact_id in workspace.about.get(key, ())}
    changes = [workspace.facts[fact_id] for fact_id in sorted(found)]
    return [change for change in changes if change.change is not FactChange.WITHDRAWN]


def _work(change: GraphChange) -> str:
    return (change.fact.subject if OWNING[change.fact.predicate] == "object" else change.fact.object).name


def _urgency(item: Enrichment) -> str:
    return "high" if item.tags is not None and item.tags.urgency.label == "high" else "normal"
