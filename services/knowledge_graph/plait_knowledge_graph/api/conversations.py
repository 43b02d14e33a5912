"""Conversations."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from plait_knowledge_graph.api import shapes
from plait_knowledge_graph.api.models import (
    ConversationDetail,
    ConversationItem,
    ConversationPage,
)  # fmt: skip
from plait_knowledge_graph.api.parameters import (
    EARLIEST,
    LATEST,
    NOT_FOUND,
    Cursor,
    Id,
    Limit,
    caller_of,
    page,
    read_time_cursor,
)  # fmt: skip
from plait_knowledge_graph.store.reader import Reader
from plait_shared.auth import Caller, TokenVerifier

FACTS = 200


def router(reader: Reader, verifier: TokenVerifier) -> APIRouter:
    """``/v1/conversations``."""
    routes = APIRouter(prefix="/v1", tags=["conversations"])
    who = Depends(caller_of(verifier))

    @routes.get("/conversations")
    def conversations(caller: Annotated[Caller, who], limit: Limit = 50, cursor: Cursor = None) -> ConversationPage:
        """Conversations that the caller may see, the latest first."""
        before_at, before_id = read_time_cursor(cursor, LATEST)
        with reader.session(caller) as session:
            rows = session.ask("read_conversations", before_at=before_at, before_id=before_id, limit=limit + 1)
        kept, following = page(rows, limit, "last_at", "place")
        items = [
            ConversationItem(**shapes.conversation(row).model_dump(), summarised=row["summarised"]) for row in kept
        ]
        return ConversationPage(items=items, next=following)

    @routes.get("/conversations/{conversation_id:path}")
    def conversation(
        caller: Annotated[Caller, who], conversation_id: Id, limit: Limit = 100, cursor: Cursor = None
    ) -> ConversationDetail:
        """One conversation: its messages (paged), and what it came to."""
        return _whole(reader, caller, conversation_id, limit, cursor)

    return routes


def _whole(reader: Reader, caller: Caller, conversation_id: str, limit: int, cursor: str | None) -> ConversationDetail:
    after_at, after_id = read_time_cursor(cursor, EARLIEST)
    here = {"conversation_id": conversation_id}
    with reader.session(caller) as session:
        parts = session.ask("read_conversation", **here)
        if not parts:
            raise HTTPException(404, NOT_FOUND.format("conversation"))
        rows = session.ask("read_messages", **here, after_at=after_at, after_id=after_id, limit=limit + 1)
        known = session.ask(
            "read_facts_of_conversation", **here, predicate=None, as_of=None, after_at=EARLIEST, after_id="",
            limit=FACTS,
        )  # fmt: skip
        facts = shapes.facts(session, known)
        summaries = [shapes.summary(row) for row in session.ask("read_summaries", **here)]
    kept, following = page(rows, limit, "sent_at", "message_id")
    return ConversationDetail(
        id=conversation_id,
        title=parts[-1]["title"],
        kind=parts[-1]["kind"],
        parts=[shapes.conversation(row) for row in parts],
        summary=next(iter(summaries), None),
        summaries=summaries,
        facts=facts,
        messages=[shapes.message(row) for row in kept],
        next=following,
    )
