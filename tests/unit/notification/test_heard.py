"""What the windows hear, and how long they wait for it."""

from dataclasses import dataclass

from plait_notification.heard import Ear
from plait_schemas.records import Record
from plait_shared.codec import Codec
from plait_shared.errors import Retryable
from plait_shared.registry import Schema
from plait_shared.testing.memory import MemoryRegistry
from tests.unit.notification.world import BO, enriched, profile


class Away(MemoryRegistry):
    """Away for the first questions."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.times = times

    def schema(self, schema_id: int) -> Schema:
        self.times -= 1
        if self.times >= 0:
            raise Retryable("away")
        return super().schema(schema_id)


@dataclass
class Message:
    topic: str
    key: bytes | None
    value: bytes | None
    partition: int = 0
    offset: int = 0


def raw(record: Record) -> Message:
    made = Codec(MemoryRegistry(), "test").encode(record)
    return Message(made.topic, made.key, made.value)


def test_it_waits_for_the_registry_and_passes_over_what_is_no_enrichment() -> None:
    ear = Ear(Codec(Away(2), "test"), pause_s=0.0)
    heard = ear.hear(raw(enriched(1)))
    assert heard is not None
    assert heard.id == enriched(1).id
    assert ear.hear(raw(profile("bo", BO))) is None
    assert ear.hear(Message("collab.enrichment.v1", b"", b"junk")) is None


def test_it_stops_waiting_when_the_service_stops() -> None:
    ear = Ear(Codec(Away(9), "test"), pause_s=0.0)
    ear.closing.set()
    assert ear.hear(raw(enriched(1))) is None
