"""Every tag from the hidden states: label attention over tokens, then linear layers."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from plait_inference.labels import BIO, INTENTS, QUERIES, SINGLE


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits of a batch.

    ``intents [batch, 12]``, ``tokens [batch, seq, 19]``, ``singles[task] [batch, labels]``,
    ``attention [batch, seq, 16]``: where each intent, then each task of ``SINGLE`` looked, sums to 1 over ``seq``.
    """

    intents: Tensor
    tokens: Tensor
    singles: dict[str, Tensor]
    attention: Tensor


class Heads(nn.Module):
    """One attention query an intent and a single-label task; tokens have a linear layer."""

    def __init__(self, hidden: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.queries = nn.Linear(hidden, QUERIES)
        self.local = nn.Linear(hidden, len(INTENTS))
        self.intents = nn.Parameter(torch.randn(len(INTENTS), 2 * hidden) * 0.02)
        self.intents_bias = nn.Parameter(torch.full((len(INTENTS),), -1.5))
        self.singles = nn.ModuleDict({task: nn.Linear(2 * hidden, len(labels)) for task, labels in SINGLE.items()})
        self.tokens = nn.Linear(hidden, len(BIO))

    def forward(self, hidden: Tensor, mask: Tensor) -> Outputs:
        """``hidden: float [batch, seq, hidden]``, ``mask: bool [batch, seq]``."""
        hidden = self.dropout(hidden.float())
        attention = self.queries(hidden).masked_fill(~mask[..., None], -1e9).softmax(dim=1)
        seen = torch.einsum("bsq,bsh->bqh", attention, hidden)
        mean = masked_mean(hidden, mask)[:, None, :].expand_as(seen)
        both = torch.cat([seen, mean], dim=-1)
        count = len(INTENTS)
        return Outputs(
            intents=torch.einsum("bqh,qh->bq", both[:, :count], self.intents)
            + self.intents_bias
            + self._loudest(hidden, mask),
            tokens=self.tokens(hidden),
            singles={task: self.singles[task](both[:, count + index]) for index, task in enumerate(SINGLE)},
            attention=attention,
        )

    def _loudest(self, hidden: Tensor, mask: Tensor) -> Tensor:
        """A soft maximum over tokens: one sentence among several is enough for an intent."""
        said = self.local(hidden).masked_fill(~mask[..., None], -1e4)
        loudest: Tensor = said.logsumexp(dim=1)
        return loudest - 0.5 * mask.sum(1, keepdim=True).log()


def masked_mean(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens that are not padding, ``[batch, hidden]``."""
    weight = mask[..., None].to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
