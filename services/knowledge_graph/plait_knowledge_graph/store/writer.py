"""A plan into the database: one statement a table, then what follows from it. Runs inside the caller's transaction.

The caller holds the workspaces' `lock`: what was read stays as it is, so new rows need no ``ON CONFLICT``.
"""

from collections.abc import Sequence

from plait_knowledge_graph.graph.messages import Reading
from plait_knowledge_graph.handlers import Plan
from plait_knowledge_graph.store.database import Connection, ask, fill, fill_binary, tell
from plait_knowledge_graph.store.derive import CHAIN, NODE, PLACE, Touched, derive
from plait_knowledge_graph.store.text_form import columns, keyed
from plait_schemas.records import GraphChange

MESSAGE = ("workspace", "message_id")


def lock(connection: Connection, workspaces: Sequence[str]) -> None:
    """Wait for our turn in these workspaces; the turn ends with the transaction."""
    if workspaces:
        tell(connection, "lock_workspaces", {"workspaces": sorted(workspaces)})


def write(connection: Connection, plan: Plan) -> list[GraphChange]:
    """Apply a plan; the same plan twice changes nothing. Returns what the graph learned."""
    touched = Touched()
    _profiles(connection, plan, touched)
    _messages(connection, plan.readings, touched)
    if plan.memberships:
        tell(connection, "upsert_memberships", columns(plan.memberships))
    if plan.summaries:
        tell(connection, "upsert_summaries", columns(plan.summaries))
        places = {(row.workspace, row.conversation_id, row.audience) for row in plan.summaries}
        tell(connection, "purge_summaries", keyed([*places], *PLACE))
    if plan.vectors:
        tell(connection, "upsert_vectors", columns(plan.vectors))
    if plan.watermarks:
        tell(connection, "upsert_watermarks", columns(plan.watermarks))
    return derive(connection, touched)


def index_vectors(connection: Connection, *, keep: int, limit: int) -> int:
    """Move new vectors into the index, which costs more than all the rest of writing them; returns how many."""
    return len(ask(connection, "index_embeddings", {"keep": keep, "limit": limit}))


def _profiles(connection: Connection, plan: Plan, touched: Touched) -> None:
    if not plan.profiles:
        return
    changed = ask(connection, "upsert_profiles", columns(plan.profiles))
    if changed:
        users = keyed([(row["workspace"], row["user_id"]) for row in changed], "workspace", "user_id")
        rows = ask(connection, "delete_identities", users) + ask(connection, "insert_identities", users)
        identities = {(row["workspace"], row["identity_id"]) for row in rows}
        if identities:
            keys = keyed([*identities], "workspace", "identity_id")
            touched.add("places", PLACE, ask(connection, "places_of_identities", keys))


def _messages(connection: Connection, readings: Sequence[Reading], touched: Touched) -> None:
    if not readings:
        return
    changed = ask(connection, "upsert_messages", columns([reading.row for reading in readings]))
    if not changed:
        return
    touched.add("places", PLACE, changed)
    moved = [row for row in changed if row["old_conversation_id"] is not None]
    touched.add("places", ("workspace", "old_conversation_id", "old_audience"), moved)
    if moved:
        _forget(connection, keyed([(row["workspace"], row["message_id"]) for row in moved], *MESSAGE), touched)
    keys = {(row["workspace"], row["message_id"]) for row in changed}
    _remember(connection, [reading for reading in readings if reading.row.key in keys], touched)


def _forget(connection: Connection, messages: dict[str, str], touched: Touched) -> None:
    touched.add("nodes", NODE, ask(connection, "delete_mentions", messages))
    touched.add("chains", CHAIN, ask(connection, "delete_assertions", messages))
    tell(connection, "delete_people", messages)
    tell(connection, "delete_embeddings", messages)


def _remember(connection: Connection, readings: Sequence[Reading], touched: Touched) -> None:
    mentions = [row for reading in readings for row in reading.mentions]
    assertions = [row for reading in readings for row in reading.assertions]
    fill(connection, "insert_people", [row for reading in readings for row in reading.people])
    fill(connection, "insert_mentions", mentions)
    fill(connection, "insert_assertions", assertions)
    vectors = [reading.embedding for reading in readings if reading.embedding is not None]
    fill_binary(connection, "insert_embeddings", vectors)
    touched.mentions += mentions
    touched.chains.update(row.chain for row in assertions)
