"""The contract: examples fit, releases stay readable both ways, the lint finds what the checkers miss."""

import copy
import json
from dataclasses import replace
from io import BytesIO
from typing import Any

import fastavro
import pytest
import yaml
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse as parse_avro
from jsonschema import validate

from plait_schemas import definitions, lint, records
from plait_schemas.__main__ import check
from plait_schemas.catalogue import Topic, topics
from plait_schemas.jsonform import from_json, to_json
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryRegistry

EVERY = list(topics().values())
each_topic = pytest.mark.parametrize("topic", EVERY, ids=[topic.name for topic in EVERY])
RELEASES = [
    (t, w, r)
    for t in EVERY
    for w in range(len(definitions.released(t.name)))
    for r in range(len(definitions.released(t.name)))
]


def example(topic: Topic) -> records.Record:
    text = definitions.PACKAGE.joinpath(f"examples/{topic.schema_name}.json").read_text("utf-8")
    record: records.Record = from_json(getattr(records, topic.record), json.loads(text))
    return record


def test_nothing_drifted() -> None:
    assert check() == 0


@each_topic
def test_example_survives_json_and_avro(topic: Topic) -> None:
    record = example(topic)
    assert from_json(type(record), to_json(record)) == record
    codec = Codec(MemoryRegistry(), "test")
    out = codec.encode(record)
    raw = RawRecord(Partition(out.topic, 0), 0, out.key, out.value, out.headers)
    assert _rounded(to_json(codec.decode(raw).record)) == _rounded(to_json(record))


def _rounded(value: object) -> object:
    """Embeddings lose what float32 does not hold."""
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return round(value, 6) if isinstance(value, float) else value


@each_topic
def test_current_schema_is_released(topic: Topic) -> None:
    """What is registered is kept: `python -m plait_schemas release` after a change."""
    assert definitions.released(topic.name)[-1] == topic.schema


@pytest.mark.parametrize(
    ("topic", "writer", "reader"), RELEASES, ids=[f"{t.name}-{w + 1}-{r + 1}" for t, w, r in RELEASES]
)
def test_every_release_reads_every_release(topic: Topic, writer: int, reader: int) -> None:
    schemas = definitions.released(topic.name)
    checker: Any = ReaderWriterCompatibilityChecker
    verdict = checker().get_compatibility(
        parse_avro(json.dumps(schemas[reader])), parse_avro(json.dumps(schemas[writer]))
    )
    assert verdict.compatibility is SchemaCompatibilityType.compatible, verdict.messages
    body = BytesIO()
    newest = writer == len(schemas) - 1  # an older one leaves out what it does not know
    fastavro.schemaless_writer(body, schemas[writer], example(topic).to_avro(), strict_allow_default=newest)
    body.seek(0)
    assert fastavro.schemaless_reader(body, schemas[writer], schemas[reader])


def test_an_enrichment_of_the_first_release_has_no_custom_tags() -> None:
    topic = topics()["collab.enrichment.v1"]
    first, current = definitions.released(topic.name)[0], example(topic)
    assert isinstance(current, records.Enrichment)
    assert current.tags is not None
    assert current.tags.custom
    registry = MemoryRegistry()
    registry.schemas[99] = first
    body = BytesIO()
    fastavro.schemaless_writer(body, first, current.to_avro())
    raw = RawRecord(Partition(topic.name, 0), 0, b"k", b"\0\0\0\0\x63" + body.getvalue())
    decoded = Codec(registry, "test").decode(raw).record
    assert isinstance(decoded, records.Enrichment)
    assert decoded.tags == replace(current.tags, custom=())


def test_lint_refuses_what_the_checker_misses() -> None:
    topic = topics()["collab.message.v1"]
    broken = copy.deepcopy(topic.schema)
    fields = {field["name"]: field for field in broken["fields"]}
    fields["sent_at"]["type"] = "long"
    fields["quality"]["default"] = "high"
    fields["language"]["type"].pop("default")
    fields["text"].pop("doc")
    assert [*lint.described(broken)] == ["enum Language needs a default among its symbols", "Message.text has no doc"]
    assert [*lint.defaults(broken)] == ["Message.quality: default 'high' does not fit its type"]
    assert [*lint.logical_changes(topic.schema, broken)] == [
        "Message.sent_at: logical type timestamp-micros became None"
    ]


def test_record_with_a_newer_compatible_schema_is_read() -> None:
    topic = topics()["collab.message.v1"]
    newer = copy.deepcopy(topic.schema)
    newer["fields"].append({"name": "mood", "type": "string", "default": "", "doc": "A field of tomorrow."})
    registry = MemoryRegistry()
    registry.schemas[99] = newer
    message = example(topic)
    body = BytesIO()
    fastavro.schemaless_writer(body, newer, {**message.to_avro(), "mood": "sunny"})
    raw = RawRecord(Partition(topic.name, 0), 0, b"k", b"\0\0\0\0\x63" + body.getvalue())
    assert Codec(registry, "test").decode(raw).record == message


def test_unknown_enum_symbol_falls_back_closed() -> None:
    topic = topics()["collab.message.v1"]
    newer = copy.deepcopy(topic.schema)
    (scope,) = [t for t in definitions.named_types(newer) if t["name"] == "AudienceScope"]
    scope["symbols"].append("guests")
    registry = MemoryRegistry()
    registry.schemas[99] = newer
    message = example(topic)
    data = message.to_avro()
    data["audience"] = {"scope": "guests", "group": None}
    body = BytesIO()
    fastavro.schemaless_writer(body, newer, data)
    raw = RawRecord(Partition(topic.name, 0), 0, b"k", b"\0\0\0\0\x63" + body.getvalue())
    decoded = Codec(registry, "test").decode(raw).record
    assert isinstance(decoded, records.Message)
    assert decoded.audience.scope is records.AudienceScope.NOBODY


def test_asyncapi_document_names_every_topic() -> None:
    document = yaml.safe_load(definitions.PACKAGE.joinpath("asyncapi.yaml").read_text("utf-8"))
    shape = {
        "type": "object",
        "required": ["asyncapi", "info", "channels", "operations", "components"],
        "properties": {"asyncapi": {"const": "3.0.0"}, "channels": {"minProperties": len(EVERY)}},
    }
    validate(document, shape)
    assert {channel["address"] for channel in document["channels"].values()} == set(topics())
