"""The schema, by yoyo-migrations, one service at a time.

``NNNN_pre_<what>.sql`` only adds: it is applied at every start, before the new code runs beside the old.
``NNNN_post_<what>.sql`` takes away what no running version needs any more: an operator applies it with
``plait-knowledge-graph migrate --post``.
"""

import re
from importlib.resources import as_file, files

import psycopg
import structlog
from yoyo import get_backend, read_migrations

from plait_knowledge_graph.store.database import Database, ask, check_url, database_errors
from plait_knowledge_graph.store.statements import sql
from plait_shared.errors import Misconfigured

log = structlog.get_logger()
SCHEME = re.compile(r"^postgres(?:ql)?://")


def migrate(url: str, *, post: bool = False) -> list[str]:
    """Apply what is missing, under an advisory lock; returns the names applied. Raises as `database_errors` maps."""
    if not SCHEME.match(url):
        raise Misconfigured("PLAIT_DATABASE_URL: must begin with postgresql://")
    check_url(url)
    with database_errors("migrating"), psycopg.connect(url, connect_timeout=5, autocommit=True) as connection:
        connection.execute(sql("migration_lock"))
        return _apply(url, post)


def check_dimensions(database: Database, dimensions: int) -> None:
    """Raises Misconfigured when the database keeps vectors of another size: it would refuse every one of ours."""
    with database.transaction("looking at the schema") as connection:
        kept = int(ask(connection, "vector_dimensions", {})[0]["dimensions"])
    if kept != dimensions:
        raise Misconfigured(
            f"PLAIT_EMBEDDING_DIMENSIONS is {dimensions}, but the database keeps vectors of {kept}: set it to {kept}, "
            "or migrate the column embeddings.embedding"
        )


def _apply(url: str, post: bool) -> list[str]:
    with as_file(files("plait_knowledge_graph").joinpath("sql", "migrations")) as folder:
        backend = get_backend(SCHEME.sub("postgresql+psycopg://", url))
        try:
            wanted = read_migrations(str(folder)).filter(lambda migration: post or "_pre_" in migration.id)
            missing = backend.to_apply(wanted)
            names = [migration.id for migration in missing]
            backend.apply_migrations(missing)
        finally:
            backend.connection.close()
    if names:
        log.info("migrated", applied=names)
    return names
