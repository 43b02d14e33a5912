"""Packs fitted to whatever model reads: another model, other vectors."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final, Protocol

import structlog

from plait_inference.handlers import Read
from plait_inference.packs.fitted import Packs
from plait_inference.packs.load import fit_packs, in_use
from plait_inference.packs.pack import Pack
from plait_inference.reading import Reading
from plait_schemas.records import Model
from plait_shared.errors import BadRecord, Retryable

KEPT: Final = 2
"""A batch that has begun ends with the model before, so that two may be in use at once."""
log = structlog.get_logger()


class Reads(Protocol):
    """Reads texts, and says with which model."""

    def __call__(self, texts: Sequence[str]) -> Read: ...


class PacksInUse:
    """The packs for each model in use; fitted at once for the first, for another when its first batch comes."""

    def __init__(self, packs: Sequence[Pack], read: Reads) -> None:
        self._packs = packs
        self._read = read
        self._lock = threading.Lock()
        self._fitted: OrderedDict[str, Packs] = OrderedDict()
        if packs:
            self._fit()

    def of(self, model: Model) -> Packs:
        """The packs as that model sees them; raises Retryable when it went out of use before they were fitted."""
        if not self._packs:
            return Packs()
        with self._lock:
            if model.revision not in self._fitted:
                self._fit()
            if model.revision not in self._fitted:
                raise Retryable(f"the label packs can't be fitted: {model.name} was replaced meanwhile")
            return self._fitted[model.revision]

    def _fit(self) -> None:
        read: list[Model] = []

        def found(texts: Sequence[str]) -> list[Reading | BadRecord]:
            model, readings = self._read(texts)
            read.append(model)
            return readings

        fits = fit_packs(self._packs, found)
        for one in fits:
            log.info(
                "label pack in use",
                pack=one.pack.name,
                version=one.pack.revision,
                model=read[0].revision,
                labels=list(one.pack.labels),
                leave_one_out_accuracy=round(one.accuracy, 3),
            )
        self._fitted[read[0].revision] = in_use(fits)
        while len(self._fitted) > KEPT:
            self._fitted.popitem(last=False)
