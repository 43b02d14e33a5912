"""The changes of state on GitHub that people want to hear of, as a short text."""

from plait_ingest.connectors.github_parts import Subject, person
from plait_ingest.payload import Node
from plait_schemas.records import Identity

STATES = {
    "closed": "closed {subject}",
    "reopened": "reopened {subject}",
    "assigned": "assigned {who} to {subject}",
    "unassigned": "took {who} off {subject}",
    "ready_for_review": "marked as ready for review: {subject}",
    "converted_to_draft": "turned back into a draft: {subject}",
    "review_requested": "asked {who} to review {subject}",
    "answered": "marked an answer to {subject}",
}
MERGED = "merged {subject}"
NOT_PLANNED = "closed {subject} as not planned"


def state_text(action: str, payload: Node, subject: Subject) -> tuple[str, tuple[Identity, ...]]:
    """What happened, and the people it happened to."""
    phrase = STATES[action]
    if action == "closed" and subject.node.flag("merged"):
        phrase = MERGED
    elif action == "closed" and subject.node.text("state_reason") == "not_planned":
        phrase = NOT_PLANNED
    people = tuple(person(payload.node(key)) for key in ("assignee", "requested_reviewer") if key in payload)
    team = payload.maybe("requested_team").text("name")
    who = ", ".join(human.name for human in people) or (f"the team {team}" if team else "someone")
    return phrase.format(subject=subject.name, who=who), people
