"""What several trained networks say of the texts, for another to learn from (distillation, arXiv:1503.02531).

Public texts are annotated for one task each; here they get all tags.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from plait_inference.labels import SINGLE
from plait_inference.models.heads import Outputs
from plait_inference.models.network import Network
from plait_inference.training.distil import BATCH
from plait_inference.training.features import Feature, collate
from plait_inference.training.losses import INTENT_SHARE, SINGLE_WEIGHT, TOKEN_WEIGHT
from plait_inference.training.precision import faster

KEPT_AS: Final = torch.float16
"""What teachers say: a corpus of texts has a table of 19 probabilities a token."""


@dataclass(frozen=True, slots=True)
class Said:
    """Probabilities: ``intents [batch, 12]``, ``tokens [batch, seq, 19]``, ``singles[task] [batch, labels]``."""

    intents: Tensor
    tokens: Tensor
    singles: dict[str, Tensor]


class Lessons:
    """The mean of the teachers' probabilities for each feature; texts of the same ids share one."""

    def __init__(self, teachers: Sequence[Network], features: Sequence[Feature], pad: int) -> None:
        texts = {feature.ids: feature for feature in features}
        ordered = sorted(texts.values(), key=lambda feature: len(feature.ids))
        self._rows: dict[tuple[int, ...], Said] = {}
        for start in range(0, len(ordered), BATCH):
            chunk = ordered[start : start + BATCH]
            self._rows.update(zip((feature.ids for feature in chunk), _read(teachers, chunk, pad), strict=True))

    def of(self, features: Sequence[Feature]) -> Said:
        """In their order, tokens padded with zeros."""
        rows = [self._rows[feature.ids] for feature in features]
        tokens = torch.nn.utils.rnn.pad_sequence([row.tokens for row in rows], batch_first=True)
        singles = {task: torch.stack([row.singles[task] for row in rows]).float() for task in rows[0].singles}
        return Said(torch.stack([row.intents for row in rows]).float(), tokens.float(), singles)


def lesson_loss(out: Outputs, said: Said) -> Tensor:
    """Cross entropy to the teachers' probabilities, weighted as the losses of the tags are."""
    device = out.intents.device
    intents = functional.binary_cross_entropy_with_logits(out.intents, said.intents.to(device), reduction="none")
    tokens = said.tokens.to(device)
    loss = intents.sum(-1).mean() * INTENT_SHARE - TOKEN_WEIGHT * (
        (tokens * out.tokens.log_softmax(-1)).sum() / tokens.sum().clamp(min=1.0)
    )
    for task, weight in SINGLE_WEIGHT.items():
        loss = loss - weight * (said.singles[task].to(device) * out.singles[task].log_softmax(-1)).sum(-1).mean()
    return loss


@torch.inference_mode()
def _read(teachers: Sequence[Network], features: Sequence[Feature], pad: int) -> list[Said]:
    batch = collate(features, pad)
    device = next(teachers[0].parameters()).device
    ids, mask = batch.input_ids.to(device), batch.mask.to(device)
    with faster(device):
        hidden = [teacher.backbone(ids, mask) for teacher in teachers]
    heard = [teacher.read(said.float(), mask)[0] for teacher, said in zip(teachers, hidden, strict=True)]
    intents = _mean([out.intents.sigmoid() for out in heard])
    tokens = _mean([out.tokens.softmax(-1) for out in heard])
    singles = {task: _mean([out.singles[task].softmax(-1) for out in heard]) for task in SINGLE}
    return [
        Said(intents[row], _own(tokens[row], feature), {task: values[row] for task, values in singles.items()})
        for row, feature in enumerate(features)
    ]


def _mean(heard: list[Tensor]) -> Tensor:
    return torch.stack(heard).mean(dim=0).to("cpu", KEPT_AS)


def _own(tokens: Tensor, feature: Feature) -> Tensor:
    """Zeros at the marks around the text and at its prefix, where no teacher has learned anything."""
    own = torch.zeros_like(tokens[: len(feature.ids)])
    own[slice(*feature.own)] = tokens[slice(*feature.own)]
    return own
