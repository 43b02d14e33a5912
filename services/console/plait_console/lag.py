"""How far every consumer group is behind the ends of the topics."""

from collections.abc import Mapping

from kafka.admin import GroupState

from plait_console.settings import ConsoleSettings
from plait_shared.bus import Partition
from plait_shared.bystander import Extent
from plait_shared.kafka import administrator

LIVING = (GroupState.STABLE, GroupState.PREPARING_REBALANCE, GroupState.COMPLETING_REBALANCE)


def committed(settings: ConsoleSettings, *, living: bool = False) -> dict[str, dict[Partition, int]]:
    """Group → partition → next offset, for every group that keeps its offsets in Kafka, or only those with members."""
    with administrator(settings, "reading groups") as admin:
        states = LIVING if living else None
        groups = [str(group["group_id"]) for group in admin.list_groups(states_filter=states)]
        kept = admin.list_group_offsets(groups) if groups else {}
    return {
        group: {Partition(p.topic, p.partition): int(offset.offset) for p, offset in offsets.items()}
        for group, offsets in kept.items()
    }


def lags(kept: Mapping[str, Mapping[Partition, int]], extents: Mapping[Partition, Extent]) -> dict[str, dict[str, int]]:
    """Topic → group → records behind the end; a partition without a committed offset is behind by all of it."""
    behind: dict[str, dict[str, int]] = {}
    for group, offsets in kept.items():
        for topic in {partition.topic for partition in offsets}:
            own = {partition: extent for partition, extent in extents.items() if partition.topic == topic}
            if own:
                late = sum(max(0, e.end - max(e.beginning, offsets.get(p, 0))) for p, e in own.items())
                behind.setdefault(topic, {})[group] = late
    return behind
