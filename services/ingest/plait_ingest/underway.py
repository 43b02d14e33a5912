"""Writes that have begun: a repeat waits for the first, also when whoever sent that one has given up."""

import threading
from collections.abc import Mapping
from concurrent.futures import Future, wait
from functools import partial

from prometheus_client import Counter

from plait_ingest.limits import Recent
from plait_shared.bus import Outbound, Producer
from plait_shared.errors import Overloaded, Retryable


class Underway:
    """Records on their way to Kafka by id, up to ``max_bytes``; ``recent`` and ``produced`` hear what arrives."""

    def __init__(self, recent: Recent, produced: Counter, max_bytes: int) -> None:
        self._recent = recent
        self._produced = produced
        self._max_bytes = max_bytes
        self._bytes = 0
        self._writes: dict[str, Future[None]] = {}
        self._lock = threading.Lock()

    def send(self, producer: Producer, records: Mapping[str, Outbound], timeout_s: float) -> frozenset[str]:
        """Write what is neither there nor under way; once all of ``{id: record}`` is acknowledged, the ids begun here.

        Raises Retryable after ``timeout_s``; what was begun goes on, and the same records sent again wait for it.
        Raises Overloaded where there is no room for more.
        """
        mine, all_ = self._claim(records)
        for (id_, own), posted in zip(mine.items(), producer.post([records[id_] for id_ in mine]), strict=True):
            posted.add_done_callback(partial(self._settle, id_, records[id_], own))
        done, late = wait(all_, timeout_s)
        for write in done:
            write.result()
        if late:
            raise Retryable(f"Kafka has not acknowledged {len(late)} of {len(all_)} records in {timeout_s:g} s")
        return frozenset(mine)

    def _claim(self, records: Mapping[str, Outbound]) -> tuple[dict[str, Future[None]], list[Future[None]]]:
        """New writes by id, which are the caller's to begin, and all that there is to wait for."""
        with self._lock:
            wanted = [id_ for id_ in records if id_ not in self._recent]
            mine = {id_: Future[None]() for id_ in wanted if id_ not in self._writes}
            size = sum(len(records[id_].value) for id_ in mine)
            if self._bytes and self._bytes + size > self._max_bytes:
                raise Overloaded(f"{len(self._writes)} events wait for Kafka; send this again in a second")
            self._bytes += size
            self._writes.update(mine)
            return mine, [self._writes[id_] for id_ in wanted]

    def _settle(self, id_: str, record: Outbound, own: Future[None], posted: Future[None]) -> None:
        failure = posted.exception()
        with self._lock:
            del self._writes[id_]
            self._bytes -= len(record.value)
            if failure is None:
                self._recent.add([id_])
        if failure is None:
            self._produced.labels(record.topic).inc()
            own.set_result(None)
        else:
            own.set_exception(failure)
