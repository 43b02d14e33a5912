"""The codec refuses what is cut short or does not fit, with one clear cause."""

import dataclasses
import json
from datetime import datetime
from typing import Any

import pytest

from plait_schemas import definitions, records, wire
from plait_schemas.catalogue import Topic, topics
from plait_schemas.jsonform import from_json
from plait_shared.bus import Outbound, Partition, RawRecord
from plait_shared.codec import PREFIX, Codec
from plait_shared.errors import BadRecord
from plait_shared.testing.memory import MemoryRegistry
from tests.builders import message

each_topic = pytest.mark.parametrize("topic", topics().values(), ids=topics().keys())
UNENDING = b"\xff" * 1_000_000


def raw(out: Outbound, value: bytes) -> RawRecord:
    return RawRecord(Partition(out.topic, 0), 0, out.key, value, out.headers)


@pytest.fixture(scope="module")
def codec() -> Codec:
    return Codec(MemoryRegistry(), "test")


@each_topic
def test_every_cut_is_refused(codec: Codec, topic: Topic) -> None:
    text = definitions.PACKAGE.joinpath(f"examples/{topic.schema_name}.json").read_text("utf-8")
    out = codec.encode(from_json(getattr(records, topic.record), json.loads(text)))
    for end in range(len(out.value)):
        with pytest.raises(BadRecord):
            codec.decode(raw(out, out.value[:end]))


@pytest.mark.parametrize(
    "start",
    [b"\x01", b"\x7f", UNENDING, b"\xfe" * 9 + b"\x02", b"\x02\xff"],
    ids=["negative length", "long negative length", "integer without end", "integer of 65 bits", "not UTF-8"],
)
def test_garbage_is_refused(codec: Codec, start: bytes) -> None:
    out = codec.encode(message(1))
    with pytest.raises(BadRecord, match="does not read as"):
        codec.decode(raw(out, out.value[: PREFIX.size] + start + out.value[PREFIX.size :]))


def test_branch_and_symbol_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="without branch 2"):
        wire.Body(wire.long(2), 0).present()
    with pytest.raises(KeyError):
        wire.Symbols(records.Change).members[-1]


def test_integer_above_64_bits_is_refused() -> None:
    for value in (2**63, -(2**63) - 1):
        with pytest.raises(OverflowError):
            wire.long(value)


@pytest.mark.parametrize(("field", "value"), [("text", 5), ("quality", "much"), ("sent_at", None), ("kind", "tweet")])
def test_value_that_does_not_fit_is_refused(codec: Codec, field: str, value: Any) -> None:
    with pytest.raises(BadRecord, match="does not fit its schema"):
        codec.encode(dataclasses.replace(message(1), **{field: value}))


def test_time_without_a_zone_counts_as_the_reference_counts_it(codec: Codec) -> None:
    sent_at = datetime(2026, 3, 3, 9, 15)  # noqa: DTZ001
    out = codec.encode(dataclasses.replace(message(1), sent_at=sent_at))
    decoded = codec.decode(raw(out, out.value)).record
    assert isinstance(decoded, records.Message)
    assert decoded.sent_at.tzinfo is not None
