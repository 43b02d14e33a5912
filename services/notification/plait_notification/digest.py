"""The daily digest: what a person may see of a span of time, gathered from the view."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from plait_notification.fold import has_intent, is_mainly
from plait_notification.localtime import digest_moments
from plait_notification.raising import About, raise_alert
from plait_notification.rules import addressed, whole, workers
from plait_notification.texts import Texts
from plait_notification.view import Workspace, normal
from plait_schemas.records import (
    Alert,
    AlertKind,
    Audience,
    ConversationRef,
    Enrichment,
    Evidence,
    FactChange,
    Profile,
    Summary,
)

DAY = timedelta(hours=24)
MOST = 10
BUSY = 3
MISSED = timedelta(hours=25)  # how far back a restart looks for a digest that was due while the service was down


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a digest and what it rests on; ``note`` is an author, a number, or the words for a due date.

    ``due_at`` is what those words come to; how a summary writes a day without a time, `due.days` says.
    """

    text: str
    note: str
    conversation: ConversationRef
    audience: Audience
    evidence: tuple[Evidence, ...] = ()
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """What happened in [since, until) for one person; at most `MOST` items a section."""

    since: datetime
    until: datetime
    decisions: tuple[Item, ...] = ()
    actions: tuple[Item, ...] = ()
    questions: tuple[Item, ...] = ()
    blockers: tuple[Item, ...] = ()
    busiest: tuple[Item, ...] = ()

    def items(self) -> tuple[Item, ...]:
        """All lines."""
        return self.decisions + self.actions + self.questions + self.blockers + self.busiest


def digests(workspace: Workspace, texts: Texts, after: datetime, until: datetime) -> Iterator[Alert]:
    """Digests whose moment lies in (after, until], for everyone who wants one and for whom there is something."""
    for user, person in sorted(workspace.profiles.items()):
        for moment in digest_moments(after, until, person) if person.active else ():
            digest = gather(workspace, person, moment - DAY, moment)
            if not digest.items():
                continue
            about = About(
                kind=AlertKind.DIGEST, key=(moment.isoformat(),), at=moment, urgency="low",
                audiences=tuple(dict.fromkeys(item.audience for item in digest.items())),
                evidence=tuple(dict.fromkeys(e for item in digest.items() for e in item.evidence)),
            )  # fmt: skip
            yield from raise_alert(workspace, texts, user, about, {"digest": digest})


def gather(workspace: Workspace, person: Profile, since: datetime, until: datetime) -> Digest:
    """The person's digest of a span; empty where nothing they may see happened."""
    messages = [
        item for item in workspace.messages.values()
        if since <= item.message.sent_at < until and workspace.may_see(person.user, item.message.audience)
    ]  # fmt: skip
    messages.sort(key=lambda item: (item.message.sent_at, item.id))
    summaries = [s for s in workspace.latest_summaries(person.user) if since <= s.occurred_at < until]
    return Digest(
        since=since,
        until=until,
        decisions=_kept(workspace, _decided(summaries)),
        actions=_kept(workspace, [*_actions(person, summaries), *_tasks(workspace, person, since, until)]),
        questions=_kept(workspace, [*_open(summaries), *_asked(workspace, person, messages)]),
        blockers=_kept(workspace, [_message_line(item) for item in messages if is_mainly(item, "blocker")][::-1]),
        busiest=_busiest(messages),
    )


def _decided(summaries: list[Summary]) -> list[Item]:
    return [_line(s, d.text, "", d.evidence) for s in summaries for d in s.decisions if not d.reversed]


def _actions(person: Profile, summaries: list[Summary]) -> list[Item]:
    return [
        replace(_line(summary, action.what, action.due or "", action.evidence), due_at=action.due_at)
        for summary in summaries
        for action in summary.actions
        if action.owner is not None and action.owner.id in person.identities
    ]


def _tasks(workspace: Workspace, person: Profile, since: datetime, until: datetime) -> list[Item]:
    changes = [
        c for c in workspace.facts.values()
        if c.fact.predicate == "assigned_to" and c.change is FactChange.OPENED and since <= c.fact.valid_from < until
        and person.user in workers(workspace, c) and workspace.may_see(person.user, c.audience)
    ]  # fmt: skip
    changes.sort(key=lambda c: (c.fact.valid_from, c.fact.id))
    return [Item(c.fact.subject.name, "", c.conversation, c.audience, c.fact.evidence) for c in changes]


def _open(summaries: list[Summary]) -> list[Item]:
    return [_line(s, q.text, "", q.evidence) for s in summaries for q in s.questions if q.answered_by is None]


def _asked(workspace: Workspace, person: Profile, messages: list[Enrichment]) -> list[Item]:
    """Questions to the person after which they have not written in that conversation."""
    wrote: dict[str, datetime] = {}
    for item in messages:
        if item.message.author.id in person.identities:
            wrote[item.message.conversation.id] = item.message.sent_at
    return [
        _message_line(item)
        for item in messages
        if has_intent(item, "question")
        and person.user in addressed(workspace, item.message)
        and wrote.get(item.message.conversation.id, item.message.sent_at) <= item.message.sent_at
    ]


def _busiest(messages: list[Enrichment]) -> tuple[Item, ...]:
    counts = Counter(item.message.conversation.id for item in messages)
    last = {item.message.conversation.id: item.message for item in messages}
    top = sorted(((n, key) for key, n in counts.items() if n >= BUSY), key=lambda pair: (-pair[0], pair[1]))[:3]
    return tuple(
        Item(last[key].conversation.title or key, str(n), last[key].conversation, last[key].audience) for n, key in top
    )


def _message_line(item: Enrichment) -> Item:
    message = item.message
    return Item(message.text, message.author.name, message.conversation, message.audience, (whole(message),))


def _line(summary: Summary, text: str, note: str, evidence: tuple[Evidence, ...]) -> Item:
    return Item(text, note, summary.conversation, summary.audience, evidence)


def _kept(workspace: Workspace, items: list[Item]) -> tuple[Item, ...]:
    """Without what rests on words that were deleted or edited, and each thing once."""
    lasting = [i for i in items if not workspace.deleted_from(i.evidence) and not workspace.edited_in(i.evidence)]
    return tuple({(normal(item.text), item.conversation.id): item for item in reversed(lasting)}.values())[::-1][:MOST]
