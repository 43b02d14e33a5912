"""What people may read. A session asks as one caller: workspace and audiences go into every statement by themselves."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from plait_knowledge_graph.store.database import Connection, Database, ask
from plait_shared.auth import Caller


class Session:
    """One snapshot, seen by one caller."""

    def __init__(self, connection: Connection, caller: Caller) -> None:
        self._connection = connection
        rows = ask(connection, "audiences", {"workspace": caller.workspace, "user": caller.user})
        self._sight = {"workspace": caller.workspace, "audiences": sorted(row["audience"] for row in rows)}

    def ask(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """Rows of a named statement that the caller may see."""
        return ask(self._connection, name, {**parameters, **self._sight})

    def one(self, name: str, **parameters: Any) -> dict[str, Any] | None:
        """The only row, or None: there is none, or the caller may not see it."""
        return next(iter(self.ask(name, **parameters)), None)


class Reader:
    """Opens sessions; a statement that takes too long is given up with Retryable."""

    def __init__(self, database: Database, timeout_s: float) -> None:
        self._database = database
        self._timeout_s = timeout_s

    @contextmanager
    def session(self, caller: Caller) -> Iterator[Session]:
        """Read as this caller."""
        with self._database.reading(self._timeout_s) as connection:
            yield Session(connection, caller)

    def vector(self, workspace: str, request_id: str) -> str | None:
        """The vector of a question, once its answer has arrived at any replica."""
        with self._database.reading(self._timeout_s) as connection:
            rows = ask(connection, "vector", {"workspace": workspace, "request_id": request_id})
        return str(rows[0]["embedding"]) if rows else None
