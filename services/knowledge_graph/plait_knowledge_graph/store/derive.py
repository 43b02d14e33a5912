"""What follows from several messages, recomputed where a batch touched it: people, nodes, facts, conversations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plait_knowledge_graph.graph.chains import Shift, facts, same, shifts
from plait_knowledge_graph.graph.changes import Origin, graph_changes, origin_of, shifts_by_fact
from plait_knowledge_graph.graph.nodes import node_rows
from plait_knowledge_graph.graph.people import Participant, PersonRef, renames
from plait_knowledge_graph.graph.rows import AssertionRow, ChainKey, FactRow, MentionRow, Place
from plait_knowledge_graph.store.database import Connection, ask, ask_rows, fill, tell
from plait_knowledge_graph.store.text_form import columns, keyed
from plait_schemas.records import ConversationRef, GraphChange

PLACE = Place._fields
CHAIN = ChainKey._fields
NODE = ("workspace", "audience", "node_id")


@dataclass
class Touched:
    """What a batch changed, by key; ``nodes`` are those that lost mentions, ``mentions`` what was added."""

    places: set[tuple[str, ...]] = field(default_factory=set)
    chains: set[tuple[str, ...]] = field(default_factory=set)
    nodes: set[tuple[str, ...]] = field(default_factory=set)
    mentions: list[MentionRow] = field(default_factory=list)

    def add(self, kind: str, names: Sequence[str], rows: Iterable[dict[str, Any]]) -> None:
        """Take these columns of the rows as keys of a kind."""
        getattr(self, kind).update(tuple(row[name] for name in names) for row in rows)


def derive(connection: Connection, touched: Touched) -> list[GraphChange]:
    """Bring everything that depends on what was touched up to date; returns what the graph learned."""
    _resolve(connection, touched)
    chains = keyed(touched.chains, *CHAIN)
    assertions = ask_rows(connection, "assertions_of_chains", chains, AssertionRow) if touched.chains else []
    old = ask_rows(connection, "facts_of_chains", chains, FactRow) if touched.chains else []
    with connection.pipeline():  # PostgreSQL works while we do
        _nodes(connection, touched)
        _conversations(connection, touched)
        new = facts(assertions)
    known = {row.fact_id: row for row in old}
    with connection.pipeline():
        _correct(connection, known, new)
        found = shifts(old, new, assertions)
    fill(connection, "insert_facts", [row for row in new if row.fact_id not in known])
    return _changes(connection, found)


def _resolve(connection: Connection, touched: Touched) -> None:
    if not touched.places:
        return
    places = keyed(touched.places, *PLACE)
    refs = ask_rows(connection, "person_refs", places, PersonRef)
    if not refs:
        return
    changed = renames(refs, ask_rows(connection, "participants", places, Participant))
    if not changed:
        return
    parameters = columns(changed)
    for row in ask(connection, "rename_mentions", parameters):
        touched.nodes |= {(row["workspace"], row["audience"], row[name]) for name in ("old_node_id", "node_id")}
    for statement in ("rename_subjects", "rename_objects"):
        for row in ask(connection, statement, parameters):
            head, tail = (row["workspace"], row["audience"]), row["predicate"]
            touched.chains |= {(*head, row["old_subject_id"], tail), (*head, row["subject_id"], tail)}


def _nodes(connection: Connection, touched: Touched) -> None:
    """Count on where mentions were only added: a name that everyone uses is not counted anew with every batch."""
    added = node_rows(row for row in touched.mentions if row.node not in touched.nodes)
    if added:
        tell(connection, "count_mentions", columns(added))
    if touched.nodes:
        nodes = keyed(touched.nodes, *NODE)
        tell(connection, "delete_nodes", nodes)
        tell(connection, "recount_nodes", nodes)


def _conversations(connection: Connection, touched: Touched) -> None:
    if touched.places:
        places = keyed(touched.places, *PLACE)
        tell(connection, "delete_conversations", places)
        tell(connection, "upsert_conversations", places)
        tell(connection, "purge_summaries", places)


def _correct(connection: Connection, known: Mapping[str, FactRow], new: Sequence[FactRow]) -> None:
    gone = known.keys() - {row.fact_id for row in new}
    if gone:
        tell(connection, "delete_facts", keyed([(known[id_].workspace, id_) for id_ in gone], "workspace", "fact_id"))
    changed = [row for row in new if row.fact_id in known and not same(row, known[row.fact_id])]
    if changed:
        tell(connection, "update_facts", columns(changed))


def _changes(connection: Connection, found: list[Shift]) -> list[GraphChange]:
    if not found:
        return []
    rows = ask(connection, "evidence_messages", keyed({origin_of(shift) for shift in found}, "workspace", "message_id"))
    origins = {
        (row["workspace"], row["message_id"]): Origin(
            row["workspace"],
            row["message_id"],
            row["event_id"],
            row["occurred_at"],
            ConversationRef.from_avro(row["conversation"]),
        )
        for row in rows
    }
    return graph_changes(found, origins, _revisions(connection, found))


def _revisions(connection: Connection, found: list[Shift]) -> dict[tuple[str, str], int]:
    counts = sorted(shifts_by_fact(found).items())
    parameters = {
        "workspace": [workspace for (workspace, _), _ in counts],
        "fact_id": [fact_id for (_, fact_id), _ in counts],
        "changes": [number for _, number in counts],
    }
    rows = ask(connection, "count_changes", parameters)
    return {(row["workspace"], row["fact_id"]): row["revision"] for row in rows}
