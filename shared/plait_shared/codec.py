"""Records ↔ bytes: Avro in the Confluent wire format under CloudEvents 1.0 binary headers.

Wire format: byte 0, schema id as big-endian uint32, Avro body (Confluent, "Wire format").
Headers: CloudEvents Kafka protocol binding 1.0.2, section 3.2, binary content mode.

Bodies under the current schema are written and read by the generated `plait_schemas.bodies`, in a quarter to a half of
fastavro's time. fastavro resolves bodies under other schemas, and names the field that does not fit.
"""

import struct
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Generic, TypeVar

import fastavro

from plait_schemas import records
from plait_schemas.bodies import READERS, WRITERS
from plait_schemas.catalogue import Topic, topic_of, topics
from plait_schemas.ids import record_key
from plait_schemas.records import Record
from plait_schemas.wire import Body
from plait_shared.bus import Outbound, RawRecord
from plait_shared.errors import BadRecord
from plait_shared.registry import Registry

MAGIC = 0
PREFIX = struct.Struct(">bI")
TRACEPARENT = "traceparent"
UNFIT = (ValueError, TypeError, OverflowError, AttributeError, KeyError, struct.error)
R_co = TypeVar("R_co", bound=Record, covariant=True)


@dataclass(frozen=True, slots=True)
class Received(Generic[R_co]):
    """A decoded record with the raw one that it came from."""

    record: R_co
    raw: RawRecord

    @property
    def traceparent(self) -> str | None:
        """W3C trace context of the record, when it has one."""
        return next((v.decode("ascii", "replace") for k, v in self.raw.headers if k == TRACEPARENT), None)


class Codec:
    """Encodes and decodes every record of the catalogue; ``source`` is the service, for ``ce_source``."""

    def __init__(self, registry: Registry, source: str) -> None:
        self._registry = registry
        self._source = f"/plait/{source}".encode()
        self._parsed = {topic.name: fastavro.parse_schema(topic.schema) for topic in topics().values()}
        self._types: dict[str, type[Record]] = {t.name: getattr(records, t.record) for t in topics().values()}
        self._readers = {topic.name: READERS[topic.record] for topic in topics().values()}
        self._writers: dict[tuple[int, str], Any] = {}
        self._ids: dict[str, int] = {}

    def encode(self, record: Record, traceparent: str | None = None) -> Outbound:
        """A record ready to be written to its topic; raises BadRecord when a field does not fit the schema."""
        topic = topic_of(record.AVRO_NAME)
        value = PREFIX.pack(MAGIC, self._id(topic)) + self._body(topic, record)
        at = record.occurred_at
        return Outbound(
            topic=topic.name,
            key=record_key(record).encode(),
            value=value,
            headers=self._headers(record.id, topic.name, at, traceparent),
            timestamp_ms=max(0, int(at.timestamp() * 1000)),
        )

    def decode(self, raw: RawRecord) -> Received[Record]:
        """The record that stands in these bytes; raises BadRecord with what is wrong with them."""
        topic, value = raw.partition.topic, raw.value
        if value is None:
            raise BadRecord("the record has no value")
        if len(value) < PREFIX.size or value[0] != MAGIC:
            raise BadRecord("not in the Confluent wire format: the first byte must be 0, then a 4-byte schema id")
        (_, schema_id) = PREFIX.unpack_from(value)
        writer = self._writer(schema_id, topic)
        try:
            record, end = self._read(topic, value) if writer is None else self._resolve(topic, value, writer)
        except Exception as exc:
            raise BadRecord(f"Avro body does not read as {topic} under schema {schema_id}: {exc!r}") from exc
        if end != len(value):
            raise BadRecord(f"{len(value) - end} bytes stand behind the Avro body")
        return Received(record, raw)

    def _body(self, topic: Topic, record: Record) -> bytes:
        try:
            return WRITERS[topic.record](record)
        except UNFIT:
            pass  # fastavro converts what it can, and otherwise names the field
        body = BytesIO()
        try:
            fastavro.schemaless_writer(body, self._parsed[topic.name], record.to_avro(), strict=True)
        except UNFIT as exc:
            raise BadRecord(f"{record.AVRO_NAME} {record.id} does not fit its schema: {exc}") from exc
        return body.getvalue()

    def _read(self, topic: str, value: bytes) -> tuple[Record, int]:
        body = Body(value, PREFIX.size)
        record = self._readers[topic](body)
        if body.at > len(value):
            raise EOFError("the last value is cut short")
        return record, body.at

    def _resolve(self, topic: str, value: bytes, writer: Any) -> tuple[Record, int]:
        body = BytesIO(value)
        body.seek(PREFIX.size)
        data: Any = fastavro.schemaless_reader(body, writer, self._parsed[topic])
        return self._types[topic].from_avro(data), body.tell()

    def _id(self, topic: Topic) -> int:
        if topic.name not in self._ids:
            self._ids[topic.name] = self._registry.id_of(topic.subject, topic.schema)
        return self._ids[topic.name]

    def _writer(self, schema_id: int, topic: str) -> Any:
        """The parsed schema with this id, None where it is the topic's current one."""
        if (schema_id, topic) not in self._writers:
            writer = fastavro.parse_schema(self._registry.schema(schema_id))
            self._writers[schema_id, topic] = None if writer == self._parsed[topic] else writer
        return self._writers[schema_id, topic]

    def _headers(self, id_: str, type_: str, at: datetime, trace: str | None) -> tuple[tuple[str, bytes], ...]:
        headers = (
            ("ce_specversion", b"1.0"),
            ("ce_id", id_.encode()),
            ("ce_type", type_.encode()),
            ("ce_source", self._source),
            ("ce_time", at.isoformat().encode()),
            ("content-type", b"application/avro"),
        )
        return headers if trace is None else (*headers, (TRACEPARENT, trace.encode()))
