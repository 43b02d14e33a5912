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
    """What ingest said to a batch; ``ignored`` holds the reasons for events that say nothing, such as a reaction."""

    accepted: tuple[Accepted, ...] = ()
    refused: tuple[Refused, ...] = ()
    ignored: tuple[str, ...] = ()

    def then(self, later: "Receipt", offset: int) -> "Receipt":
        """This and the receipt of what stood in the batch from ``offset`` on."""
        refused = tuple(Refused(refusal.index + offset, refusal.cause) for refusal in later.refused)
        return Receipt(self.accepted + later.accepted, self.refused + refused, self.ignored + later.ignored)
