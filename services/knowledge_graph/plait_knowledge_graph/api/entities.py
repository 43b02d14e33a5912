"""Entities and their neighbours."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query
from pydantic import BaseModel, Field

from plait_knowledge_graph.api import shapes
from plait_knowledge_graph.api.models import EntityDetail, EntityPage, NeighbourPage
from plait_knowledge_graph.api.parameters import (
    NO_NUL,
    NOT_FOUND,
    AsOf,
    Id,
    Limit,
    caller_of,
    page,
    read_name_cursor,
)  # fmt: skip
from plait_knowledge_graph.graph import text_search
from plait_knowledge_graph.store.reader import Reader, Session
from plait_shared.auth import Caller, TokenVerifier

FAN_OUT = 200
SHOWN = 50


class EntityQuery(BaseModel):
    """Which entities are wanted; without any field, all."""

    q: str = Field("", max_length=200, pattern=NO_NUL, description="Beginnings of words of the name.")
    label: str | None = Field(None, max_length=64, pattern=NO_NUL, description="WORK, PERSON, PROJECT …")
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = Field(None, max_length=4096)


def router(reader: Reader, verifier: TokenVerifier) -> APIRouter:
    """``/v1/entities`` and ``/v1/neighbours``."""
    routes = APIRouter(prefix="/v1", tags=["graph"])
    who = Depends(caller_of(verifier))

    @routes.get("/entities")
    def entities(caller: Annotated[Caller, who], wanted: Annotated[EntityQuery, Query()]) -> EntityPage:
        """Entities by name: all words of ``q`` begin words of the name, in any case."""
        after_norm, after_id = read_name_cursor(wanted.cursor)
        words = text_search.prefixes(wanted.q)
        parameters = {
            "label": wanted.label.upper() if wanted.label else None, "words": words, "after_norm": after_norm,
            "after_id": after_id, "limit": wanted.limit + 1,
        }  # fmt: skip
        with reader.session(caller) as session:
            rows = session.ask("read_entities_named" if words else "read_entities", **parameters)
        kept, following = page(rows, wanted.limit, "norm", "node_id")
        return EntityPage(items=[shapes.entity(row) for row in kept], next=following)

    @routes.get("/entities/{entity_id}")
    def entity(caller: Annotated[Caller, who], entity_id: Id, as_of: AsOf = None) -> EntityDetail:
        """One thing: what is known of it, now and before, and what stands next to it."""
        with reader.session(caller) as session:
            row = _node(session, entity_id)
            known = session.ask("read_facts_of_entity", node_id=entity_id, as_of=as_of, limit=FAN_OUT)
            near = session.ask("read_neighbours", node_id=entity_id, fan_out=FAN_OUT, limit=SHOWN)
            facts = shapes.facts(session, known)
        return EntityDetail(
            **shapes.entity(row).model_dump(), facts=facts, neighbours=[shapes.neighbour(one) for one in near]
        )

    @routes.get("/neighbours/{entity_id}")
    def neighbours(caller: Annotated[Caller, who], entity_id: Id, limit: Limit = SHOWN) -> NeighbourPage:
        """Things one fact away, in either direction."""
        with reader.session(caller) as session:
            _node(session, entity_id)
            rows = session.ask("read_neighbours", node_id=entity_id, fan_out=FAN_OUT, limit=limit + 1)
        return NeighbourPage(items=[shapes.neighbour(row) for row in rows[:limit]], capped=len(rows) > limit)

    return routes


def _node(session: Session, entity_id: str) -> dict[str, object]:
    row = session.one("read_entity", node_id=entity_id)
    if row is None:
        raise HTTPException(404, NOT_FOUND.format("entity"))
    return row
