"""The application: doors, health, problems."""

from collections.abc import Iterable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.routing import BaseRoute

from plait_knowledge_graph.api import conversations, entities, facts, messages, search
from plait_knowledge_graph.questions import Questions
from plait_knowledge_graph.store.reader import Reader
from plait_shared import problems
from plait_shared.auth import TokenVerifier

DESCRIPTION = (
    "The memory of a workspace: its conversations and their summaries, who and what they speak of, and the facts that "
    "they state, each with the messages that it rests on. Every answer holds only what the caller may see now."
)


def application(
    reader: Reader, questions: Questions, verifier: TokenVerifier, health: Iterable[BaseRoute], version: str
) -> FastAPI:
    """Everything that is served."""
    app = FastAPI(title="Plait knowledge graph", version=version, description=DESCRIPTION)
    app.router.routes.extend(health)
    app.include_router(conversations.router(reader, verifier))
    app.include_router(messages.router(reader, verifier))
    app.include_router(facts.router(reader, verifier))
    app.include_router(entities.router(reader, verifier))
    app.include_router(search.router(reader, questions, verifier))
    problems.install(app, RequestValidationError)
    return app
