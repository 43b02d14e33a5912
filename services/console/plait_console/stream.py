"""Reads topics as a person looks at them: all partitions, from the beginning or from now on."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Self

from plait_console.settings import ConsoleSettings
from plait_schemas.catalogue import topics
from plait_shared.bus import Partition, RawRecord
from plait_shared.bystander import POLL_S, Bystander, Extent
from plait_shared.errors import BadRecord

BOOTSTRAP_S = 5.0
"""A person waits: Kafka answers at once, or it is away."""


class Stream:
    """All partitions of some topics, read from one place on; raises Retryable when Kafka is away.

    ``last`` begins so many offsets before the end of each partition, instead of at the end.
    """

    def __init__(self, settings: ConsoleSettings, names: Sequence[str], *, from_beginning: bool, last: int = 0) -> None:
        settings.need("kafka_bootstrap")
        self._names = names
        with ExitStack() as closing:
            self._bystander = closing.enter_context(Bystander(settings, patience_s=BOOTSTRAP_S))
            extents = self.extents()
            starts = {p: e.beginning if from_beginning else e.end - last for p, e in extents.items()}
            self._bystander.start_at({p: max(start, extents[p].beginning) for p, start in starts.items()})
            closing.pop_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Leave; nothing is kept."""
        self._bystander.close()

    def poll(self, timeout_s: float = POLL_S) -> list[RawRecord]:
        """What came, in order within a partition; empty when nothing came for a moment."""
        return self._bystander.poll(timeout_s)

    def follow(self) -> Iterator[RawRecord]:
        """Records as they come, for ever."""
        while True:
            yield from self.poll()

    def to_end(self) -> Iterator[RawRecord]:
        """What stands on the topics now, and then no more. Across partitions in no particular order."""
        return self._bystander.until({partition: extent.end for partition, extent in self.extents().items()})

    def extents(self) -> dict[Partition, Extent]:
        """First and next offset of every partition as of now."""
        return self._bystander.extents(self._names)


def topic_name(name: str) -> str:
    """The topic that a short name means: ``enrichment`` is ``collab.enrichment.v1``. Raises BadRecord."""
    known = list(topics())
    matches = [topic for topic in known if name in (topic, topic.split(".")[1])]
    if not matches:
        short = ", ".join(topic.split(".")[1] for topic in known)
        raise BadRecord(f"there is no topic {name} in the catalogue; there are {short}")
    return matches[-1]
