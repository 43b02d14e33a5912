"""The model behind a lock and a memory: shared by the lanes, a text that was read is not read again."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import sha256

from prometheus_client import CollectorRegistry, Counter, Histogram

from plait_inference.batching import BatchBudget
from plait_inference.engine import read_all
from plait_inference.models.protocol import TagModel
from plait_inference.reading import Reading
from plait_schemas.records import Model
from plait_shared.errors import BadRecord


class LockedModel:
    """A model for several threads; the lock is held for one pass, so that a short request waits for one at most."""

    def __init__(self, model: TagModel) -> None:
        self._model = model
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def revision(self) -> str:
        """The model's revision."""
        return self._model.revision

    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text."""
        with self._lock:
            return self._model.lengths(texts)

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a text."""
        with self._lock:
            return self._model.encode(texts)


class CachingReader:
    """Reads with token-budget batches; keeps the last readings by hash of the text, never the text itself."""

    def __init__(self, model: TagModel, budget: BatchBudget, cache_entries: int, registry: CollectorRegistry) -> None:
        self._model = model
        self._budget = budget
        self._entries = cache_entries
        self._cache: OrderedDict[bytes, Reading] = OrderedDict()
        self._lock = threading.Lock()
        self._hits = Counter("plait_reading_cache_hits", "Texts that were known", registry=registry)
        self._misses = Counter("plait_reading_cache_misses", "Texts that were read", registry=registry)
        self._seconds = Histogram("plait_model_seconds", "Time to read the texts of a batch", registry=registry)

    @property
    def model(self) -> Model:
        """The model in use."""
        return Model(name=self._model.name, revision=self._model.revision)

    def read(self, texts: Sequence[str]) -> list[Reading | BadRecord]:
        """A reading, or why there is none, for each text, in order."""
        keys = [sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts]
        found: dict[bytes, Reading | BadRecord] = {key: hit for key in keys if (hit := self._known(key)) is not None}
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in found}
        self._hits.inc(len(found))
        self._misses.inc(len(missing))
        if missing:
            with self._seconds.time():
                fresh = read_all(self._model, list(missing.values()), self._budget)
            found.update(zip(missing, fresh, strict=True))
            self._keep({key: reading for key, reading in found.items() if isinstance(reading, Reading)})
        return [found[key] for key in keys]

    def _known(self, key: bytes) -> Reading | None:
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
            return self._cache.get(key)

    def _keep(self, readings: dict[bytes, Reading]) -> None:
        with self._lock:
            self._cache.update(readings)
            while len(self._cache) > self._entries:
                self._cache.popitem(last=False)
