"""The bus in memory passes the suite that the real one passes."""

from collections.abc import Sequence

import pytest

from plait_shared.bus import Consumer, Listener, Producer
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer
from tests.contract.bus_suite import BusSuite, World


class MemoryWorld:
    def __init__(self) -> None:
        self.broker = MemoryBroker()

    def consumer(self, group: str, topics: Sequence[str], listener: Listener | None = None) -> Consumer:
        return MemoryConsumer(self.broker, group, topics, listener)

    def producer(self, transactional_id: str | None = None) -> Producer:
        return MemoryProducer(self.broker, transactional_id)


class TestMemoryBus(BusSuite):
    @pytest.fixture
    def world(self) -> World:
        return MemoryWorld()
