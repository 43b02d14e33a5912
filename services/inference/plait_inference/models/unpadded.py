"""An encoder's layers over the tokens of many texts in one row: nothing is spent on padding."""

from collections.abc import Callable, Sequence
from itertools import accumulate, groupby
from operator import attrgetter
from typing import Any, Final, cast

import torch
from torch import Tensor, nn
from torch.nn.attention.varlen import varlen_attn
from torch.nn.functional import scaled_dot_product_attention

Attend = Callable[[Tensor, Tensor, Tensor], Tensor]
"""Queries, keys and values ``[tokens, heads, width]`` of all texts to what each token saw, of the same shape."""


PARTS: Final = (
    *(f"attention.self.{part}" for part in ("query", "key", "value", "num_attention_heads", "attention_head_size")),
    "attention.output",
    "intermediate",
    "output",
)
"""What a layer is made of, as transformers names it."""


def has_known_parts(layer: object) -> bool:
    """Whether a layer can be run here."""
    try:
        attrgetter(*PARTS)(layer)
    except AttributeError:
        return False
    return True


def run_unpadded(layers: nn.ModuleList, hidden: Tensor, lengths: Sequence[int]) -> Tensor:
    """Apply transformer layers to ``hidden [tokens, hidden]``, the texts' tokens one after the other.

    On a GPU in half precision alone, for which torch has the attention; on a CPU in any.
    """
    attend = _in_one_call(lengths, hidden.device) if hidden.is_cuda else _by_length(lengths)
    layer: Any
    for layer in layers:
        own = layer.attention.self
        heads = (-1, own.num_attention_heads, own.attention_head_size)
        query, key, value = (part(hidden).view(heads) for part in (own.query, own.key, own.value))
        hidden = layer.attention.output(attend(query, key, value).flatten(1), hidden)
        hidden = layer.output(layer.intermediate(hidden), hidden)
    return hidden


def _in_one_call(lengths: Sequence[int], device: torch.device) -> Attend:
    bounds = torch.tensor([0, *accumulate(lengths)], dtype=torch.int32, device=device)
    longest = max(lengths)

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        return cast("Tensor", varlen_attn(query, key, value, bounds, bounds, longest, longest))

    return attend


def _by_length(lengths: Sequence[int]) -> Attend:
    runs = [(length, len(list(same))) for length, same in groupby(lengths)]
    sizes = [length * count for length, count in runs]

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        parts = zip(runs, *(torch.split(given, sizes) for given in (query, key, value)), strict=True)
        seen = []
        for run, *three in parts:
            apart = (part.unflatten(0, run[::-1]).transpose(1, 2) for part in three)
            seen.append(scaled_dot_product_attention(*apart).transpose(1, 2).flatten(0, 1))
        return torch.cat(seen)

    return attend
