"""Records for tests and benchmarks of the graph, in few words; and databases of their own."""

import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from plait_knowledge_graph.graph.masking import LETTERS
from plait_schemas.ids import derived_id
from plait_schemas.records import (
    Audience,
    AudienceScope,
    Change,
    ConversationKind,
    ConversationRef,
    Enrichment,
    Entity,
    Identity,
    IdentityKind,
    Membership,
    Message,
    MessageKind,
    Model,
    Profile,
    Source,
    Summary,
    SummarySentence,
    Tag,
    Tags,
)  # fmt: skip

WORKSPACE = "acme"
START = datetime(2026, 3, 2, 9, tzinfo=UTC)
PUBLIC = Audience(scope=AudienceScope.PUBLIC)
MODEL = Model(name="office", revision="r1")
LABELS = {letter: label for label, letter in LETTERS.items()}
MARKUP = re.compile(r"\[(\w):([^\]]+)\]")


def at(minutes: float) -> datetime:
    """So many minutes into the tests' Monday."""
    return START + timedelta(minutes=minutes)


def person(name: str) -> Identity:
    """Someone with an address made of the name."""
    return Identity(id=name.casefold().replace(" ", ".") + "@acme.example", name=name, kind=IdentityKind.PERSON)


def group(name: str) -> Audience:
    """The members of a group."""
    return Audience(scope=AudienceScope.GROUP, group=name)


def marked(text: str) -> tuple[str, tuple[Entity, ...]]:
    """``[W:HER-12] is done`` as plain text and its entities; the letters are those of `masking`."""
    plain, entities, last = "", [], 0
    for match in MARKUP.finditer(text):
        plain += text[last : match.start()]
        start = len(plain)
        plain += match[2]
        entities.append(Entity(label=LABELS[match[1]], text=match[2], start=start, end=len(plain), score=0.9))
        last = match.end()
    return plain + text[last:], tuple(entities)


def message(
    text: str, *, id_: str = "1", version: int = 1, minute: float = 0, author: str = "Mara Okafor", **more: Any
) -> Message:
    """A chat message; ``text`` may carry the markup of `marked`.

    More: ``mentions`` (names), ``conversation`` (id), ``audience``, ``change``, ``workspace``.
    """
    workspace, change = more.get("workspace", WORKSPACE), more.get("change", Change.CREATED)
    return Message(
        id=derived_id("message", workspace, id_, version),
        message_id=derived_id("message", workspace, id_),
        workspace=workspace,
        source=Source(tool="chat", connection="default", tool_id=id_, version=version),
        kind=MessageKind.CHAT,
        change=change,
        conversation=ConversationRef(
            id=more.get("conversation", "chat:heron"), title="Heron", kind=ConversationKind.CHANNEL
        ),
        author=person(author),
        mentions=tuple(map(person, more.get("mentions", ()))),
        audience=more.get("audience", PUBLIC),
        sent_at=at(minute),
        occurred_at=at(minute),
        received_at=at(minute),
        text="" if change is Change.DELETED else marked(text)[0],
    )


def tags(text: str, intents: Sequence[str]) -> Tags:
    """Tags of a marked text."""
    return Tags(
        intents=tuple(Tag(label=intent, score=0.8) for intent in intents),
        entities=marked(text)[1],
        sentiment=Tag(label="neutral", score=0.9),
        urgency=Tag(label="normal", score=0.9),
        topic=Tag(label="engineering", score=0.9),
        harm=Tag(label="none", score=0.9),
    )


def enriched(
    text: str,
    said: Message,
    intents: Sequence[str] = ("status",),
    *,
    model: Model = MODEL,
    embedding: Sequence[float] = (),
) -> Enrichment:
    """The enrichment of ``message(text, …)``; a deletion has no tags."""
    gone = said.change is Change.DELETED
    return Enrichment(
        id=derived_id("enrichment", said.id, model.revision),
        workspace=said.workspace,
        source_event=said.id,
        message=said,
        tags=None if gone else tags(text, intents),
        embedding=tuple(embedding),
        model=model,
        occurred_at=said.occurred_at,
    )


def membership(name: str, user: str, *, active: bool = True, minute: float = 0) -> Membership:
    """Someone in or out of a group."""
    return Membership(
        id=derived_id("membership", WORKSPACE, name, user, at(minute)), workspace=WORKSPACE, group=name, title=name,
        member=person(user), active=active, occurred_at=at(minute),
    )  # fmt: skip


def profile(user: str, name: str, *, identities: Sequence[str] = (), active: bool = True, minute: float = 0) -> Profile:
    """A person of the workspace; the identity of `person` is always theirs."""
    return Profile(
        id=derived_id("profile", WORKSPACE, user, at(minute)), workspace=WORKSPACE, user=user, name=name,
        identities=(person(name).id, *identities), timezone="Europe/Lisbon", active=active, occurred_at=at(minute),
    )  # fmt: skip


def summary(state: str, text: str, *, conversation: str = "chat:heron", audience: Audience = PUBLIC) -> Summary:
    """A summary of one sentence."""
    return Summary(
        id=derived_id("summary", conversation, state, MODEL.revision),
        workspace=WORKSPACE,
        source_event=derived_id("summary-request", conversation, state),
        conversation=ConversationRef(id=conversation),
        audience=audience,
        state=state,
        sentences=(SummarySentence(text=text, evidence=()),),
        model=MODEL,
        settled_at=at(100),
        occurred_at=at(60),
    )


@contextmanager
def fresh_database(server_url: str) -> Iterator[str]:
    """A new database on a server, dropped afterwards; the url's role may create databases."""
    name = f"plait_test_{secrets.token_hex(6)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        yield urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))
    finally:
        with psycopg.connect(server_url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
