"""Every tag from the hidden states: label attention over tokens, then linear layers."""

from dataclasses import dataclass
from typing import Final, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from plait_inference.labels import BIO, INTENTS, QUERIES, SINGLE

LOUD: Final = 2.0
"""What a token that is all of the soft maximum adds to an intent, beside what attention adds; by trial on the dev part:
of the cited sentences, 88 in 100 are those without which the tag loses most, with 1.0 86, with 0.0 81."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Logits of a batch.

    ``intents [batch, 12]``, ``tokens [batch, seq, 19]``, ``singles[task] [batch, labels]``,
    ``support [batch, seq, 16]``: what each token adds to each intent, then to the likeliest label of each task of
    ``SINGLE``; it may be negative.
    """

    intents: Tensor
    tokens: Tensor
    singles: dict[str, Tensor]
    support: Tensor


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
        said = self.local(hidden).masked_fill(~mask[..., None], -1e4)
        seen = torch.einsum("bsq,bsh->bqh", attention, hidden)
        mean = masked_mean(hidden, mask)[:, None, :].expand_as(seen)
        both = torch.cat([seen, mean], dim=-1)
        count = len(INTENTS)
        singles = {task: self.singles[task](both[:, count + index]) for index, task in enumerate(SINGLE)}
        return Outputs(
            intents=torch.einsum("bqh,qh->bq", both[:, :count], self.intents)
            + self.intents_bias
            + _loudest(said, mask),
            tokens=self.tokens(hidden),
            singles=singles,
            support=self._support(hidden, attention, said, singles),
        )

    @torch.no_grad()
    def _support(self, hidden: Tensor, attention: Tensor, said: Tensor, singles: dict[str, Tensor]) -> Tensor:
        """Attention times what is seen there, in the direction of the label: the logit's own terms (arXiv:2004.10102).

        The mean over all tokens is left out, which says little about where.
        """
        width = hidden.shape[-1]
        intents = hidden @ self.intents[:, :width].T
        likeliest = [
            cast("Tensor", self.singles[task].weight)[logits.argmax(-1), :width] for task, logits in singles.items()
        ]
        values = torch.cat([intents, torch.einsum("bsh,bqh->bsq", hidden, torch.stack(likeliest, dim=1))], dim=-1)
        return attention * values + functional.pad(LOUD * said.softmax(dim=1), (0, len(SINGLE)))


def _loudest(said: Tensor, mask: Tensor) -> Tensor:
    """A soft maximum over tokens: one sentence among several is enough for an intent."""
    return said.logsumexp(dim=1) - 0.5 * mask.sum(1, keepdim=True).log()


def masked_mean(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean over the tokens that are not padding, ``[batch, hidden]``."""
    weight = mask[..., None].to(hidden.dtype)
    return (hidden * weight).sum(1) / weight.sum(1).clamp(min=1.0)
