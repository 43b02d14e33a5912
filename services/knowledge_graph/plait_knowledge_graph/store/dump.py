"""The canonical graph as sorted JSON lines: equal for equal sets of records, whatever the order they came in."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from plait_knowledge_graph.store.database import Database, ask

KINDS = {
    "conversations": "conversation",
    "facts": "fact",
    "memberships": "membership",
    "messages": "message",
    "nodes": "node",
    "profiles": "profile",
    "summaries": "summary",
}
PATIENCE_S = 600.0


def dump(database: Database) -> Iterator[str]:
    """One line a thing; from one snapshot."""
    with database.reading(PATIENCE_S) as connection:
        for table, kind in KINDS.items():
            for row in ask(connection, f"dump_{table}", {}):
                yield json.dumps({"kind": kind, **row}, ensure_ascii=False, sort_keys=True, default=_time)


def _time(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat()
