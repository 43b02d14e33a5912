"""Label packs fitted to each model that reads: another model, other vectors."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import structlog

from plait_inference.batching import BatchBudget
from plait_inference.models.protocol import TagModel
from plait_inference.packs.fitted import Packs
from plait_inference.packs.load import fit_packs, in_use
from plait_inference.packs.pack import Pack
from plait_inference.passes import read_all
from plait_schemas.records import Model

KEPT: Final = 2
"""A batch that has begun ends with the model before, so that two may be in use at once."""
log = structlog.get_logger()


class PacksInUse:
    """The packs for each model in use: `prepare` comes before a model reads its first batch."""

    def __init__(self, packs: Sequence[Pack], budget: BatchBudget) -> None:
        self._packs = packs
        self._budget = budget
        self._lock = threading.Lock()
        self._fitted: OrderedDict[str, Packs] = OrderedDict()

    def prepare(self, model: TagModel) -> None:
        """Fit the packs on what a model reads in their examples; raises Misconfigured for one that it can't read."""
        fits = fit_packs(self._packs, lambda texts: read_all(model, texts, self._budget))
        for one in fits:
            log.info(
                "label pack in use",
                pack=one.pack.name,
                version=one.pack.revision,
                model=model.revision,
                labels=list(one.pack.labels),
                leave_one_out_accuracy=round(one.accuracy, 3),
            )
        with self._lock:
            self._fitted[model.revision] = in_use(fits)
            self._fitted.move_to_end(model.revision)
            while len(self._fitted) > KEPT:
                self._fitted.popitem(last=False)

    def of(self, model: Model) -> Packs:
        """The packs as that model sees them; a KeyError when it was never prepared for."""
        with self._lock:
            return self._fitted[model.revision]
