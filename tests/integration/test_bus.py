"""The real bus passes the suite that the one in memory passes, and gets over a broker that stops answering."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from uuid import uuid4

import pytest
from kafka.admin import KafkaAdminClient, NewTopic
from kafka.errors import KafkaTimeoutError
from kafka.producer.sender import Sender
from kafka.producer.transaction_manager import EndTxnHandler, TransactionManager, TxnOffsetCommitHandler

from plait_console.stack.testing import RunningStack
from plait_shared.bus import Consumer, Listener, Outbound, Partition, Producer
from plait_shared.errors import Retryable
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.settings import ServiceSettings
from tests.contract.bus_suite import BusSuite, World, read

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


@pytest.fixture
def closing(stack: RunningStack) -> Iterator[ExitStack]:
    """Two topics; what is to be closed before they go."""
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    names = ["suite.in", "suite.out"]
    admin.create_topics([NewTopic(name=name, num_partitions=2, replication_factor=1) for name in names])
    with ExitStack() as resources:
        yield resources
    admin.delete_topics(names)
    admin.close()


class TestKafkaBus(BusSuite):
    @pytest.fixture
    def world(self, stack: RunningStack, closing: ExitStack) -> World:
        return KafkaWorld(ServiceSettings(kafka_bootstrap=stack.kafka_bootstrap), closing)


@dataclass
class Mute:
    world: KafkaWorld
    consumer: Consumer
    producer: Producer
    offsets: Mapping[Partition, int]

    def lose(self) -> None:
        with pytest.raises(Retryable):
            self.producer.send_transaction(
                [Outbound("suite.out", b"k", b"lost")], self.offsets, self.consumer.membership()
            )

    def go_on(self) -> None:
        """As the runner does: go back and try until it goes through; then answer and offsets are there, once."""
        for _ in range(20):
            try:
                self.consumer.rewind()
                answer = [Outbound("suite.out", b"k", b"answer")]
                self.producer.send_transaction(answer, self.offsets, self.consumer.membership())
                break
            except Retryable:
                self.consumer.poll(1, 0.5)
        reader = self.world.consumer("mute-reader", ["suite.out"])
        assert [record.value for record in read(reader, 2)] == [b"before", b"answer"]
        self.consumer.rewind()
        assert not self.consumer.poll(10, 1.0), "the offsets went with the answer"


@pytest.fixture
def mute(stack: RunningStack, closing: ExitStack) -> Mute:
    """A reader and a transactional writer, with a transaction done and another to do."""
    settings = ServiceSettings(kafka_bootstrap=stack.kafka_bootstrap, acknowledge_timeout_s=2)
    world = KafkaWorld(settings, closing)
    world.producer().send([Outbound("suite.in", b"k", b"asked")])
    consumer, producer = world.consumer("mute", ["suite.in"]), world.producer("suite-mute")
    [asked] = read(consumer, 1)
    producer.send_transaction([Outbound("suite.out", b"k", b"before")], {}, consumer.membership())
    return Mute(world, consumer, producer, {asked.partition: asked.offset + 1})


def test_a_broker_that_stops_answering_ends_one_transaction(stack: RunningStack, mute: Mute) -> None:
    stack.kill("kafka", signal.SIGSTOP)
    try:
        mute.lose()
    finally:
        stack.kill("kafka", signal.SIGCONT)
    mute.go_on()


@pytest.mark.parametrize("lost", [TxnOffsetCommitHandler, EndTxnHandler])
def test_a_request_that_the_driver_loses_ends_one_transaction(
    mute: Mute, monkeypatch: pytest.MonkeyPatch, lost: type
) -> None:
    keep = TransactionManager._enqueue_request

    def lossy(manager: TransactionManager, handler: object) -> None:
        if not isinstance(handler, lost):
            keep(manager, handler)

    with monkeypatch.context() as patch:
        patch.setattr(TransactionManager, "_enqueue_request", lossy)
        mute.lose()
    mute.go_on()


def test_a_record_that_runs_out_of_time_takes_its_transaction_along(
    mute: Mute, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Sender._send_producer_data

    def late(sender: Sender, now: float | None = None) -> float:
        for batch in sender._accumulator._incomplete.all():
            sender._complete_batch_with_exception(batch, KafkaTimeoutError("late"))
        return float(keep(sender, now))

    with monkeypatch.context() as patch:
        patch.setattr(Sender, "_send_producer_data", late)
        mute.lose()
    mute.go_on()
