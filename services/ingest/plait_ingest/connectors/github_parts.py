"""What the webhooks of GitHub have in common: people, repositories, and the issue, pull request or discussion."""

import re
from dataclasses import dataclass
from typing import Self

from plait_ingest.cleaning import TextFormat
from plait_ingest.draft import PUBLIC, Draft, cut, group, version_of
from plait_ingest.payload import Node
from plait_schemas.records import (
    Audience,
    Change,
    ConversationKind,
    ConversationRef,
    Identity,
    IdentityKind,
    MessageKind,
)

OPENED = {"opened": Change.CREATED, "created": Change.CREATED, "edited": Change.EDITED, "deleted": Change.DELETED}
COMMENTED = {"created": Change.CREATED, "edited": Change.EDITED, "deleted": Change.DELETED}
_MENTION = re.compile(r"(?<![\w@./`-])@([A-Za-z0-9][A-Za-z0-9-]{0,38})\b(?![/@.-]\w)")
_KINDS = {
    "issue": (ConversationKind.TICKET, MessageKind.TASK, "the issue"),
    "pull_request": (ConversationKind.CODE_REVIEW, MessageKind.CODE_REVIEW, "the pull request"),
    "discussion": (ConversationKind.OTHER, MessageKind.CHAT, "the discussion"),
}


@dataclass(frozen=True, slots=True)
class Subject:
    """The issue, pull request or discussion that an event is about; ``name`` is how a text calls it."""

    node: Node
    id: str
    conversation: ConversationRef
    kind: MessageKind
    name: str

    @classmethod
    def of(cls, key: str, payload: Node) -> Self:
        """From a payload; an issue with a ``pull_request`` is one."""
        node = payload.node(key)
        form = "pull_request" if key == "issue" and "pull_request" in node else key
        conversation_kind, kind, called = _KINDS[form]
        number, title = node.id("number"), node.text("title")
        reference = ConversationRef(
            id=f"github:{payload.node('repository').id('full_name')}#{number}", title=title, kind=conversation_kind
        )
        name = f"{called} #{number}: {title}" if title else f"{called} #{number}"
        return cls(node, node.id("id"), reference, kind, name)


def person(user: Node) -> Identity:
    """An account by its login, which is what people mention; a deleted account is ``ghost``, as on GitHub itself."""
    login = user.id("login") if "login" in user else "ghost"
    bot = user.text("type") == "Bot" or login.lower().endswith("[bot]")
    kind = IdentityKind.BOT if bot else IdentityKind.PERSON
    return Identity(id=f"github:{login.lower()}", name=user.text("name") or login, kind=kind)


def mentioned(text: str) -> tuple[Identity, ...]:
    """Accounts mentioned with @ in a text."""
    logins = _MENTION.findall(text) if "@" in text else []
    return tuple(Identity(id=f"github:{login.lower()}", name=login, kind=IdentityKind.UNKNOWN) for login in logins)


def audience(payload: Node) -> Audience:
    """A private or internal repository is a group of its own; without a word on it, it counts as private."""
    repository = payload.node("repository")
    public = "private" in repository and not repository.flag("private")
    if public and repository.text("visibility") in ("", "public"):
        return PUBLIC
    return group(f"github:{repository.id('full_name')}")


def opened_draft(event: str, change: Change, payload: Node, subject: Subject) -> Draft:
    """The issue, pull request or discussion itself: its title and its text."""
    node = subject.node
    body = cut(node.text("body"))
    created = node.time("created_at")
    at = created if change is Change.CREATED else node.time(_stamp(node))
    return Draft(
        tool="github",
        tool_id=f"{event}:{subject.id}",
        version=version_of(at, change),
        change=change,
        kind=subject.kind,
        conversation=subject.conversation,
        author=person(node.maybe("user")),
        mentions=mentioned(body),
        audience=audience(payload),
        sent_at=created,
        occurred_at=at,
        text=f"{subject.conversation.title}\n\n{body}",
        format=TextFormat.MARKDOWN,
        permalink=node.url("html_url"),
    )


def comment_draft(event: str, change: Change, payload: Node, subject: Subject, comment: Node | None = None) -> Draft:
    """A comment or a review. A deletion and an edited review have no time of their own: the subject's stands in."""
    node = comment or payload.node("comment")
    body = cut(node.text("body"))
    created = node.time("created_at") if "created_at" in node else node.time("submitted_at")
    at = created
    if change is Change.EDITED and "updated_at" in node:
        at = node.time("updated_at")
    elif change is not Change.CREATED:
        at = max(thing.time(_stamp(thing)) for thing in (node, subject.node))
    answers = next((node.id(key) for key in ("in_reply_to_id", "parent_id") if key in node), None)
    return Draft(
        tool="github",
        tool_id=f"{event}:{node.id('id')}",
        version=version_of(at, change),
        change=change,
        kind=subject.kind,
        conversation=subject.conversation,
        author=person(node.maybe("user")),
        mentions=mentioned(body),
        audience=audience(payload),
        sent_at=created,
        occurred_at=at,
        text=body,
        format=TextFormat.MARKDOWN,
        reply_to=f"{event}:{answers}" if answers else None,
        permalink=node.url("html_url"),
    )


def _stamp(node: Node) -> str:
    return next(key for key in ("updated_at", "submitted_at", "created_at") if key in node or key == "created_at")
