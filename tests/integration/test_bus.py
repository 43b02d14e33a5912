"""The real bus passes the suite that the one in memory passes."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from uuid import uuid4

import pytest
from kafka.admin import KafkaAdminClient, NewTopic

from plait_console.stack.testing import RunningStack
from plait_shared.bus import Consumer, Listener, Producer
from plait_shared.kafka import KafkaBusConsumer, KafkaBusProducer
from plait_shared.settings import ServiceSettings
from tests.contract.bus_suite import BusSuite, World

pytestmark = pytest.mark.integration


class KafkaWorld:
    """Groups and transactional ids get a suffix, so that tests don't meet."""

    def __init__(self, settings: ServiceSettings, closing: ExitStack) -> None:
        self._settings = settings
        self._closing = closing
        self._suffix = uuid4().hex[:8]

    def consumer(self, group: str, topics: Sequence[str], listener: Listener | None = None) -> Consumer:
        made = KafkaBusConsumer(self._settings, f"{group}-{self._suffix}", topics, listener)
        self._closing.callback(made.close)
        return made

    def producer(self, transactional_id: str | None = None) -> Producer:
        name = transactional_id and f"{transactional_id}-{self._suffix}"
        made = KafkaBusProducer(self._settings, name)
        self._closing.callback(made.close)
        return made


class TestKafkaBus(BusSuite):
    @pytest.fixture
    def world(self, stack: RunningStack) -> Iterator[World]:
        admin = KafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
        names = ["suite.in", "suite.out"]
        admin.create_topics([NewTopic(name=name, num_partitions=2, replication_factor=1) for name in names])
        with ExitStack() as closing:
            yield KafkaWorld(ServiceSettings(kafka_bootstrap=stack.kafka_bootstrap), closing)
        admin.delete_topics(names)
        admin.close()
