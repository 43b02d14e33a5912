"""Follows the control topic, in no group: every replica hears all commands in the same order."""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, Protocol

import structlog
from prometheus_client import CollectorRegistry, Counter

from plait_inference.control import CONFIGURED, Wanted, standing, wanted
from plait_schemas.catalogue import topic_of
from plait_schemas.records import Control, Model
from plait_shared.bus import Partition, RawRecord
from plait_shared.bystander import Extent
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord, Retryable

log = structlog.get_logger()
TOPIC: Final = topic_of("Control").name
POLL_S: Final = 0.5
PAUSE_S: Final = 1.0
OUTCOMES: Final = ("activated", "deactivated", "failed")


class Log(Protocol):
    """What is needed of `plait_shared.bystander.Bystander`."""

    def extents(self, topics: Sequence[str]) -> dict[Partition, Extent]:
        """First and next offset of every partition of these topics."""

    def start_at(self, offsets: Mapping[Partition, int]) -> None:
        """Read these partitions and no others, each from its offset on."""

    def poll(self, timeout_s: float) -> list[RawRecord]:
        """What came; empty when nothing came for a moment."""

    def until(self, ends: Mapping[Partition, int]) -> Iterator[RawRecord]:
        """Records before these offsets, and then no more."""


class ModelWatcher:
    """Keeps the model in use that the commands so far ask for; a command that failed is not tried again.

    ``activate`` makes a model the one in use, or raises and changes nothing.
    """

    def __init__(
        self, bystander: Log, codec: Codec, activate: Callable[[Wanted], Model], registry: CollectorRegistry
    ) -> None:
        self._log = bystander
        self._codec = codec
        self._activate = activate
        self._next: dict[Partition, int] = {}
        self._heard = 0
        self._commands = [CONFIGURED]
        self._failed: set[int] = set()
        self._in_use = CONFIGURED
        self._outcomes = Counter(
            "plait_model_activations", "Commands about the model, by what came of them", ["outcome"], registry=registry
        )
        for outcome in OUTCOMES:
            self._outcomes.labels(outcome)

    def catch_up(self) -> None:
        """Hear all commands so far and follow the latest that can be followed; raises Retryable without Kafka."""
        extents = self._log.extents([TOPIC])
        self._next = {partition: extent.beginning for partition, extent in extents.items()}
        self._log.start_at(self._next)
        self._hear(self._log.until({partition: extent.end for partition, extent in extents.items()}))
        self._log.start_at(self._next)  # what was fetched beyond the end comes again
        self._settle()

    def run(self, stop: threading.Event) -> None:
        """Follow the topic until ``stop`` is set. Neither Kafka nor the registry needs to be there all the time."""
        lost = False
        while not stop.is_set():
            try:
                if lost:
                    self._log.start_at(self._next)
                self.turn(POLL_S)
                lost = False
            except Retryable as exc:
                lost = True
                log.warning("waiting for commands", cause=str(exc))
                stop.wait(PAUSE_S)

    def turn(self, timeout_s: float) -> None:
        """Hear what came and follow it."""
        self._hear(self._log.poll(timeout_s))
        self._settle()

    def _hear(self, records: Iterable[RawRecord]) -> None:
        for raw in records:
            try:
                record = self._codec.decode(raw).record
                found = wanted(record, self._heard + 1) if isinstance(record, Control) else None
            except BadRecord as exc:
                found = None
                self._outcomes.labels("failed").inc()
                log.error("command refused", offset=raw.offset, cause=str(exc), advice="give it with `plait model`")
            self._heard += 1
            self._next[raw.partition] = raw.offset + 1
            self._commands += [found] if found else []

    def _settle(self) -> None:
        """Try commands, the latest first, until one holds; what stands before it counts no more."""
        while (command := standing(self._commands, self._failed)) != self._in_use:
            self._follow(command)
        self._commands, self._failed = [self._in_use], set()

    def _follow(self, command: Wanted) -> None:
        if command.artefact is None and self._in_use.artefact is None:
            self._in_use = command  # it is that of the settings already
            return
        try:
            model = self._activate(command)
        except Exception as exc:
            self._failed.add(command.number)
            self._outcomes.labels("failed").inc()
            self._complain(command, exc)
            return
        self._in_use = command
        self._outcomes.labels("deactivated" if command.artefact is None else "activated").inc()
        log.info("model in use", model=model.name, revision=model.revision)

    def _complain(self, command: Wanted, exc: Exception) -> None:
        cause = next(iter(str(exc).splitlines()), "") or repr(exc)
        log.error(
            "model not changed, the one in use stays",
            wanted=command.artefact or "the one of the settings",
            revision=command.revision,
            error=type(exc).__name__,
            cause=cause,
            advice="repair that and give the command again, or take it back with `plait model deactivate`",
        )
