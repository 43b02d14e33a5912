"""One loss for all tasks; a task that an example does not know costs nothing."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional as F

from plait_inference.labels import BIO, INTENTS, SINGLE
from plait_inference.models.heads import Outputs

UNKNOWN: Final = -100
REQUEST: Final = INTENTS.index("request")
COMMITMENT: Final = INTENTS.index("commitment")
SINGLE_WEIGHT: Final = {"sentiment": 0.5, "urgency": 0.5, "topic": 0.5, "harm": 0.5}
SMOOTHING: Final = 0.05
INTENT_SHARE: Final = 1 / 3
TOKEN_WEIGHT: Final = 3.0
"""Most tokens are easy, so that the mean over them is small beside the other losses."""


@dataclass(frozen=True, slots=True)
class Targets:
    """What is known of a batch.

    ``intents: float [batch, 12]``, rows of -1 when unknown; ``tags: int64 [batch, seq]``,
    ``UNKNOWN`` on padding and prefix; ``open_tags: bool [batch, 19]``: tags that an ``O``
    of this source may hide; ``singles[task]: int64 [batch]``; ``acts: float [batch]``, -1
    when unknown.
    """

    intents: Tensor
    tags: Tensor
    open_tags: Tensor
    singles: dict[str, Tensor]
    acts: Tensor


def total_loss(out: Outputs, targets: Targets, weights: dict[str, Tensor]) -> Tensor:
    """The weighted sum; ``weights[task]`` are class weights of the single-label tasks.

    Nothing here asks the device whether anything is known: a question a loss would be most of the time of a step.
    """
    loss = intent_loss(out.intents, targets.intents) + TOKEN_WEIGHT * token_loss(out.tokens, targets)
    loss = loss + 0.5 * act_loss(out.intents, targets.acts)
    for task in SINGLE:
        loss = loss + SINGLE_WEIGHT[task] * single_loss(out.singles[task], targets.singles[task], weights.get(task))
    return loss


def intent_loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Binary cross entropy, summed over labels and averaged over the annotated rows."""
    smooth = wanted * (1 - SMOOTHING) + SMOOTHING / 4
    loss = F.binary_cross_entropy_with_logits(logits, smooth, reduction="none")
    return _mean(loss.sum(-1), wanted[:, 0] >= 0) * INTENT_SHARE


def act_loss(logits: Tensor, acts: Tensor) -> Tensor:
    """Noisy or: ``P(request or commitment) = 1 - (1 - p)(1 - q)``; no act means neither."""
    pair = logits[:, [REQUEST, COMMITMENT]]
    log_none = F.logsigmoid(-pair).sum(-1)
    log_any = torch.log(-torch.expm1(log_none.clamp(max=-1e-4)))
    return _mean(-(acts * log_any + (1 - acts) * log_none), acts >= 0)


def single_loss(logits: Tensor, wanted: Tensor, weight: Tensor | None) -> Tensor:
    """Cross entropy, weighted by class and smoothed, averaged over the rows that have a label."""
    loss = F.cross_entropy(
        logits, wanted, weight=weight, ignore_index=UNKNOWN, label_smoothing=SMOOTHING, reduction="sum"
    )
    known = wanted != UNKNOWN
    counts = known if weight is None else known * weight[wanted.clamp(min=0)]
    return loss / counts.sum().clamp(min=1e-6)


def token_loss(logits: Tensor, targets: Targets) -> Tensor:
    """Cross entropy a token; ``O`` of a partly annotated source means "none of its labels"."""
    log_probs = logits.log_softmax(-1)
    gold = log_probs.gather(-1, targets.tags.clamp(min=0)[..., None])[..., 0]
    hidden = targets.open_tags[:, None, :].expand_as(log_probs)
    outside = log_probs.masked_fill(~hidden, -1e4).logsumexp(-1)
    return _mean(-torch.where(targets.tags == 0, outside, gold), targets.tags != UNKNOWN)


def _mean(values: Tensor, known: Tensor) -> Tensor:
    """Over what is known; 0 when nothing is."""
    return (values * known).sum() / known.sum().clamp(min=1)


def open_tags(labels: frozenset[str]) -> list[bool]:
    """Which tags an ``O`` may stand for, when only ``labels`` are annotated."""
    return [tag == "O" or tag[2:] not in labels for tag in BIO]
