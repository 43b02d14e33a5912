"""What has left the ring is read from the log: as far as a page needs, and past what does not decode."""

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from plait_notification import rebuild
from plait_notification.__main__ import _backfill
from plait_notification.live import MOST_AT_ONCE, Entry, Hub
from plait_notification.view import Who
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.testing.memory import MemoryBroker, MemoryRegistry
from tests.unit.notification.world import BO, World, enriched, people

[ALERT] = World(*people(), enriched(1, "Bo?", "question", mentions=(BO,))).alerts


def test_a_far_position_reads_no_more_of_the_log_than_a_page_needs() -> None:
    read = list[int]()

    def backfill(partition: int, start: int, end: int) -> Iterator[Entry]:
        for offset in range(start, end):
            read.append(offset)
            yield Entry(partition, offset, ALERT if offset % 2 else replace(ALERT, recipient="another"))

    hub = Hub(1, backfill)
    for offset in range(1, 5001, 2):
        hub.publish(0, offset, ALERT)
    who = Who("orchard", ALERT.recipient)
    page = hub.after(who, {})
    assert [entry.offset for entry in page] == list(range(1, 2 * MOST_AT_ONCE, 2))
    assert len(read) == 2 * MOST_AT_ONCE
    assert hub.after(who, {0: page[-1].offset})[0].offset == 2 * MOST_AT_ONCE + 1


def test_what_does_not_decode_is_passed_over_in_the_log() -> None:
    codec = Codec(MemoryRegistry(), "notification")
    broker = MemoryBroker()
    broker.append(codec.encode(ALERT))
    good = broker.records("collab.alert.v1")
    raws = [replace(good[0], value=b"nonsense"), *good]

    class Log:
        def read(self, ranges: object) -> Iterator[RawRecord]:
            return iter(raws)

    found = list(_backfill(cast(rebuild.Log, Log()), codec, (0, 0, 9)))
    assert [entry.alert for entry in found] == [codec.decode(raw).record for raw in good]
