"""The state after a restart: folded again from the topics, without a word to anyone.

What others write is folded up to where the group has committed: its alerts were written in the same transaction.
What tells about people, and what we wrote ourselves, is folded to its end, and first, so that no alert is raised
twice. The backlog behind the committed offsets is only looked at: `Positions.caught_up_at` says where it ends.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from plait_notification import handlers
from plait_notification.live import Hub
from plait_notification.settings import NotificationSettings
from plait_notification.state import State
from plait_notification.texts import Texts
from plait_schemas.records import Alert
from plait_shared.bus import Partition, RawRecord
from plait_shared.bystander import Bystander
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord

FIRST = ("collab.alert.v1", "collab.delivery.v1", "collab.membership.v1", "collab.profile.v1")
THEN = ("collab.enrichment.v1", "collab.graph-change.v1", "collab.summary.v1")
TOPICS = FIRST + THEN


@dataclass(frozen=True, slots=True)
class Positions:
    """Where the stream is when the service starts: for each partition the offset behind its last record."""

    caught_up_at: Mapping[Partition, int]


class Log:
    """Reads ranges of the log, outside any group."""

    def __init__(self, settings: NotificationSettings) -> None:
        self._settings = settings

    def read(self, ranges: Mapping[Partition, tuple[int, int]]) -> Iterator[RawRecord]:
        """Records of each partition from the first offset up to, not including, the second."""
        wanted = {partition: span for partition, span in ranges.items() if span[0] < span[1]}
        with Bystander(self._settings) as bystander:
            bystander.start_at({partition: start for partition, (start, _) in wanted.items()})
            yield from bystander.until({partition: end for partition, (_, end) in wanted.items()})

    def extent(self, topics: Sequence[str]) -> dict[Partition, tuple[int, int]]:
        """First offset and end of every partition of these topics."""
        with Bystander(self._settings) as bystander:
            return {partition: (span.beginning, span.end) for partition, span in bystander.extents(topics).items()}

    def committed(self, group: str, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """What the group has committed; a partition without is left out."""
        with Bystander(self._settings, group=group) as bystander:
            return bystander.committed(partitions)


def rebuild(log: Log, codec: Codec, state: State, texts: Texts, hub: Hub, group: str) -> Positions:
    """Fold what was handled before, and say where the rest ends."""
    extent = log.extent(TOPICS)
    committed = log.committed(group, extent)
    for topic in FIRST:
        _fold(log.read({p: span for p, span in extent.items() if p.topic == topic}), codec, state, texts, hub)
    handled, backlog = {}, {}
    for partition, (start, end) in extent.items():
        if partition.topic in THEN:
            border = min(max(start, committed.get(partition, start)), end)
            handled[partition], backlog[partition] = (start, border), (border, end)
    _fold(log.read(handled), codec, state, texts, hub)
    caught_up_at = {raw.partition: raw.offset + 1 for raw in log.read(backlog)}
    return Positions(caught_up_at)


def _fold(records: Iterator[RawRecord], codec: Codec, state: State, texts: Texts, hub: Hub) -> None:
    for raw in records:
        try:
            record = codec.decode(raw).record
        except BadRecord:
            continue  # it stands among the dead letters since it was first read
        with state.lock:
            handlers.step(state.view, texts, record, live=False)
        if isinstance(record, Alert):
            hub.publish(raw.partition.number, raw.offset, record)
