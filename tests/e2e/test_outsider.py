"""An outsider joins with ordinary tools: confluent-kafka, Kafka's own console consumer, a newer schema."""

import copy
import json
import subprocess
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from confluent_kafka import DeserializingConsumer, SerializingProducer
from confluent_kafka.error import ValueDeserializationError
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import StringSerializer

from plait_console.stack.artefacts import artefacts, java
from plait_schemas.catalogue import topics
from plait_schemas.ids import record_key
from tests.builders import message
from tests.e2e.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.model]
MESSAGES = topics()["collab.message.v1"]


@pytest.fixture
def registry(world: World) -> Iterator[SchemaRegistryClient]:
    with SchemaRegistryClient({"url": world.stack.registry_url}) as client:
        yield client


def produce(world: World, registry: SchemaRegistryClient, value: dict[str, Any], schema: Any) -> None:
    configuration = {"auto.register.schemas": False}
    serializer = AvroSerializer(registry, json.dumps(schema), conf=configuration)
    producer = SerializingProducer(
        {
            "bootstrap.servers": world.stack.kafka_bootstrap,
            "key.serializer": StringSerializer(),
            "value.serializer": serializer,
        }
    )
    producer.produce(MESSAGES.name, key=record_key(message()), value=value)
    assert producer.flush(20) == 0


def read_enrichment(world: World, registry: SchemaRegistryClient, text: str) -> dict[str, Any]:
    """The enrichment of a text, as a new group reads the topic from its beginning."""
    consumer = DeserializingConsumer(
        {
            "bootstrap.servers": world.stack.kafka_bootstrap,
            "group.id": f"outsider-{uuid4()}",
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
            "value.deserializer": AvroDeserializer(registry),
        }
    )
    consumer.subscribe(["collab.enrichment.v1"])
    try:
        for _ in range(120):
            try:
                record = consumer.poll(0.5)
            except ValueDeserializationError:
                continue  # another test puts garbage on the topics
            value: Any = None if record is None or record.error() is not None else record.value()
            if value is not None and value["message"]["text"] == text:
                return dict(value)
    finally:
        consumer.close()
    raise AssertionError(f"no enrichment of {text!r}")


def test_produces_a_message_and_reads_its_enrichment(world: World, registry: SchemaRegistryClient) -> None:
    text = "Could you review PAY-231 by Friday, please?"
    value = message(901, text).to_avro()
    produce(world, registry, value, MESSAGES.schema)
    enriched = read_enrichment(world, registry, text)
    assert enriched["source_event"] == message(901).id
    assert enriched["tags"]["intents"]
    assert len(enriched["embedding"]) == 384
    assert enriched["model"]["revision"]
    assert read_enrichment(world, registry, text)["id"] == enriched["id"]


def test_newer_compatible_schema_passes(world: World, registry: SchemaRegistryClient) -> None:
    newer = copy.deepcopy(MESSAGES.schema)
    newer["fields"].append({"name": "mood", "type": "string", "default": "", "doc": "A field of tomorrow."})
    registry.register_schema(MESSAGES.subject, Schema(json.dumps(newer), "AVRO"))
    text = "Written with the schema of tomorrow."
    produce(world, registry, {**message(902, text).to_avro(), "mood": "sunny"}, newer)
    assert read_enrichment(world, registry, text)["source_event"] == message(902).id


def test_incompatible_schema_is_rejected_by_the_registry(registry: SchemaRegistryClient) -> None:
    broken = copy.deepcopy(MESSAGES.schema)
    broken["fields"] = [field for field in broken["fields"] if field["name"] != "text"]
    with pytest.raises(Exception, match="409"):
        registry.register_schema(MESSAGES.subject, Schema(json.dumps(broken), "AVRO"))


def test_console_consumer_reads_a_topic(world: World, registry: SchemaRegistryClient) -> None:
    text = "For the console consumer"
    produce(world, registry, message(903, text).to_avro(), MESSAGES.schema)
    jars = artefacts(world.stack.settings.parts_cache).kafka_classpath
    program = [java(), "-cp", jars, "org.apache.kafka.tools.consumer.ConsoleConsumer"]
    place = ["--bootstrap-server", world.stack.kafka_bootstrap, "--topic", MESSAGES.name, "--from-beginning"]
    ended = ["--timeout-ms", "10000"]
    printed = subprocess.run([*program, *place, *ended], capture_output=True, timeout=60, check=False).stdout
    assert text.encode() in printed
