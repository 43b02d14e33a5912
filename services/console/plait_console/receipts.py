"""What ingest says to what it is sent."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """An event that ingest has taken, or had taken before: ``status`` is ``accepted`` or ``duplicate``."""

    id: str
    message_id: str | None
    status: str


@dataclass(frozen=True, slots=True)
class Refused:
    """An event that ingest will never take; ``index`` is its place in the batch."""

    index: int
    cause: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """What ingest said to a batch."""

    accepted: tuple[Accepted, ...] = ()
    refused: tuple[Refused, ...] = ()
