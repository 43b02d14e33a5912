"""Conversations that have settled, as requests for their summary. Runs inside the caller's transaction."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from plait_knowledge_graph.graph.audiences import NOBODY
from plait_knowledge_graph.graph.conversations import Clock, Standing, clock, request, trimmed
from plait_knowledge_graph.graph.rows import Place, WatermarkRow
from plait_knowledge_graph.settings import SettleRules
from plait_knowledge_graph.store.database import Connection, ask, ask_rows
from plait_schemas.records import ConversationRef, Identity, SummaryRequest, Tags

AT_ONCE = 64
"""Most conversations of a workspace in one transaction; the next turn takes the next."""
Fits = Callable[[SummaryRequest], bool]


def watermarks(connection: Connection, workspaces: Sequence[str] | None = None) -> list[WatermarkRow]:
    """The clocks of these workspaces, or of all."""
    names = None if workspaces is None else list(workspaces)
    return ask_rows(connection, "watermarks", {"workspaces": names}, WatermarkRow)


def settle(
    connection: Connection, mark: WatermarkRow, now: datetime, rules: SettleRules, fits: Fits
) -> list[SummaryRequest]:
    """Requests for what has settled in a workspace, each state once; ``fits`` says whether a request can be sent."""
    at = clock(mark, now)
    found = ask(connection, "settled", _parameters(mark.workspace, at, rules))
    requests = []
    for row in sorted(found, key=lambda row: (row["conversation_id"], row["audience"])):
        place = Place(row["workspace"], row["conversation_id"], row["audience"])
        if row["live"] < rules.min_messages or place.audience == NOBODY:
            continue
        key = {**place._asdict(), "state": row["state"], "settled_at": at.messages, "asked_at": now}
        if ask(connection, "insert_ask", key):
            requests.append(_request(connection, place, row["state"], at, rules, fits))
    return requests


def _request(
    connection: Connection, place: Place, state: str, at: Clock, rules: SettleRules, fits: Fits
) -> SummaryRequest:
    rows = ask(connection, "standing", {**place._asdict(), "limit": rules.max_messages})
    standing = [_standing(row) for row in rows]
    kept = trimmed(standing, lambda messages: fits(request(place, state, messages, at.messages)))
    return request(place, state, kept, at.messages)


def _parameters(workspace: str, at: Clock, rules: SettleRules) -> dict[str, Any]:
    return {
        "workspace": workspace,
        "quiet_since": at.messages - rules.quiet_after,
        "patience_since": at.enriched - rules.patience,
        "limit": AT_ONCE,
    }


def _standing(row: dict[str, Any]) -> Standing:
    return Standing(
        message_id=row["message_id"],
        event_id=row["event_id"],
        conversation=ConversationRef.from_avro(row["conversation"]),
        author=Identity.from_avro(row["author"]),
        mentions=[Identity.from_avro(person) for person in row["mentions"]],
        sent_at=row["sent_at"],
        occurred_at=row["occurred_at"],
        text=row["text"],
        tags=Tags.from_avro(row["tags"]) if row["tags"] is not None else None,
        timezone=row["timezone"],
    )
