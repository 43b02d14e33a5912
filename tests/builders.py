"""Records for tests, with sensible defaults; a test names only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from plait_schemas.ids import derived_id
from plait_schemas.records import (
    Audience,
    AudienceScope,
    ConversationKind,
    ConversationRef,
    Identity,
    IdentityKind,
    Language,
    Message,
    Source,
)

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
PUBLIC = Audience(scope=AudienceScope.PUBLIC, group=None)
ANN = Identity(id="ann@orchard.example", name="Ann Okafor", kind=IdentityKind.PERSON)


def group(name: str) -> Audience:
    """The audience of one group."""
    return Audience(scope=AudienceScope.GROUP, group=name)


def message(number: int = 1, text: str = "Good morning", **changes: Any) -> Message:
    """A public chat message; the same number gives the same ids."""
    made = Message(
        id=derived_id("event", "orchard", "chat", number),
        message_id=derived_id("message", "orchard", "chat", number),
        workspace="orchard",
        source=Source(tool="chat", connection="default", tool_id=str(number), version=1, permalink=None),
        conversation=ConversationRef(id="chat:dev", title="#dev", kind=ConversationKind.CHANNEL),
        author=ANN,
        audience=PUBLIC,
        sent_at=NOON,
        occurred_at=NOON,
        received_at=NOON,
        text=text,
        language=Language.EN,
        reply_to=None,
    )
    return replace(made, **changes)
