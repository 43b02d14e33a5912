"""Sends the week by a clock that runs faster, in order, through the doors that the tools themselves use."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

from plait_console.demo.week import Step
from plait_console.door import Door
from plait_console.events import CloudEvent, cloud_event
from plait_console.receipts import Receipt

LONGEST_PAUSE = timedelta(hours=12)
"""A longer silence, such as the weekend's, is told shorter."""

TICK_S = 0.25
MAX_BATCH = 50


@dataclass
class Sent:
    """What ingest said to the whole week; ``at`` is how far the clock of the events has come."""

    at: datetime | None = None
    steps: int = 0
    message_ids: set[str] = field(default_factory=set)
    duplicates: int = 0
    refused: list[str] = field(default_factory=list)

    def add(self, receipt: Receipt) -> None:
        """Count one answer."""
        self.message_ids |= {accepted.message_id for accepted in receipt.accepted if accepted.message_id}
        self.duplicates += sum(accepted.status == "duplicate" for accepted in receipt.accepted)
        self.refused += [refusal.cause for refusal in receipt.refused]


def schedule(steps: Sequence[Step], speed: float) -> list[tuple[float, Step]]:
    """When each step is sent, in seconds from the start; ``speed`` is seconds of the week in one of ours."""
    planned: list[tuple[float, Step]] = []
    offset_s, before = 0.0, steps[0].at if steps else None
    for step in steps:
        assert before is not None
        offset_s += min(step.at - before, LONGEST_PAUSE).total_seconds() / speed
        planned.append((offset_s, step))
        before = step.at
    return planned


def batches(planned: Iterable[tuple[float, Step]]) -> Iterator[tuple[float, list[Step]]]:
    """Neighbours that go through the same door in the same moment, in order, at most so many at once."""
    for (tick, _), rows in groupby(planned, key=lambda row: (int(row[0] / TICK_S), row[1].door)):
        together = [step for _, step in rows]
        for start in range(0, len(together), MAX_BATCH):
            yield tick * TICK_S, together[start : start + MAX_BATCH]


@dataclass(frozen=True)
class Replay:
    """The way out: ``github_secret`` empty sends GitHub's payloads as CloudEvents, as a relay would.

    ``told`` is called after each batch.
    """

    door: Door
    github_secret: str
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    told: Callable[[], None] = lambda: None

    def run(self, planned: Sequence[tuple[float, Step]], sent: Sent) -> Sent:
        """Send everything when its time has come; slower if ingest asks for it."""
        begun = self.clock()
        for offset_s, batch in batches(planned):
            self.sleep(max(0.0, begun + offset_s - self.clock()))
            self._send(batch, sent)
            sent.at = batch[-1].at
            sent.steps += len(batch)
            self.told()
        return sent

    def _send(self, batch: Sequence[Step], sent: Sent) -> None:
        if batch[0].door == "github" and self.github_secret:
            for step in batch:
                sent.add(self.door.send_github(step.event, step.delivery, step.payload, self.github_secret))
            return
        sent.add(self.door.send([as_event(step) for step in batch]))


def as_event(step: Step) -> CloudEvent:
    """A step as a CloudEvent, a webhook's payload too."""
    if step.door == "events":
        return step.payload
    return cloud_event(f"github.{step.event}", step.delivery, step.payload, source="/plait/demo", time=step.at)
