"""Which partitions are ours, by the database's word: a claim fences whoever held the partition before."""

import threading
from collections.abc import Iterable, Mapping
from typing import Protocol

from plait_knowledge_graph.store.database import Database
from plait_knowledge_graph.store.delivery import Claim, claim
from plait_shared.bus import Partition, RawRecord


class Ownership:
    """Claims and positions of this replica; the consumer's listener, which may call from its own thread."""

    def __init__(self, database: Database, group: str) -> None:
        self._database = database
        self.group = group
        self._claims: dict[Partition, Claim] = {}
        self._lock = threading.Lock()

    def assigned(self, partitions: frozenset[Partition]) -> Mapping[Partition, int]:
        """Claim new partitions; returns where the database says that reading goes on."""
        with self._database.transaction("claiming partitions") as connection:
            claims = claim(connection, self.group, partitions)
        with self._lock:
            self._claims.update(claims)
        return {p: one.next_offset for p, one in claims.items() if one.next_offset is not None}

    def revoked(self, partitions: frozenset[Partition]) -> None:
        """Forget partitions that are no longer ours."""
        with self._lock:
            for partition in partitions:
                self._claims.pop(partition, None)

    def unclaimed(self, partitions: Iterable[Partition]) -> frozenset[Partition]:
        """Those that we read without a claim, because the database was away when they were assigned."""
        return frozenset(partitions) - self._claims.keys()

    def seen(self, raw: RawRecord) -> bool:
        """Whether the database has this record's effects already."""
        held = self._claims.get(raw.partition)
        return held is not None and held.next_offset is not None and raw.offset < held.next_offset

    def epochs(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """Our epoch of each partition."""
        return {partition: self._claims[partition].epoch for partition in partitions}

    def advanced(self, offsets: Mapping[Partition, int]) -> None:
        """Remember what was committed."""
        with self._lock:
            for partition, offset in offsets.items():
                self._claims[partition] = Claim(self._claims[partition].epoch, offset)


class KeepsOffsets(Protocol):
    """The part of a consumer that is told where `rewind` goes when something else keeps the offsets."""

    def kept_elsewhere(self, offsets: Mapping[Partition, int]) -> None:
        """Remember offsets that something else keeps."""
        ...

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Keep offsets in Kafka too, for the tools that show the lag."""
        ...
