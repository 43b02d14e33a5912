"""Vectors of questions: asked of inference through Kafka, awaited in the database.

The answer arrives at whichever replica reads its partition; that one writes it down, and the one that asked finds it
there. So no replica needs a consumer group of its own, and a question asked twice within a day is answered at once.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import structlog

from plait_knowledge_graph.store.reader import Reader
from plait_schemas.ids import derived_id
from plait_schemas.records import AnswerRequest, AnswerWant, Audience
from plait_shared.bus import Producer
from plait_shared.codec import Codec
from plait_shared.errors import PlaitError

log = structlog.get_logger()
LOOK_EVERY_S = 0.05
SENDERS = 4


class Questions:
    """Asks for vectors and remembers the latest. ``clock`` gives aware UTC time."""

    def __init__(
        self,
        reader: Reader,
        producer: Producer,
        codec: Codec,
        clock: Callable[[], datetime],
        *,
        size: int,
        wait_s: float,
    ) -> None:
        self._reader = reader
        self._producer = producer
        self._codec = codec
        self._clock = clock
        self._size = size
        self._wait_s = wait_s
        self._known: OrderedDict[str, str] = OrderedDict()
        self._lock = threading.Lock()
        self._free = threading.Semaphore(SENDERS)
        self._senders = ThreadPoolExecutor(SENDERS, thread_name_prefix="ask-vector")

    def vector(self, workspace: str, question: str) -> str | None:
        """The question's vector as pgvector text, or None when none comes in time; never raises for an absent part."""
        id_ = derived_id("question", workspace, question)
        try:
            return self._recall(id_) or self._look(workspace, id_) or self._ask(workspace, question, id_)
        except PlaitError as exc:
            log.warning("no vector for a question", cause=str(exc))
            return None

    def close(self) -> None:
        """Don't wait for questions that nobody waits for."""
        self._senders.shutdown(wait=False, cancel_futures=True)

    def _ask(self, workspace: str, question: str, id_: str) -> str | None:
        if not self._free.acquire(blocking=False):
            log.warning("no vector for a question", cause="too many questions at once")
            return None
        request = AnswerRequest(
            id=id_,
            workspace=workspace,
            want=AnswerWant.EMBEDDING,
            question=question,
            audience=Audience(),
            occurred_at=self._clock(),
        )
        try:
            self._senders.submit(self._send, request)
        except RuntimeError:  # `close` came first
            self._free.release()
            return None
        deadline = time.monotonic() + self._wait_s
        while time.monotonic() < deadline:
            time.sleep(LOOK_EVERY_S)
            found = self._look(workspace, id_)
            if found is not None:
                return found
        return None

    def _send(self, request: AnswerRequest) -> None:
        try:
            self._producer.send([self._codec.encode(request)])
        except PlaitError as exc:
            log.warning("question not sent", cause=str(exc))
        finally:
            self._free.release()

    def _look(self, workspace: str, id_: str) -> str | None:
        found = self._reader.vector(workspace, id_)
        if found is not None:
            with self._lock:
                self._known[id_] = found
                self._known.move_to_end(id_)
                while len(self._known) > self._size:
                    self._known.popitem(last=False)
        return found

    def _recall(self, id_: str) -> str | None:
        with self._lock:
            found = self._known.get(id_)
            if found is not None:
                self._known.move_to_end(id_)
            return found
