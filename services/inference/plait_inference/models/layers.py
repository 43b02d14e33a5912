"""An encoder's layers over many texts: each in a row of its own, or all in one, where nothing is spent on padding."""

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


def run_padded(layers: nn.ModuleList, hidden: Tensor, mask: Tensor) -> Tensor:
    """Apply transformer layers to ``hidden [batch, seq, hidden]``; padding (``mask`` false) is never attended to."""
    low = torch.finfo(hidden.dtype).min
    additive = torch.zeros(mask.shape, dtype=hidden.dtype, device=hidden.device)
    additive = additive.masked_fill(~mask, low)[:, None, None, :]

    def attend(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
        apart = [part.view(*mask.shape, *part.shape[1:]).transpose(1, 2) for part in (query, key, value)]
        return _attention(apart[0], apart[1], apart[2], additive).transpose(1, 2).flatten(0, 1)

    return _run(layers, hidden.flatten(0, 1), attend).view_as(hidden)


def run_unpadded(layers: nn.ModuleList, hidden: Tensor, lengths: Sequence[int]) -> Tensor:
    """Apply transformer layers to ``hidden [tokens, hidden]``, the texts' tokens one after the other.

    On a GPU in half precision alone, for which torch has the attention; on a CPU in any.
    """
    return _run(layers, hidden, _in_one_call(lengths, hidden.device) if hidden.is_cuda else _by_length(lengths))


def _run(layers: nn.ModuleList, hidden: Tensor, attend: Attend) -> Tensor:
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
            seen.append(_attention(*apart).transpose(1, 2).flatten(0, 1))
        return torch.cat(seen)

    return attend


def _attention(query: Tensor, key: Tensor, value: Tensor, additive: Tensor | None = None) -> Tensor:
    """``[batch, heads, seq, width]``; in training on a CPU always in single precision.

    There its gradient in half precision takes seven times as long, a third of a training's time.
    """
    if query.device.type != "cpu" or not torch.is_autocast_enabled("cpu"):
        return scaled_dot_product_attention(query, key, value, additive)
    with torch.autocast("cpu", enabled=False):
        return scaled_dot_product_attention(query.float(), key.float(), value.float(), additive)
