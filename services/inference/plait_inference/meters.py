"""What an operator sees of the model, as Prometheus metrics."""

import threading
from collections.abc import Sequence
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from plait_inference.drift import MEMORY, Tally, drifts
from plait_inference.passes import Pass
from plait_inference.reading import Reading
from plait_inference.reference import Reference
from plait_schemas.records import Model

SETTLED: Final = MEMORY // 2
"""Messages of one model before its drift is shown: of fewer, chance alone would show one."""
FILLS: Final = (0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 2.0)
WAITS_S: Final = (0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)
log = structlog.get_logger()


class PassMeter:
    """Counts passes of the model."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._waits = Histogram(
            "plait_reading_wait_seconds", "Time from asking for a text to its pass", buckets=WAITS_S, registry=registry
        )
        self._fill = Histogram(
            "plait_pass_fill_ratio",
            "Tokens of a pass, padding included, over its budget",
            buckets=FILLS,
            registry=registry,
        )
        self._tokens = Counter("plait_model_tokens", "Tokens read, of each text at most a window", registry=registry)
        self._padding = Counter("plait_model_padding_tokens", "Tokens of padding", registry=registry)
        self._shortages = Counter(
            "plait_model_memory_shortages", "Passes that did not fit into memory", registry=registry
        )

    def passed(self, done: Pass) -> None:
        """A pass gave readings."""
        for _ in done.lengths:
            self._waits.observe(done.waited_s)
        self._fill.observe(done.cost / done.budget.max_tokens)
        self._tokens.inc(done.tokens)
        self._padding.inc(done.cost - done.tokens)

    def ran_out(self) -> None:
        """A pass did not fit into memory."""
        self._shortages.inc()


class DriftMeter:
    """Shows how far the labels of late are from the reference of the model in use; nothing without a reference."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._gauge = Gauge(
            "plait_model_drift", "Population stability index of the labels of late", ["task"], registry=registry
        )
        self._lock = threading.Lock()
        self._references: dict[str, Reference] = {}
        self._revision = ""
        self._tally = Tally(MEMORY)
        self._heard: tuple[Model, Sequence[Reading]] | None = None

    def know(self, reference: Reference | None) -> None:
        """Remember a reference for when its model is in use."""
        if reference is not None:
            with self._lock:
                self._references[reference.revision] = reference

    def heard(self, model: Model, readings: Sequence[Reading]) -> None:
        """What a model read in the messages of a batch; counts once the batch is `committed`."""
        if readings:  # other lanes read no messages
            self._heard = model, readings

    def committed(self) -> None:
        """The batch last heard is done with; another model than before starts anew."""
        if self._heard is None:
            return
        model, readings = self._heard
        self._heard = None
        with self._lock:
            if model.revision != self._revision:
                self._begin(model)
            for reading in readings:
                self._tally.hear(reading)
            reference = self._references.get(self._revision)
            if reference and self._tally.messages >= SETTLED:
                for task, value in drifts(reference.shares, self._tally.shares()).items():
                    self._gauge.labels(task).set(value)

    def _begin(self, model: Model) -> None:
        self._revision = model.revision
        self._tally = Tally(MEMORY)
        self._gauge.clear()
        if model.revision not in self._references:
            log.info("no drift shown", model=model.name, cause="there is no reference.json of this revision beside it")
