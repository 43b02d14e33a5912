"""``github.<event>``: the webhooks of GitHub. What says nothing (labels, pins, locks …) is ignored with the reason."""

from dataclasses import replace

from plait_ingest.connectors.github_parts import (
    COMMENTED,
    OPENED,
    Subject,
    audience,
    comment_draft,
    mentioned,
    opened_draft,
    person,
)
from plait_ingest.connectors.github_states import STATES, state_text
from plait_ingest.draft import Accepted, Connector, Context, Draft, one
from plait_ingest.payload import Node
from plait_schemas.records import Change, ConversationKind, ConversationRef, MessageKind

SUBJECT_OF = {
    "issues": "issue", "issue_comment": "issue", "pull_request": "pull_request",
    "pull_request_review": "pull_request", "pull_request_review_comment": "pull_request",
    "discussion": "discussion", "discussion_comment": "discussion",
}  # fmt: skip
WHOLE = ("issues", "pull_request", "discussion")
COMMENTS = ("issue_comment", "pull_request_review_comment", "discussion_comment")
VERDICTS = {
    "approved": "approved",
    "changes_requested": "asked for changes to",
    "commented": "",
}
NO_COMMIT = "0" * 40


def connector(event: str) -> Connector:
    """The connector of one kind of webhook."""
    return lambda data, context: connect(event, data, context)


def connect(event: str, data: object, context: Context) -> Accepted:
    """At most one message."""
    payload = Node(data)
    if event == "push":
        return _push(payload, context)
    if event not in SUBJECT_OF:
        return Accepted(event, ignored=f"the event {event} says nothing to people")
    action = payload.id("action")
    subject = Subject.of(SUBJECT_OF[event], payload)
    if event in COMMENTS and action in COMMENTED:
        return one(comment_draft(event, COMMENTED[action], payload, subject), context)
    if event == "pull_request_review" and action in ("submitted", "edited"):
        return _review(action, payload, subject, context)
    if event in WHOLE and (action in OPENED or action in STATES):
        return one(_whole(event, action, payload, subject), context)
    return Accepted(event, ignored=f"the action {action} of {event} says nothing to people")


def _review(action: str, payload: Node, subject: Subject, context: Context) -> Accepted:
    review = payload.node("review")
    verdict = VERDICTS.get(review.text("state").lower(), "")
    body = review.text("body")
    if not body and not verdict:
        return Accepted(review.id("id"), ignored="a review without a verdict and without a text of its own")
    change = Change.CREATED if action == "submitted" else Change.EDITED
    draft = comment_draft("review", change, payload, subject, review)
    text = "\n\n".join(part for part in (f"{verdict} {subject.name}" if verdict else "", body) if part)
    return one(replace(draft, text=text), context)


def _whole(event: str, action: str, payload: Node, subject: Subject) -> Draft:
    if action in OPENED:
        return opened_draft(event, OPENED[action], payload, subject)
    return _state_draft(event, action, payload, subject)


def _state_draft(event: str, action: str, payload: Node, subject: Subject) -> Draft:
    text, people = state_text(action, payload, subject)
    at = subject.node.time("updated_at")
    return Draft(
        tool="github",
        tool_id=f"{event}:{subject.id}/{action}/{at:%Y%m%dT%H%M%SZ}{''.join('/' + who.id for who in people)}",
        kind=MessageKind.ACTIVITY,
        conversation=subject.conversation,
        author=person(payload.maybe("sender")),
        mentions=people,
        audience=audience(payload),
        sent_at=at,
        occurred_at=at,
        text=text,
        permalink=subject.node.url("html_url"),
    )


def _push(payload: Node, context: Context) -> Accepted:
    repository, ref = payload.node("repository"), payload.id("ref")
    branch, after = ref.removeprefix("refs/heads/"), payload.id("after")
    commits = payload.nodes("commits")
    if after == NO_COMMIT or not commits:
        return Accepted(f"push:{ref}", ignored="a push without commits: a branch or a tag was made or removed")
    name = repository.id("full_name")
    titles = [commit.text("message").partition("\n")[0] for commit in commits]
    at = commits[-1].time("timestamp")
    number = "1 commit" if len(commits) == 1 else f"{len(commits)} commits"
    text = "\n".join([f"pushed {number} to {branch}:", *(f"- {title}" for title in titles)])
    draft = Draft(
        tool="github",
        tool_id=f"push:{name}:{ref}:{after}",
        kind=MessageKind.ACTIVITY,
        conversation=ConversationRef(
            id=f"github:{name}@{branch}", title=f"{name}: {branch}", kind=ConversationKind.OTHER
        ),
        author=person(payload.maybe("sender")),
        mentions=mentioned("\n".join(titles)),
        audience=audience(payload),
        sent_at=at,
        occurred_at=at,
        text=text,
        permalink=payload.url("compare"),
    )
    return one(draft, context)
