"""Single messages."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException

from plait_knowledge_graph.api import shapes
from plait_knowledge_graph.api.models import MentionOut, MessageDetail, NodeOut
from plait_knowledge_graph.api.parameters import NOT_FOUND, Id, caller_of
from plait_knowledge_graph.store.reader import Reader
from plait_shared.auth import Caller, TokenVerifier


def router(reader: Reader, verifier: TokenVerifier) -> APIRouter:
    """``/v1/messages``."""
    routes = APIRouter(prefix="/v1", tags=["conversations"])
    who = Depends(caller_of(verifier))

    @routes.get("/messages/{message_id}")
    def message(caller: Annotated[Caller, who], message_id: Id) -> MessageDetail:
        """One message with the things that it names."""
        with reader.session(caller) as session:
            row = session.one("read_message", message_ids=[message_id])
            if row is None:
                raise HTTPException(404, NOT_FOUND.format("message"))
            named = session.ask("read_mentions", message_id=message_id)
        mentions = [
            MentionOut(
                node=NodeOut(id=one["node_id"], label=one["label"], name=one["node_name"]),
                text=one["surface"], start=one["span_start"], end=one["span_end"], score=one["score"],
            )
            for one in named
        ]  # fmt: skip
        return MessageDetail(**shapes.message(row).model_dump(), mentions=mentions)

    return routes
