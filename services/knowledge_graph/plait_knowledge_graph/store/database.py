"""Connections, and the only place where psycopg's errors become ours.

OperationalError, InterfaceError    Retryable      the database is away, restarts, or gave up waiting
DataError, IntegrityError, 54xxx    BadRecord      what was to be written does not fit; no retry helps
ProgrammingError                    Misconfigured  no such table, no right, no such database
anything else                       Fatal
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from plait_knowledge_graph.store.statements import sql
from plait_knowledge_graph.store.text_form import lines
from plait_shared.errors import BadRecord, Fatal, Misconfigured, Retryable

R = TypeVar("R", bound=NamedTuple)
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


def check_url(url: str) -> None:
    """Raise Misconfigured for what is no address of a database; psycopg's own error would show the password."""
    try:
        psycopg.conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise Misconfigured("PLAIT_DATABASE_URL is no PostgreSQL URL such as postgresql://user@host/name") from None


class Database:
    """A pool of connections; a connection that died is replaced when it is next asked for."""

    def __init__(self, url: str, connections: int) -> None:
        check_url(url)
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
    """Rows of a named statement, as named tuples; the statement selects their fields in their order."""
    with connection.cursor(row_factory=_tuples_of(kind)) as cursor:
        return cursor.execute(sql(name), parameters).fetchall()


def tell(connection: Connection, name: str, parameters: Mapping[str, Any]) -> None:
    """Execute a named statement whose rows, if any, don't matter."""
    connection.execute(sql(name), parameters)


def fill(connection: Connection, name: str, rows: Sequence[NamedTuple]) -> None:
    """New rows by a named ``COPY`` in text form; it names their fields in their order. ``rows`` may be empty."""
    if rows:
        with connection.cursor() as cursor, cursor.copy(sql(name)) as copy:
            copy.write(lines(rows))


def fill_binary(connection: Connection, name: str, rows: Sequence[NamedTuple]) -> None:
    """As `fill`, for rows of texts and of bytes that are in PostgreSQL's binary form already."""
    if rows:
        with connection.cursor() as cursor, cursor.copy(sql(name)) as copy:
            for row in rows:
                copy.write_row(tuple(row))


def _tuples_of(kind: type[R]) -> Callable[[psycopg.Cursor[Any]], Callable[[Sequence[Any]], R]]:
    """Like psycopg's ``class_row``, in a third of its time: columns go by their place, not by their name."""
    return lambda _: kind._make


def _line(exc: BaseException) -> str:
    return " ".join(str(exc).split()) or type(exc).__name__
