"""What any bus must do; the one in memory and the real one both pass it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import pytest

from plait_shared.bus import Consumer, Listener, Outbound, Partition, Producer, RawRecord, next_offsets
from plait_shared.errors import PlaitError


class World(Protocol):
    """A broker under test with one topic ``suite.in`` and one ``suite.out``."""

    def consumer(self, group: str, topics: Sequence[str], listener: Listener | None = None) -> Consumer: ...

    def producer(self, transactional_id: str | None = None) -> Producer: ...


class Elsewhere:
    """A listener that keeps offsets outside the bus."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self.seen: set[Partition] = set()

    def assigned(self, partitions: frozenset[Partition]) -> Mapping[Partition, int]:
        self.seen |= partitions
        return dict.fromkeys(partitions, self.offset)

    def revoked(self, partitions: frozenset[Partition]) -> None:
        self.seen -= partitions


def outbound(number: int, topic: str = "suite.in", key: bytes = b"one") -> Outbound:
    return Outbound(
        topic, key, f"value {number}".encode(), (("ce_id", str(number).encode()),), 1_700_000_000_000 + number
    )


def read(consumer: Consumer, count: int) -> list[RawRecord]:
    """Poll until this many records have come; a bounded number of times."""
    got: list[RawRecord] = []
    for _ in range(100):
        got += consumer.poll(100, 0.3)
        if len(got) >= count:
            break
    return got


class BusSuite:
    """Inherit, and provide the fixture ``world``."""

    def test_records_of_a_key_come_in_order_and_whole(self, world: World) -> None:
        world.producer().send([outbound(n) for n in range(10)])
        records = read(world.consumer("order", ["suite.in"]), 10)
        assert [record.value for record in records] == [f"value {n}".encode() for n in range(10)]
        assert len({record.partition for record in records}) == 1
        assert records[3].key == b"one"
        assert records[3].headers == (("ce_id", b"3"),)
        assert records[3].timestamp_ms == 1_700_000_000_003

    def test_posted_records_are_there_once_their_futures_are_done(self, world: World) -> None:
        futures = world.producer().post([outbound(n) for n in range(3)])
        assert [future.result(10) for future in futures] == [None] * 3
        records = read(world.consumer("posted", ["suite.in"]), 3)
        assert [record.value for record in records] == [f"value {n}".encode() for n in range(3)]

    def test_uncommitted_records_come_again(self, world: World) -> None:
        world.producer().send([outbound(n) for n in range(4)])
        consumer = world.consumer("again", ["suite.in"])
        first = read(consumer, 4)
        consumer.commit(next_offsets(first[:2]))
        consumer.rewind()
        assert [record.value for record in read(consumer, 2)] == [b"value 2", b"value 3"]
        assert consumer.lag() == {"suite.in": 0}

    def test_transaction_writes_and_commits_together(self, world: World) -> None:
        world.producer().send([outbound(n) for n in range(3)])
        consumer = world.consumer("tx", ["suite.in"])
        batch = read(consumer, 3)
        out = [outbound(n, "suite.out") for n in range(3)]
        world.producer("suite-tx").send_transaction(out, next_offsets(batch), consumer.membership())
        consumer.rewind()
        assert not consumer.poll(10, 0.5)
        assert len(read(world.consumer("tx-reader", ["suite.out"]), 3)) == 3

    def test_newer_producer_fences_the_older(self, world: World) -> None:
        world.producer().send([outbound(1)])
        consumer = world.consumer("fence", ["suite.in"])
        batch = read(consumer, 1)
        old = world.producer("suite-fence")
        old.send_transaction([], next_offsets(batch), consumer.membership())
        new = world.producer("suite-fence")
        with pytest.raises(PlaitError):
            old.send_transaction([outbound(7, "suite.out")], next_offsets(batch), consumer.membership())
        new.send_transaction([outbound(8, "suite.out")], next_offsets(batch), consumer.membership())
        values = [record.value for record in read(world.consumer("fence-reader", ["suite.out"]), 1)]
        assert values == [b"value 8"]

    def test_offsets_kept_elsewhere_decide_the_start(self, world: World) -> None:
        world.producer().send([outbound(n) for n in range(5)])
        listener = Elsewhere(3)
        consumer = world.consumer("elsewhere", ["suite.in"], listener)
        assert [record.value for record in read(consumer, 2)] == [b"value 3", b"value 4"]
        consumer.rewind()
        assert [record.value for record in read(consumer, 2)] == [b"value 3", b"value 4"]
        assert consumer.assignment() == listener.seen
        consumer.close()
        assert not listener.seen
