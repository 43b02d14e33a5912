"""What the embedding must not lose: the untouched trunk's own vectors of the texts that are trained on."""

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import Tensor

from plait_inference.models.backbone import Trunk
from plait_inference.models.heads import masked_mean
from plait_inference.models.layers import run_padded
from plait_inference.training.features import Feature, collate

BATCH: Final = 64


class Vectors:
    """The trunk's vector of each feature, read once; texts of the same ids share one."""

    def __init__(self, trunk: Trunk, features: Sequence[Feature], device: torch.device) -> None:
        texts = {feature.ids: feature for feature in features}
        ordered = sorted(texts.values(), key=lambda feature: len(feature.ids))
        self._rows = {feature.ids: row for row, feature in enumerate(ordered)}
        chunks = [ordered[at : at + BATCH] for at in range(0, len(ordered), BATCH)]
        self._vectors = torch.cat([_read(trunk, chunk, device) for chunk in chunks])

    def of(self, features: Sequence[Feature]) -> Tensor:
        """``float [batch, hidden]``, in their order."""
        return self._vectors[[self._rows[feature.ids] for feature in features]]


@torch.no_grad()
def _read(trunk: Trunk, features: Sequence[Feature], device: torch.device) -> Tensor:
    batch = collate(features, int(trunk.tokenizer.pad_token_id or 0))
    model: Any = trunk.model.to(device)
    mask = batch.mask.to(device)
    hidden = run_padded(model.encoder.layer, model.embeddings(input_ids=batch.input_ids.to(device)), mask)
    return masked_mean(hidden.float(), mask).cpu()
