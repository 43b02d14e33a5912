"""The bystander at a real Kafka: whole ranges, nothing of what was aborted, and no trace of itself."""

import gc
from collections.abc import Iterator

import pytest
from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient, NewTopic

from plait_console.settings import ConsoleSettings
from plait_console.stack.testing import RunningStack
from plait_console.stream import Stream
from plait_shared.bus import Outbound, Partition, next_offsets
from plait_shared.bystander import Bystander, Extent
from plait_shared.errors import Misconfigured
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.settings import ServiceSettings

pytestmark = pytest.mark.integration
TOPIC = "bystander.in"
GROUP = "bystander"


@pytest.fixture
def settings(stack: RunningStack) -> Iterator[ServiceSettings]:
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka_bootstrap)
    admin.create_topics([NewTopic(name=TOPIC, num_partitions=1, replication_factor=1)])
    yield ServiceSettings(kafka_bootstrap=stack.kafka_bootstrap)
    admin.delete_topics([TOPIC])
    admin.close()


def write(settings: ServiceSettings, numbers: range) -> None:
    producer = KafkaBusProducer(settings)
    producer.send([Outbound(TOPIC, b"k", f"value {n}".encode(), (), 1_700_000_000_000) for n in numbers])
    producer.close()


def test_it_reads_a_range_and_says_what_a_group_has_committed(settings: ServiceSettings) -> None:
    write(settings, range(6))
    partition = Partition(TOPIC, 0)
    member = KafkaBusConsumer(settings, GROUP, [TOPIC])
    while not (records := member.poll(3, 0.5)):
        pass
    member.commit(next_offsets(records))
    with Bystander(settings, group=GROUP) as bystander:
        assert bystander.extents([TOPIC]) == {partition: Extent(0, 6)}
        bystander.start_at({partition: 2})
        assert [record.value for record in bystander.until({partition: 4})] == [b"value 2", b"value 3"]
        assert bystander.committed([partition]) == next_offsets(records)
    with Bystander(settings, group="nobody") as bystander:
        assert bystander.committed([partition]) == {}
    member.close()


def test_what_was_aborted_is_not_read(settings: ServiceSettings) -> None:
    write(settings, range(1))
    partition = Partition(TOPIC, 0)
    producer = KafkaProducer(bootstrap_servers=settings.kafka_bootstrap, transactional_id="bystander-tx")
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(TOPIC, b"lost").get(timeout=30)
    producer.abort_transaction()
    producer.close()
    write(settings, range(1, 2))
    with Bystander(settings) as bystander:
        bystander.start_at({partition: 0})
        end = bystander.extents([TOPIC])[partition].end
        assert [record.value for record in bystander.until({partition: end})] == [b"value 0", b"value 1"]


def test_a_stream_begins_now_or_at_the_beginning(settings: ServiceSettings) -> None:
    write(settings, range(2))
    console = ConsoleSettings(kafka_bootstrap=settings.kafka_bootstrap)
    with Stream(console, [TOPIC], from_beginning=False) as stream:
        write(settings, range(2, 3))
        assert next(stream.follow()).value == b"value 2"
    with Stream(console, [TOPIC], from_beginning=True) as stream:
        assert [record.value for record in stream.to_end()] == [b"value 0", b"value 1", b"value 2"]


def test_a_missing_topic_leaves_nothing_open(settings: ServiceSettings) -> None:
    console = ConsoleSettings(kafka_bootstrap=settings.kafka_bootstrap)
    with pytest.raises(Misconfigured, match="no topic no-such on this Kafka: run `plait init`"):
        Stream(console, ["no-such"], from_beginning=True)
    gc.collect()  # an open socket would warn, and a warning fails
