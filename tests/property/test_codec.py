"""Generated bodies are those of fastavro, which is the reference, both ways and for anything that may arrive."""

import types
import typing
from dataclasses import is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plait_schemas import records, wire
from plait_schemas.bodies import READERS, WRITERS
from plait_schemas.catalogue import Topic, topics
from plait_schemas.records import Record

PARSED = {topic.record: fastavro.parse_schema(topic.schema) for topic in topics().values()}
SCALARS: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=80),
    bytes: st.binary(max_size=80),
    bool: st.booleans(),
    int: st.integers(-(2**31), 2**31 - 1),
    float: st.floats(width=32, allow_nan=False),
    datetime: st.datetimes(timezones=st.just(UTC)),
}
each_topic = pytest.mark.parametrize("topic", topics().values(), ids=topics().keys())


def values(hint: Any) -> st.SearchStrategy[Any]:
    arms = typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        return st.none() | values(arms[0])
    if typing.get_origin(hint) is tuple:
        return st.lists(values(arms[0]), max_size=3).map(tuple)
    if typing.get_origin(hint) is dict:
        return st.dictionaries(values(arms[0]), values(arms[1]), max_size=3)
    if isinstance(hint, type) and is_dataclass(hint):
        fields = {name: values(of) for name, of in typing.get_type_hints(hint).items() if name != "AVRO_NAME"}
        return st.builds(hint, **fields)
    return st.sampled_from(hint) if issubclass(hint, StrEnum) else SCALARS[hint]


def reference_body(record: Record) -> bytes:
    body = BytesIO()
    fastavro.schemaless_writer(body, PARSED[record.AVRO_NAME], record.to_avro(), strict=True)
    return body.getvalue()


def reference_reading(kind: type[Record], data: bytes) -> Record:
    read: Any = fastavro.schemaless_reader(BytesIO(data), PARSED[kind.AVRO_NAME], None)
    return kind.from_avro(read)


@each_topic
@settings(max_examples=15)
@given(st.data())
def test_bodies_are_those_of_the_reference(topic: Topic, data: st.DataObject) -> None:
    record: Record = data.draw(values(getattr(records, topic.record)))
    written = WRITERS[topic.record](record)
    assert written == reference_body(record)
    body = wire.Body(written, 0)
    read = READERS[topic.record](body)
    assert read == record
    assert type(read) is type(record)
    assert body.at == len(written)
    assert reference_reading(type(record), written) == read


@each_topic
@settings(max_examples=20)
@given(st.data())
def test_what_is_read_of_damaged_bytes_is_what_the_reference_reads(topic: Topic, data: st.DataObject) -> None:
    kind: type[Record] = getattr(records, topic.record)
    damaged = bytearray(WRITERS[topic.record](data.draw(values(kind))))
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    body = wire.Body(bytes(damaged), 0)
    try:
        read = READERS[topic.record](body)
    except Exception:
        return
    if body.at <= len(damaged):
        assert WRITERS[topic.record](reference_reading(kind, bytes(damaged))) == WRITERS[topic.record](read)


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_of_64_bits(value: int) -> None:
    body = BytesIO()
    fastavro.schemaless_writer(body, "long", value)
    assert wire.long(value) == body.getvalue()
    assert wire.Body(wire.long(value), 0).long() == value


@given(st.lists(st.tuples(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=9), st.booleans())))
def test_arrays_in_any_blocks(blocks: list[tuple[list[float], bool]]) -> None:
    """Writers may cut an array into blocks, and say the size in bytes of each."""
    data = b""
    for block, sized in blocks:
        packed = wire.floats(block)[1:-1]
        data += wire.long(-len(block)) + wire.long(len(packed)) if sized else wire.long(len(block))
        data += packed
    data += b"\0"
    expected = fastavro.schemaless_reader(BytesIO(data), {"type": "array", "items": "float"}, None)
    assert list(wire.Body(data, 0).floats()) == expected
