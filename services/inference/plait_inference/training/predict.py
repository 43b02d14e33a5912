"""What the network says of annotated messages, before thresholds and temperatures."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from plait_inference.labels import INTENT_TASK, SINGLE
from plait_inference.models.tagger import Tagger
from plait_inference.training.examples import Example
from plait_inference.training.features import collate, featurize

BATCH: Final = 32
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Raw:
    """Logits: of intents ``[messages, 12]``, of each single-label task ``[messages, labels]``."""

    intents: Floats
    singles: dict[str, Floats]

    def probabilities(self, task: str, temperature: float = 1.0) -> Floats:
        """Of each label: by itself for intents, else of all labels of the task."""
        if task == INTENT_TASK:
            return np.asarray(1 / (1 + np.exp(-self.intents / temperature)))
        scaled = np.exp(self.singles[task] / temperature)
        return np.asarray(scaled / scaled.sum(axis=1, keepdims=True))

    def rows(self, rows: Sequence[int]) -> "Raw":
        """Those messages alone."""
        chosen = list(rows)
        return Raw(self.intents[chosen], {task: values[chosen] for task, values in self.singles.items()})


@torch.inference_mode()
def predict(tagger: Tagger, examples: Sequence[Example]) -> Raw:
    """Raw outputs for ``examples``, in order."""
    features = featurize(tagger.tokenizer, examples)
    intents: list[Floats] = []
    singles: dict[str, list[Floats]] = {task: [] for task in SINGLE}
    for start in range(0, len(features), BATCH):
        batch = collate(features[start : start + BATCH], int(tagger.tokenizer.pad_token_id or 0))
        out, _ = tagger.engine.run(batch.input_ids, batch.mask)
        intents.append(out.intents.double().cpu().numpy())
        for task, logits in out.singles.items():
            singles[task].append(logits.double().cpu().numpy())
    return Raw(np.concatenate(intents), {task: np.concatenate(rows) for task, rows in singles.items()})
