"""Fencing, duplicates, crashes, the outbox."""

import threading
from collections.abc import Sequence

import pytest

from plait_knowledge_graph.store.delivery import relay
from plait_knowledge_graph.testing import enriched, message
from plait_schemas.records import GraphChange
from plait_shared.bus import Outbound
from plait_shared.errors import Retryable
from plait_shared.testing.memory import MemoryProducer
from tests.integration.knowledge_graph.rig import Rig

pytestmark = pytest.mark.integration


def test_replica_that_was_replaced_writes_nothing_more(rig: Rig) -> None:
    text = "[W:HER-12] is done"
    rig.take(message("before", id_="0"))
    zombie_stage, zombie_consumer = rig.stage, rig.consumer
    rig.put(enriched(text, message(text)))
    batch = zombie_consumer.poll(10, 0)
    received = [rig.codec.decode(raw) for raw in batch]
    rig.replica()
    while rig.turn():
        pass
    before = rig.dump()
    plan = zombie_stage.handle(received, rig.now)
    with pytest.raises(Retryable, match="taken over"):
        zombie_stage.commit(plan, [], {raw.partition: raw.offset + 1 for raw in batch})
    assert rig.dump() == before


def test_duplicates_below_the_position_are_skipped(rig: Rig) -> None:
    text = "[W:HER-12] is done"
    rig.take(enriched(text, message(text)))
    batch = [rig.codec.decode(raw) for raw in rig.broker.records("collab.enrichment.v1")]
    assert rig.stage.handle(batch, rig.now).readings == []
    rig.replica()
    assert rig.turn() == 0, "reading goes on where the database says"
    rig.broker.committed.clear()
    rig.replica()
    assert rig.turn() == 0


@pytest.mark.parametrize("operation", ["send", "acknowledge"])
def test_crash_between_commit_and_relay_loses_nothing(rig: Rig, operation: str) -> None:
    text = "[W:HER-12] is done"
    rig.put(enriched(text, message(text)))

    def away(name: str) -> None:
        if name == operation:
            raise Retryable("broker away")

    rig.broker.fault = away
    with pytest.raises(Retryable):
        rig.turn()
    assert len(rig.query("SELECT id FROM outbox")) == 1
    rig.broker.fault = lambda name: None
    rig.replica()
    assert rig.turn() == 0
    assert rig.query("SELECT id FROM outbox") == []
    assert {one.change for one in rig.said(GraphChange) if isinstance(one, GraphChange)} == {"opened"}
    assert len({one.id for one in rig.said(GraphChange)}) == 1


def test_offsets_are_shown_in_kafka_but_the_database_decides(rig: Rig) -> None:
    def away(name: str) -> None:
        if name == "commit":
            raise Retryable("coordinator away")

    rig.broker.fault = away
    rig.take(message("hello"))
    assert rig.broker.committed == {}
    rig.replica()
    assert rig.turn() == 0


def test_partition_read_without_claim_is_claimed_and_read_again(rig: Rig) -> None:
    rig.put(message("hello"))
    batch = rig.consumer.poll(10, 0)
    rig.stage._ownership.revoked(frozenset(rig.consumer.assignment()))
    with pytest.raises(Retryable, match="claimed"):
        rig.runner.process(batch)
    rig.consumer.rewind()
    assert rig.turn() == 1
    assert len(rig.dump()) == 2


def test_only_one_relay_at_a_time(rig: Rig) -> None:
    inside, done = threading.Event(), threading.Event()

    class Slow(MemoryProducer):
        def send(self, records: Sequence[Outbound]) -> None:
            inside.set()
            assert done.wait(10)
            super().send(records)

    with rig.database.transaction("holding the outbox back") as connection:
        connection.execute(
            "INSERT INTO outbox (topic, key, value, headers, timestamp_ms) "
            "VALUES ('t', 'k', 'v', '[[\"h\", \"00\"]]', 5)"
        )
    thread = threading.Thread(target=relay, args=(rig.database, Slow(rig.broker)))
    thread.start()
    assert inside.wait(10)
    assert relay(rig.database, rig.producer) == 0
    done.set()
    thread.join()
    (raw,) = rig.broker.records("t")
    assert (raw.key, raw.value, raw.headers, raw.timestamp_ms) == (b"k", b"v", (("h", b"\x00"),), 5)
    assert relay(rig.database, rig.producer) == 0, "nothing is left"
    assert len(rig.broker.records("t")) == 1
