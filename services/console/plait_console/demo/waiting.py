"""When the week is over: everything has arrived, Plait's services have read it, and nothing more comes."""

import time
from collections.abc import Callable, Mapping

from plait_console.demo.replay import Sent
from plait_console.demo.watcher import Watcher
from plait_console.lag import lags
from plait_shared.bus import Partition
from plait_shared.bystander import Extent

QUIET_S = 3.0
"""Nothing more may come for so long once everything is read: alerts follow what was read by a second or two."""

LOOK_EVERY_S = 1.0
GROUPS = {
    "plait-inference-stream": "collab.message.v1",
    "plait-inference-summaries": "collab.summary-request.v1",
    "plait-inference-questions": "collab.answer-request.v1",
    "plait-knowledge-graph": "collab.message.v1",
    "plait-notification": "collab.enrichment.v1",
    "plait-notification-windows": "collab.enrichment.v1",
}
"""The groups of Plait's services, each with the topic that it reads from the first record on."""

Kept = Mapping[str, Mapping[Partition, int]]


class Waiting:
    """``ask`` gives what the groups with members have committed.

    It is asked at the beginning, and then only when everything else is there. Who reads along at any time is waited
    for: a service that is just starting again has no member for a while.
    """

    def __init__(
        self, watcher: Watcher, sent: Sent, ask: Callable[[], Kept], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._watcher = watcher
        self._sent = sent
        self._ask = ask
        self._clock = clock
        self._asked_s = float("-inf")
        self._behind: list[str] = []
        self._since_s: float | None = None
        self._readers: set[str] = set()

    def begin(self) -> None:
        """Note who is there to read."""
        self._readers = GROUPS.keys() & self._ask().keys()

    def lines(self) -> list[str]:
        """What is still to come, a line each; of the services, as of the last look."""
        return self._absent() or self._behind

    def over(self) -> bool:
        """Look again; whether all is read and has been quiet since. Raises what made the watcher give up."""
        self._watcher.check()
        now = self._clock()
        if self._absent():
            self._since_s = None
            return False
        if now - self._asked_s >= LOOK_EVERY_S:
            self._asked_s = now
            kept = self._ask()
            self._readers |= GROUPS.keys() & kept.keys()
            away = sorted(self._readers - kept.keys())
            self._behind = [f"readers: {group} is away" for group in away] or behind(kept, self._watcher.extents())
        if self._behind:
            self._since_s = None
            return False
        if self._since_s is None:
            self._since_s = now
        return min(now - self._since_s, self._watcher.quiet_s()) > QUIET_S

    def _absent(self) -> list[str]:
        refused = self._sent.refused
        lines = [f"ingest refused {len(refused)} events: {refused[0]}"] if refused else []
        return lines + self._watcher.arrivals.missing(self._sent.message_ids)


def behind(kept: Kept, extents: Mapping[Partition, Extent]) -> list[str]:
    """One line that names the services which have not read everything, none when all have; others are passed over."""
    own = {group: kept[group] or {Partition(first, 0): 0} for group, first in GROUPS.items() if group in kept}
    late: dict[str, int] = {}
    for groups in lags(own, extents).values():
        for group, records in groups.items():
            late[group] = late.get(group, 0) + records
    named = ", ".join(f"{group} by {records}" for group, records in sorted(late.items()) if records)
    return [f"readers: records are not read yet: {named}"] if named else []
