"""Dead letters: a refused record, whole, with its cause; and the limit that stops a service instead."""

from collections import deque
from datetime import datetime, timedelta

from plait_schemas.ids import derived_id
from plait_schemas.records import DeadLetter, Header
from plait_shared.bus import RawRecord
from plait_shared.errors import Fatal

MINUTE = timedelta(minutes=1)


def dead_letter(raw: RawRecord, error: Exception, stage: str, version: str, now: datetime) -> DeadLetter:
    """The letter for a record that a stage refused; the same record and stage give the same id."""
    topic, number = raw.partition
    return DeadLetter(
        id=derived_id("dead-letter", stage, topic, number, raw.offset),
        stage=stage,
        topic=topic,
        partition=number,
        offset=raw.offset,
        key=raw.key,
        value=raw.value,
        headers=tuple(Header(name=name, value=value) for name, value in raw.headers),
        error=type(error).__name__,
        cause=str(error) or repr(error),
        code_version=version,
        occurred_at=now,
    )


class DeadLetterLimit:
    """Counts refusals over the last minute. When nearly everything is refused, the fault is here, not there."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: deque[datetime] = deque()

    def count(self, letters: int, now: datetime) -> None:
        """Add refusals; raises Fatal once there were more than the limit within a minute."""
        while self._times and now - self._times[0] > MINUTE:
            self._times.popleft()
        if len(self._times) + letters > self._per_minute:
            raise Fatal(
                f"more than {self._per_minute} records refused within a minute; stopping before more is set aside. "
                "Look at `plait dlq list`, then raise PLAIT_DEAD_LETTERS_PER_MINUTE if they are all really bad"
            )
        self._times.extend([now] * letters)
