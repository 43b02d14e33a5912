"""Any order, any repetition, any number of writers: the same graph."""

import random
import threading
from dataclasses import replace

import pytest

from plait_console.stack.testing import RunningStack
from plait_knowledge_graph.__main__ import TOPICS
from plait_knowledge_graph.store.migrate import migrate
from plait_knowledge_graph.testing import at, enriched, fresh_database, message, profile
from plait_schemas.catalogue import topic_of
from plait_schemas.records import Change, Record, SummaryRequest
from plait_shared.errors import Retryable
from plait_shared.testing.memory import MemoryBroker
from tests.integration.knowledge_graph.rig import Rig, names, rig_on, story

pytestmark = pytest.mark.integration


def test_any_order_and_repetition_gives_the_same_graph(stack: RunningStack) -> None:
    dumps = []
    records = story()
    for seed in range(4):
        order = records + records[: seed * 5]
        if seed:
            random.Random(seed).shuffle(order)
        with fresh_database(stack.postgres_dsn) as url:
            migrate(url)
            for rig in rig_on(url):
                while order:
                    rig.take(*order[: 1 + seed * 3])
                    order = order[1 + seed * 3 :]
                requests = [one for one in rig.said(SummaryRequest) if isinstance(one, SummaryRequest)]
                assert len({one.id for one in requests}) == len(requests)
                dumps.append(rig.dump())
    assert dumps[0]
    assert all(one == dumps[0] for one in dumps)
    assert any('"object_name": "葛明"' in line for line in dumps[0])


def test_first_name_is_resolved_again_when_participants_and_profiles_come(rig: Rig) -> None:
    text = "[P:Rui] takes over [W:HER-12]. [P:Rui] is working on [W:HER-12]."
    rig.take(enriched(text, message(text), ["decision"]))
    assert names(rig) == {"Rui"}
    hello = message("hello", id_="2", author="Rui Salgueiro")
    rig.take(hello)
    assert names(rig) == {"Rui Salgueiro"}
    rig.take(replace(profile("rui", "Rui M. Salgueiro"), identities=(hello.author.id,)))
    assert names(rig) == {"Rui M. Salgueiro"}
    gone = message("", id_="2", version=2, change=Change.DELETED, author="Rui Salgueiro")
    rig.take(gone)
    assert names(rig) == {"Rui"}
    nodes = rig.query("SELECT name FROM nodes WHERE label = 'PERSON'")
    assert [row["name"] for row in nodes] == ["Rui"]


def test_two_replicas_of_one_workspace_derive_the_same(rig: Rig, stack: RunningStack) -> None:
    records = story()
    halves = [records[0::2], records[1::2]]
    failures: list[BaseException] = []

    def work(half: list[Record], name: str) -> None:
        try:
            mine = Rig(rig.database, MemoryBroker(), at(600), name)
            for record in half:
                mine.put(record)
                for _ in range(20):
                    try:
                        while mine.turn():
                            pass
                        break
                    except Retryable:
                        mine.replica()
        except BaseException as exc:
            failures.append(exc)

    groups = [
        threading.Thread(target=work, args=(half, f"half-{number}"), name=f"half-{number}")
        for number, half in enumerate(halves)
    ]
    for thread in groups:
        thread.start()
    for thread in groups:
        thread.join(60)
    assert failures == []
    with fresh_database(stack.postgres_dsn) as url:
        migrate(url)
        for serial in rig_on(url):
            serial.take(*records)
            assert serial.dump() == rig.dump()


def test_the_story_has_records_of_all_topics_that_others_fill() -> None:
    made = {topic_of(type(record).AVRO_NAME).name for record in story()}
    assert made == {*TOPICS} - {"collab.summary.v1", "collab.answer.v1"}, "those come of what the graph asks"
