"""From an event to the records that follow from it. Pure: the same event gives the same ids."""

from dataclasses import dataclass

from plait_ingest.connectors import directory, github, mail, meeting, plain, slack
from plait_ingest.draft import Accepted, Connector, Context
from plait_shared.errors import BadRecord

PLAIN = "plait.message"
GITHUB = "github."
CONNECTORS: dict[str, Connector] = {
    PLAIN: plain.connect,
    "plait.membership": directory.connect_membership,
    "plait.profile": directory.connect_profile,
    "slack.event": slack.connect,
    "mail.rfc822": mail.connect,
    "meeting.cue": meeting.connect,
}
KNOWN = ", ".join((*CONNECTORS, "github.<event>"))


@dataclass(frozen=True, slots=True)
class Item:
    """One event as a door took it in: its CloudEvents type and its data, JSON or bytes."""

    type: str
    data: object


@dataclass(frozen=True, slots=True)
class Refused:
    """An item that can never be accepted, by its place in the request."""

    index: int
    error: BadRecord


def accept(item: Item, context: Context) -> Accepted:
    """The records of one event, or why it has none; raises BadRecord that names the field."""
    connector = github.connector(item.type.removeprefix(GITHUB)) if item.type.startswith(GITHUB) else None
    connector = connector or CONNECTORS.get(item.type)
    if connector is None:
        raise BadRecord(f"type: {item.type[:100]!r} is not known; known are {KNOWN}", field="type")
    return connector(item.data, context)


def accept_all(items: list[Item | BadRecord], context: Context) -> tuple[list[tuple[int, Accepted]], list[Refused]]:
    """Every item by itself, with its place in the request: a bad one doesn't take the others with it."""
    accepted: list[tuple[int, Accepted]] = []
    refused: list[Refused] = []
    for index, item in enumerate(items):
        try:
            if isinstance(item, BadRecord):
                raise item
            accepted.append((index, accept(item, context)))
        except BadRecord as exc:
            refused.append(Refused(index, exc))
    return accepted, refused
