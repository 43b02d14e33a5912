"""The database away, restarted, of another schema."""

import psycopg
import pytest

from plait_knowledge_graph.store.database import Database, database_errors
from plait_knowledge_graph.store.migrate import check_dimensions, migrate
from plait_knowledge_graph.testing import message
from plait_shared.errors import BadRecord, Misconfigured, PlaitError, Retryable
from tests.integration.knowledge_graph.rig import Rig

pytestmark = pytest.mark.integration


def test_database_that_restarts_is_waited_for(rig: Rig, url: str) -> None:
    rig.take(message("one"))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    rig.take(message("two", id_="2"))
    assert len(rig.query("SELECT message_id FROM messages")) == 2
    assert rig.database.ready()


def test_errors_of_the_driver_are_mapped() -> None:
    cases: list[tuple[psycopg.Error, type[PlaitError]]] = [
        (psycopg.errors.NumericValueOutOfRange("x"), BadRecord),
        (psycopg.errors.UniqueViolation("x"), BadRecord),
        (psycopg.errors.ProgramLimitExceeded("x"), BadRecord),
        (psycopg.errors.InvalidPassword("x"), Misconfigured),
        (psycopg.errors.UndefinedTable("x"), Misconfigured),
        (psycopg.errors.AdminShutdown("x"), Retryable),
        (psycopg.errors.DeadlockDetected("x"), Retryable),
        (psycopg.InterfaceError(""), Retryable),
        (psycopg.errors.InternalError("x"), PlaitError),
    ]
    for raised, kind in cases:
        with pytest.raises(kind), database_errors("testing"):
            raise raised


def test_migrations_run_once_and_wrong_addresses_are_refused(url: str) -> None:
    assert migrate(url) == []
    assert migrate(url, post=True) == []
    for wrong in ("mysql://x", "postgresql://nobody:wrong@127.0.0.1:1/none"):
        with pytest.raises((Misconfigured, Retryable)):
            migrate(wrong)
    with pytest.raises(Misconfigured):
        Database("postgresql://%zz", 1)


def test_vectors_of_another_size_are_refused_at_start(rig: Rig) -> None:
    check_dimensions(rig.database, 384)
    with pytest.raises(Misconfigured, match="PLAIT_EMBEDDING_DIMENSIONS is 768, but the database keeps vectors of 384"):
        check_dimensions(rig.database, 768)
