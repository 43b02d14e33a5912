"""Search in what was said: by words and by meaning, fused."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from plait_knowledge_graph.api import shapes
from plait_knowledge_graph.api.models import HitOut, SearchOut
from plait_knowledge_graph.api.parameters import NO_NUL, Limit, caller_of
from plait_knowledge_graph.graph import text_search
from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.store.reader import Reader
from plait_shared.auth import Caller, TokenVerifier

CANDIDATES = 100


def router(reader: Reader, questions: Questions, verifier: TokenVerifier) -> APIRouter:
    """``/v1/search``."""
    routes = APIRouter(prefix="/v1", tags=["search"])
    who = Depends(caller_of(verifier))

    @routes.get("/search")
    def search(
        caller: Annotated[Caller, who],
        q: Annotated[str, Query(min_length=1, max_length=1000, pattern=NO_NUL, description="What to look for.")],
        limit: Limit = 20,
    ) -> SearchOut:
        """Messages by words (English, and Chinese by bigrams) and by meaning; ``degraded`` when the latter is away."""
        vector = questions.vector(caller.workspace, q)
        words = text_search.query(q)
        with reader.session(caller) as session:
            session.ask("scan_further")
            by_text = session.ask("search_text", query=words, limit=CANDIDATES) if words else []
            by_vector = session.ask("search_vectors", embedding=vector, limit=CANDIDATES) if vector else []
            texts = [row["message_id"] for row in by_text]
            vectors = [row["message_id"] for row in by_vector]
            ranked = text_search.fuse(texts, vectors)[:limit]
            rows = session.ask("read_message", message_ids=[id_ for id_, _ in ranked])
        found = {row["message_id"]: shapes.message(row) for row in rows}
        items = [
            HitOut(message=found[id_], score=score, found_by=_found_by(id_, texts, vectors))
            for id_, score in ranked
            if id_ in found
        ]
        return SearchOut(items=items, degraded=None if vector else "text only")

    return routes


def _found_by(id_: str, texts: list[str], vectors: list[str]) -> list[Literal["text", "vector"]]:
    ways: list[tuple[Literal["text", "vector"], list[str]]] = [("text", texts), ("vector", vectors)]
    return [way for way, ids in ways if id_ in ids]
