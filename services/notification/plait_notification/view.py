"""What the service knows, folded from topics: one `Workspace` each, kept by the thread that reads.

The fold is idempotent and, but for the bounds named here, does not depend on the order between topics: the latest
moment wins for profiles and memberships, the highest version for messages, the last step for deliveries.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from plait_schemas.records import (
    Alert,
    Audience,
    AudienceScope,
    ConversationRef,
    Delivery,
    Enrichment,
    Evidence,
    GraphChange,
    Membership,
    Profile,
    Summary,
)

KEEP = timedelta(days=8)  # material of digests and of rules that look back
KEEP_ALERTS = timedelta(days=31)  # one more than the alert topic keeps
REVISIT = timedelta(hours=24)  # how old a message may be of which something that came late makes an alert
MAX_MESSAGES = 50_000
TICKET = re.compile(r"\b[a-z][a-z0-9]+-\d+\b")


class Who(NamedTuple):
    """A person of a workspace."""

    workspace: str
    user: str


@dataclass(slots=True)
class Conversation:
    """A conversation: who takes part since when (identity ids), and its heated messages (blocker or negative)."""

    ref: ConversationRef
    audience: Audience
    last_at: datetime
    participants: dict[str, datetime] = field(default_factory=dict)
    heated: dict[str, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Workspace:
    """State of one workspace.

    ``skew``: how far its event time lies behind real time (see `clock`). ``unsettled``: people or facts changed since
    recent messages were last looked at. ``raised``: ids of all alerts that ever were, so that none is raised twice.
    ``replaced``: event ids of versions of messages that a later one replaced.
    """

    name: str
    profiles: dict[str, Profile] = field(default_factory=dict)
    owners: dict[str, set[str]] = field(default_factory=dict)
    members: dict[str, dict[str, Membership]] = field(default_factory=dict)
    spoken: dict[str, set[str]] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    messages: dict[str, Enrichment] = field(default_factory=dict)
    replies: dict[str, set[str]] = field(default_factory=dict)
    deleted: dict[str, datetime] = field(default_factory=dict)
    replaced: dict[str, datetime] = field(default_factory=dict)
    facts: dict[str, GraphChange] = field(default_factory=dict)
    about: dict[str, set[str]] = field(default_factory=dict)
    summaries: dict[str, dict[tuple[Audience, str], Summary]] = field(default_factory=dict)
    skew: timedelta | None = None
    newest: datetime | None = None
    live_from: datetime | None = None
    ticked_to: datetime | None = None
    unsettled: bool = True
    raised: set[str] = field(default_factory=set)
    alerts: dict[str, Alert] = field(default_factory=dict)
    history: dict[str, dict[str, Delivery]] = field(default_factory=dict)
    open: dict[str, Delivery] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)

    def clock(self, now: datetime) -> datetime | None:
        """Event time that corresponds to real time ``now``, never ahead of it; None before the first message.

        The smallest distance between a message's event time and its arrival is how far the workspace runs behind:
        nothing when it is live, a year when last year's week is replayed. It goes on between messages, never goes
        back, and is the same after a restart.
        """
        return None if self.skew is None else now - self.skew

    def users_of(self, identity: str) -> set[str]:
        """Users whose profile claims this identity."""
        return self.owners.get(identity, set())

    def users_named(self, name: str) -> set[str]:
        """Users with this full name, in their profile or as a tool shows it."""
        wanted = normal(name)
        by_profile = {user for user, person in self.profiles.items() if normal(person.name) == wanted}
        return by_profile.union(*(self.users_of(identity) for identity in self.spoken.get(wanted, ())))

    def may_see(self, user: str, audience: Audience) -> bool:
        """Whether the user belongs to the audience as of now.

        Someone without a profile is a caller of whom no identity is known: public only. Someone who left sees nothing.
        """
        person = self.profiles.get(user)
        if person is not None and not person.active:
            return False
        if audience.scope is AudienceScope.PUBLIC:
            return True
        if person is None or audience.scope is not AudienceScope.GROUP or audience.group is None:
            return False
        members = self.members.get(audience.group, {})
        return any(identity in members and members[identity].active for identity in person.identities)

    def may_see_all(self, user: str, audiences: tuple[Audience, ...]) -> bool:
        """Whether the user belongs to every one of them."""
        return all(self.may_see(user, audience) for audience in audiences)

    def latest_summaries(self, user: str) -> list[Summary]:
        """Of each conversation the newest summary for each audience that the user belongs to."""
        latest: dict[tuple[str, Audience], Summary] = {}
        for conversation in sorted(self.summaries):
            known = self.summaries[conversation].values()
            for summary in sorted(known, key=lambda summary: (summary.occurred_at, summary.id)):
                if self.may_see(user, summary.audience):
                    latest[conversation, summary.audience] = summary
        return list(latest.values())

    def deleted_from(self, evidence: tuple[Evidence, ...]) -> bool:
        """Whether one of these messages was deleted."""
        return any(place.message_id in self.deleted for place in evidence)

    def edited_in(self, evidence: tuple[Evidence, ...]) -> bool:
        """Whether one of these messages says something else by now."""
        return any(place.event_id in self.replaced for place in evidence)


@dataclass(slots=True)
class View:
    """All workspaces."""

    workspaces: dict[str, Workspace] = field(default_factory=dict)

    def of(self, name: str) -> Workspace:
        """The workspace, made when it is new."""
        return self.workspaces.setdefault(name, Workspace(name))


def normal(name: str) -> str:
    """A name in the form in which two are compared: compatibility-normalised, case-folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def work_keys(name: str) -> set[str]:
    """Keys under which a piece of work is found again: its normal name, and the ticket numbers in it."""
    key = normal(name)
    return {key, *TICKET.findall(key)}


def holds_at(change: GraphChange, at: datetime) -> bool:
    """Whether the fact holds at a moment of event time."""
    fact = change.fact
    return fact.valid_from <= at and (fact.valid_to is None or at < fact.valid_to)
