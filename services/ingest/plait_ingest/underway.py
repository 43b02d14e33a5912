"""Writes that have begun: a repeat waits for the first, also when whoever sent that one has given up."""

import threading
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from functools import partial

from plait_ingest.limits import Recent
from plait_shared.bus import Outbound, Producer
from plait_shared.errors import Retryable


class Underway:
    """Records on their way to Kafka by id; those that arrive are remembered in ``recent``."""

    def __init__(self, recent: Recent) -> None:
        self._recent = recent
        self._writes: dict[str, Future[None]] = {}
        self._lock = threading.Lock()

    def send(self, producer: Producer, records: Mapping[str, Outbound], timeout_s: float) -> None:
        """Write what is neither there nor under way; returns once all of ``{id: record}`` is acknowledged.

        Raises Retryable after ``timeout_s``; what was begun goes on, and the same records sent again wait for it.
        """
        mine, all_ = self._claim(records)
        for (id_, own), posted in zip(mine.items(), producer.post([records[id_] for id_ in mine]), strict=True):
            posted.add_done_callback(partial(self._settle, id_, own))
        done, late = wait(all_, timeout_s)
        for write in done:
            write.result()
        if late:
            raise Retryable(f"Kafka has not acknowledged {len(late)} of {len(all_)} records in {timeout_s:g} s")

    def _claim(self, ids: Iterable[str]) -> tuple[dict[str, Future[None]], list[Future[None]]]:
        """New writes by id, which are the caller's to begin, and all that there is to wait for."""
        with self._lock:
            wanted = [id_ for id_ in ids if id_ not in self._recent]
            mine = {id_: Future[None]() for id_ in wanted if id_ not in self._writes}
            self._writes.update(mine)
            return mine, [self._writes[id_] for id_ in wanted]

    def _settle(self, id_: str, own: Future[None], posted: Future[None]) -> None:
        failure = posted.exception()
        with self._lock:
            del self._writes[id_]
            if failure is None:
                self._recent.add([id_])
        if failure is None:
            own.set_result(None)
        else:
            own.set_exception(failure)
