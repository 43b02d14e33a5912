"""send and token."""

from datetime import timedelta
from typing import Annotated

import typer

from plait_console.commands.options import For, Workspace
from plait_console.output import out
from plait_console.where import connect
from plait_shared.errors import BadRecord, Misconfigured


def send(
    text: Annotated[str, typer.Argument(help="What is said.")],
    conversation: Annotated[str, typer.Option(help="Id of the conversation; new ones come to be.")],
    author: Annotated[str, typer.Option(help="Who says it: an e-mail address or another identity.")],
    group: Annotated[str | None, typer.Option(help="Only members of this group may read it.")] = None,
    title: Annotated[str, typer.Option(help="Title of the conversation.")] = "",
) -> None:
    """Send one message and show its ids.

    Example: plait send "I'll fix HER-12 by Friday" --conversation chat:try/1 --author rui@heronworks.example
    """
    from plait_console.door import open_door
    from plait_console.importers.jsonl import message_event

    if not text.strip():
        raise BadRecord("there is nothing to send: the text is empty")
    message = _message(text, conversation, title, author)
    if group:
        message["audience"] = {"group": group}
    door = open_door(connect())
    try:
        receipt = door.send([message_event(message, source="/plait/console")])
    finally:
        door.close()
    for refused in receipt.refused:
        raise BadRecord(f"not accepted: {refused.cause}")
    for accepted in receipt.accepted:
        out().print(f"{accepted.status} · event {accepted.id} · message {accepted.message_id}", highlight=False)


def _message(text: str, conversation: str, title: str, author: str) -> dict[str, object]:
    from datetime import UTC, datetime
    from uuid import uuid4

    return {
        "id": str(uuid4()),
        "tool": "console",
        "kind": "chat",
        "conversation": {"id": conversation, "title": title, "kind": "thread"},
        "author": {"id": author, "name": ""},
        "mentions": [],
        "sent_at": datetime.now(UTC).isoformat(),
        "text": text,
    }


def token(
    user: For,
    workspace: Workspace = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 30, help="How long it holds.")] = 12,
) -> None:
    """Write a bearer token for a person, signed with the local stack's secret.

    Example: curl -H "Authorization: Bearer $(plait token --for ines)" http://127.0.0.1:8103/v1/conversations
    """
    from plait_console.api import bearer

    settings = connect()
    if "token" in settings.model_fields_set:
        raise Misconfigured("PLAIT_TOKEN is set, so tokens come from elsewhere: unset it to sign one here")
    if workspace:
        settings = settings.model_copy(update={"workspace": workspace})
    print(bearer(settings, user, timedelta(hours=hours)))
