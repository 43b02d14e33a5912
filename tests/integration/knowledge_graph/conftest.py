"""Replicas and doors, each on a database of its own."""

from collections.abc import Iterator

import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.testing import fresh_database
from tests.integration.knowledge_graph.door import Door, store, story
from tests.integration.knowledge_graph.rig import Rig, rig_on


@pytest.fixture
def url(stack: RunningStack) -> Iterator[str]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        yield url


@pytest.fixture
def rig(url: str) -> Iterator[Rig]:
    yield from rig_on(url)


@pytest.fixture(scope="module")
def database(stack: RunningStack) -> Iterator[Database]:
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        database = Database(url, 6)
        database.open()
        store(database, *story())
        yield database
        database.close()


@pytest.fixture
def door(database: Database) -> Iterator[Door]:
    door = Door(database)
    yield door
    door.questions.close()
