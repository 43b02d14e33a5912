"""Facts, with the time they hold and the words they rest on."""

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AwareDatetime, BaseModel, Field

from plait_knowledge_graph.api import shapes
from plait_knowledge_graph.api.models import FactPage
from plait_knowledge_graph.api.parameters import EARLIEST, LATEST, NO_NUL, caller_of, page, read_time_cursor
from plait_knowledge_graph.graph.names import normalise
from plait_knowledge_graph.store.reader import Reader, Session
from plait_shared.auth import Caller, TokenVerifier

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class FactQuery(BaseModel):
    """Which facts are wanted; without any field, all."""

    subject: str | None = Field(None, max_length=512, pattern=NO_NUL, description="Entity id, or a name.")
    predicate: str | None = Field(None, max_length=64, pattern=NO_NUL)
    as_of: AwareDatetime | None = Field(
        None, description="Facts that held at this moment, with UTC offset; else those that hold."
    )
    history: bool = Field(False, description="Also facts that no longer hold.")
    conversation: str | None = Field(None, max_length=1024, pattern=NO_NUL)
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=4096)


def router(reader: Reader, verifier: TokenVerifier) -> APIRouter:
    """``/v1/facts``."""
    routes = APIRouter(prefix="/v1", tags=["graph"])
    who = Depends(caller_of(verifier))

    @routes.get("/facts")
    def facts(caller: Annotated[Caller, who], wanted: Annotated[FactQuery, Query()]) -> FactPage:
        """Facts by subject, predicate, moment or conversation; the oldest first."""
        after_at, after_id = read_time_cursor(wanted.cursor, EARLIEST)
        parameters = {
            "predicate": wanted.predicate,
            "as_of": wanted.as_of or (None if wanted.history else LATEST),
            "conversation_id": wanted.conversation,
            "after_at": after_at,
            "after_id": after_id,
            "limit": wanted.limit + 1,
        }
        with reader.session(caller) as session:
            if wanted.subject is not None:
                rows = session.ask("read_facts_of_subject", subjects=_subjects(session, wanted.subject), **parameters)
            elif wanted.conversation is not None:
                rows = session.ask("read_facts_of_conversation", **parameters)
            else:
                rows = session.ask("read_facts", **parameters)
            kept, following = page(rows, wanted.limit, "valid_from", "fact_id")
            return FactPage(items=shapes.facts(session, kept), next=following)

    return routes


def _subjects(session: Session, subject: str) -> list[str]:
    if UUID.fullmatch(subject):
        return [subject]
    return [row["node_id"] for row in session.ask("read_nodes_named", norm=normalise(subject))]
