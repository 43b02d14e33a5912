"""The topics of Plait, from ``topics.yaml``, in the order of the record's way."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import yaml

from plait_schemas import definitions
from plait_schemas.definitions import Schema

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: what stands on it, who writes and reads it, and how long it stays.

    ``retention_ms`` is -1 for ever. ``key`` says how the key is made; see `plait_schemas.ids`.
    """

    name: str
    record: str
    schema_name: str
    key: str
    producer: str
    consumers: tuple[str, ...]
    partitions: int
    retention_ms: int
    cleanup: str
    why: str

    @property
    def subject(self) -> str:
        """Subject in the schema registry."""
        return f"{self.name}-value"

    @property
    def schema(self) -> Schema:
        """Current schema, self-contained."""
        return definitions.current(self.schema_name)

    @property
    def config(self) -> Mapping[str, str]:
        """Kafka topic settings that differ from the broker's defaults.

        Retention counts from when a record was written: by event time, a replayed old week would be deleted at once.
        """
        return {
            "cleanup.policy": self.cleanup,
            "retention.ms": str(self.retention_ms),
            "message.timestamp.type": "LogAppendTime",
        }


@cache
def topics() -> dict[str, Topic]:
    """All topics by name."""
    rows = yaml.safe_load(definitions.PACKAGE.joinpath("topics.yaml").read_text("utf-8"))["topics"]
    return {row["name"]: _topic(row) for row in rows}


@cache
def topic_of(record: str) -> Topic:
    """The topic that carries a record type; KeyError names an unknown one."""
    return {topic.record: topic for topic in topics().values()}[record]


def _topic(row: dict[str, object]) -> Topic:
    days = row["retention"]
    return Topic(
        name=str(row["name"]),
        record=str(row["record"]),
        schema_name=str(row["schema"]),
        key=str(row["key"]),
        producer=str(row["producer"]),
        consumers=tuple(map(str, _list(row["consumers"]))),
        partitions=int(str(row["partitions"])),
        retention_ms=-1 if days == "forever" else int(str(days)) * DAY_MS,
        cleanup=str(row["cleanup"]),
        why=str(row["why"]),
    )


def _list(value: object) -> list[object]:
    assert isinstance(value, list)
    return value
