"""The canonical graph as sorted JSON lines: equal for equal sets of records, whatever the order they came in.

Scores are left out: the last digits of a score depend on which messages shared a pass of the model.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

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
SCORES = ("score", "confidence")
PATIENCE_S = 600.0


def dump(database: Database) -> Iterator[str]:
    """One line a thing; from one snapshot."""
    with database.reading(PATIENCE_S) as connection:
        for table, kind in KINDS.items():
            for row in ask(connection, f"dump_{table}", {}):
                yield json.dumps(
                    {"kind": kind, **_without_scores(row)}, ensure_ascii=False, sort_keys=True, default=_time
                )


def _without_scores(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_scores(inner) for name, inner in value.items() if name not in SCORES}
    return [_without_scores(inner) for inner in value] if isinstance(value, list) else value


def _time(value: object) -> str:
    assert isinstance(value, datetime)
    return value.astimezone(UTC).isoformat()
