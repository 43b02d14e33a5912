"""Connections, and the only place where psycopg's errors become ours.

OperationalError, InterfaceError    Retryable      the database is away, restarts, or gave up waiting
DataError, IntegrityError, 54xxx    BadRecord      what was to be written does not fit; no retry helps
ProgrammingError                    Misconfigured  no such table, no right, no such database
anything else                       Fatal
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
from psycopg.rows import class_row, dict_row
from psycopg_pool import ConnectionPool

from plait_knowledge_graph.store.statements import sql
from plait_shared.errors import BadRecord, Fatal, Misconfigured, Retryable

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

R = TypeVar("R")
Connection = psycopg.Connection[Any]
WAIT_S = 5.0
UNABLE_NOW = (
    psycopg.errors.InvalidCatalogName,
    psycopg.errors.InvalidPassword,
    psycopg.errors.InvalidAuthorizationSpecification,
)


@contextmanager
def database_errors(doing: str) -> Iterator[None]:
    """Map psycopg's errors to ours."""
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded) as exc:
        raise BadRecord(f"PostgreSQL, {doing}: {_line(exc)}") from exc
    except UNABLE_NOW as exc:
        raise Misconfigured(f"PLAIT_DATABASE_URL: {_line(exc)}") from exc
    except (psycopg.OperationalError, psycopg.InterfaceError) as exc:
        raise Retryable(f"PostgreSQL, {doing}: {_line(exc)}") from exc
    except psycopg.ProgrammingError as exc:
        raise Misconfigured(f"PostgreSQL, {doing}: {_line(exc)}") from exc
    except psycopg.Error as exc:
        raise Fatal(f"PostgreSQL, {doing}: {type(exc).__name__}: {_line(exc)}") from exc


class Database:
    """A pool of connections; a connection that died is replaced when it is next asked for."""

    def __init__(self, url: str, connections: int) -> None:
        with database_errors("connecting"):
            psycopg.conninfo.conninfo_to_dict(url)
        self._pool = ConnectionPool(
            url,
            min_size=1,
            max_size=connections,
            timeout=WAIT_S,
            open=False,
            check=ConnectionPool.check_connection,
            kwargs={
                "row_factory": dict_row,
                "connect_timeout": round(WAIT_S),
                "application_name": "plait-graph",
                "options": "-c timezone=UTC",
            },
        )

    def open(self) -> None:
        """Start connecting; what needs a connection waits for it a few seconds, then raises Retryable."""
        self._pool.open()

    def close(self) -> None:
        """Close all connections."""
        self._pool.close(timeout=WAIT_S)

    @contextmanager
    def transaction(self, doing: str) -> Iterator[Connection]:
        """A transaction that is committed at the end of the block, or leaves nothing."""
        with database_errors(doing), self._pool.connection() as connection:
            yield connection

    @contextmanager
    def reading(self, timeout_s: float) -> Iterator[Connection]:
        """A read-only transaction of one snapshot, in which a statement may take this long."""
        with database_errors("reading"), self._pool.connection() as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{round(timeout_s * 1000)}ms"])
            yield connection

    def ready(self) -> bool:
        """Whether the database answers."""
        try:
            with self.transaction("asking whether it answers") as connection:
                connection.execute("SELECT 1")
        except (Retryable, Fatal, Misconfigured):
            return False
        return True


def ask(connection: Connection, name: str, parameters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of a named statement, as dictionaries."""
    return connection.execute(sql(name), parameters).fetchall()


def ask_rows(connection: Connection, name: str, parameters: Mapping[str, Any], kind: type[R]) -> list[R]:
    """Rows of a named statement, as dataclasses whose fields are its columns."""
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        return cursor.execute(sql(name), parameters).fetchall()


def tell(connection: Connection, name: str, parameters: Mapping[str, Any]) -> None:
    """Execute a named statement whose rows, if any, don't matter."""
    connection.execute(sql(name), parameters)


def columns(rows: "Sequence[DataclassInstance]") -> dict[str, str]:
    """Rows as one array a column, for ``unnest``; ``rows`` is not empty."""
    return {field.name: array([getattr(row, field.name) for row in rows]) for field in fields(rows[0])}


def keyed(keys: Sequence[tuple[str, ...]], *names: str) -> dict[str, str]:
    """Keys as one array a column, sorted."""
    ordered = sorted(keys)
    return {name: array([key[i] for key in ordered]) for i, name in enumerate(names)}


def array(values: Iterable[object]) -> str:
    """An array in PostgreSQL's text form, much faster than psycopg writes it: that was a third of a batch's time."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case datetime():
            return f'"{value.isoformat()}"'
        case _:
            return str(value)


def _line(exc: BaseException) -> str:
    return " ".join(str(exc).split()) or type(exc).__name__
