"""The model with a memory: shared by the lanes, a text that was read is not read again."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from prometheus_client import CollectorRegistry, Counter, Histogram, Info

from plait_inference.batching import BatchBudget
from plait_inference.handlers import Read
from plait_inference.meters import PassMeter
from plait_inference.models.protocol import TagModel
from plait_inference.passes import Passes
from plait_inference.reading import Reading
from plait_schemas.records import Model
from plait_shared.errors import BadRecord


class CachingReader:
    """Reads with token-budget batches; keeps the last readings by hash of the text, never the text itself."""

    def __init__(
        self,
        model: TagModel,
        budget: BatchBudget,
        cache_entries: int,
        registry: CollectorRegistry,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._passes = Passes(budget, PassMeter(registry), clock)
        self._entries = cache_entries
        self._lock = threading.Lock()
        self._hits = Counter("plait_reading_cache_hits", "Texts that were known", registry=registry)
        self._misses = Counter("plait_reading_cache_misses", "Texts that were read", registry=registry)
        self._seconds = Histogram("plait_model_seconds", "Time to read the texts of a batch", registry=registry)
        self._info = Info("plait_model", "Name and revision of the model in use", registry=registry)
        self.use(model)

    def use(self, model: TagModel) -> None:
        """Take another model from the next batch on; a batch that has begun ends with the one before."""
        in_use = _InUse(model)
        with self._lock:
            self._in_use = in_use
            self._info.info({"name": model.name, "revision": model.revision})

    def read(self, texts: Sequence[str]) -> Read:
        """A reading, or why there is none, for each text, in order, and the model that read them all."""
        with self._lock:
            in_use = self._in_use
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        hits = ((key, self._known(in_use, key)) for key in keys)
        found: dict[bytes, Reading | BadRecord] = {key: hit for key, hit in hits if hit is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        self._hits.inc(len(found))
        self._misses.inc(len(missing))
        if missing:
            with self._seconds.time():
                fresh = self._passes.read(in_use.model, list(missing.values()))
            found.update(zip(missing, fresh, strict=True))
            self._keep(in_use, {key: reading for key, reading in found.items() if isinstance(reading, Reading)})
        named = Model(name=in_use.model.name, revision=in_use.model.revision)
        return Read(named, [found[key] for key in keys])

    def _known(self, in_use: "_InUse", key: bytes) -> Reading | None:
        with self._lock:
            if key in in_use.known:
                in_use.known.move_to_end(key)
            return in_use.known.get(key)

    def _keep(self, in_use: "_InUse", readings: dict[bytes, Reading]) -> None:
        with self._lock:
            in_use.known.update(readings)
            while len(in_use.known) > self._entries:
                in_use.known.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _InUse:
    """A model with what it has read, so that no other's readings are taken for its own."""

    model: TagModel
    known: OrderedDict[bytes, Reading] = field(default_factory=OrderedDict)
