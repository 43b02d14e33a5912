"""Dead letters: a refused record, whole, with its cause; and the limit that stops a service instead."""

from collections import deque
from datetime import datetime, timedelta
from hashlib import sha256

from plait_schemas.ids import derived_id
from plait_schemas.records import DeadLetter, Header
from plait_shared.bus import RawRecord
from plait_shared.errors import Fatal

MINUTE = timedelta(minutes=1)
LARGEST_VALUE_BYTES = 2 * 1024 * 1024
"""A letter has to fit into one record itself, with the headers of what it tells about."""


def dead_letter(raw: RawRecord, error: Exception, stage: str, version: str, now: datetime) -> DeadLetter:
    """The letter for a record that a stage refused; the same record and stage give the same id."""
    topic, number = raw.partition
    cause, value = str(error) or repr(error), raw.value
    if value is not None and len(value) > LARGEST_VALUE_BYTES:
        digest = sha256(value).hexdigest()
        cause += f" (the value's {len(value)} bytes, SHA-256 {digest}, are cut; the whole record is at its offset)"
        value = value[:LARGEST_VALUE_BYTES]
    return DeadLetter(
        id=derived_id("dead-letter", stage, topic, number, raw.offset),
        stage=stage,
        topic=topic,
        partition=number,
        offset=raw.offset,
        key=raw.key,
        value=value,
        headers=tuple(Header(name=name, value=value) for name, value in raw.headers),
        error=type(error).__name__,
        cause=cause,
        code_version=version,
        occurred_at=now,
    )


class DeadLetterLimit:
    """Counts refusals over the last minute. When nearly everything is refused, the fault is here, not there."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: deque[datetime] = deque()

    def check(self, letters: int, now: datetime) -> None:
        """Raise Fatal when this many more would be over the limit within a minute."""
        while self._times and now - self._times[0] > MINUTE:
            self._times.popleft()
        if len(self._times) + letters > self._per_minute:
            raise Fatal(
                f"more than {self._per_minute} records refused within a minute; stopping before more is set aside. "
                "Look at `plait dlq list`, then raise PLAIT_DEAD_LETTERS_PER_MINUTE if they are all really bad"
            )

    def add(self, letters: int, now: datetime) -> None:
        """Count refusals that were committed."""
        self._times.extend([now] * letters)
