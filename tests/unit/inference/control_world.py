"""The control topic in memory, as a bystander reads it, and who commands."""

from collections.abc import Iterator, Mapping, Sequence

from plait_schemas.records import Control, ControlCommand
from plait_shared.bus import Outbound, Partition, RawRecord
from plait_shared.bystander import Extent
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryBroker, MemoryRegistry
from tests.builders import NOON

TOPIC = "collab.control.v1"
CODEC = Codec(MemoryRegistry(), "test")


class MemoryLog:
    """Reads a broker's log in no group; ``fault`` of the broker is asked before each look."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._at: dict[Partition, int] = {}

    def extents(self, topics: Sequence[str]) -> dict[Partition, Extent]:
        numbers = range(self._broker.partitions)
        return {p: Extent(0, len(self._broker.logs[p])) for t in topics for n in numbers if (p := Partition(t, n))}

    def start_at(self, offsets: Mapping[Partition, int]) -> None:
        self._at = dict(offsets)

    def poll(self, timeout_s: float = 0.0) -> list[RawRecord]:
        self._broker.fault("poll")
        found = [raw for partition, at in self._at.items() for raw in self._broker.logs[partition][at:]]
        self._at = {partition: len(self._broker.logs[partition]) for partition in self._at}
        return found

    def until(self, ends: Mapping[Partition, int]) -> Iterator[RawRecord]:
        return iter([raw for raw in self.poll() if raw.offset < ends[raw.partition]])


def command(artefact: str | None, service: str = "inference", **arguments: str) -> Control:
    """To activate an artefact, or without one to deactivate."""
    what = ControlCommand.DEACTIVATE_MODEL if artefact is None else ControlCommand.ACTIVATE_MODEL
    given = arguments if artefact is None else {"artefact": artefact, **arguments}
    return Control(id=f"c-{artefact}", service=service, command=what, arguments=given, occurred_at=NOON)


def give(broker: MemoryBroker, *commands: Control | bytes) -> None:
    """Put commands, or what should be one, on the topic."""
    for one in commands:
        broker.append(Outbound(TOPIC, b"inference", one) if isinstance(one, bytes) else CODEC.encode(one))
