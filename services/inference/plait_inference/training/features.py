"""Examples to tensors, and the order in which they are seen."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import Tensor

from plait_inference.labels import INTENTS, SINGLE
from plait_inference.models.spans import encode
from plait_inference.models.tokens import special_ids, tokenize
from plait_inference.training.examples import Example
from plait_inference.training.losses import UNKNOWN, Targets, open_tags

MAX_IDS: Final = 192
BUCKET: Final = 16
"""Batches are cut from runs of this many batches sorted by length, to save padding."""


@dataclass(frozen=True, slots=True)
class Feature:
    """An example as numbers. ``own``: where the text's ids begin and end; ``tags``: one an id, ``UNKNOWN`` beside."""

    ids: tuple[int, ...]
    own: tuple[int, int]
    tags: tuple[int, ...]
    open_tags: tuple[bool, ...]
    intents: tuple[float, ...]
    singles: tuple[int, ...]
    acts: float


@dataclass(frozen=True, slots=True)
class Batch:
    """``input_ids: int64 [batch, seq]``, right-padded; ``mask: bool [batch, seq]``."""

    input_ids: Tensor
    mask: Tensor
    targets: Targets


def featurize(tokenizer: Any, examples: Sequence[Example]) -> list[Feature]:
    """One feature an example, cut to ``MAX_IDS`` ids."""
    begin, end = special_ids(tokenizer)
    features: list[Feature] = []
    for example, tokens in zip(examples, tokenize(tokenizer, [item.text for item in examples]), strict=True):
        lead = (*begin, *tokens.prefix_ids)
        room = MAX_IDS - len(lead) - len(end)
        ids = (*lead, *tokens.ids[:room], *end)
        if example.entities is None:
            own = [UNKNOWN] * len(tokens.ids[:room])
        else:
            own = encode(tokens.spans, example.entities, example.text)[:room]
        tags = (*[UNKNOWN] * len(lead), *own, *[UNKNOWN] * len(end))
        features.append(_feature(example, (ids, (len(lead), len(ids) - len(end))), tags))
    return features


def collate(features: Sequence[Feature], pad: int) -> Batch:
    """Pad on the right and stack."""
    width = max(len(feature.ids) for feature in features)

    def stack(rows: list[tuple[int, ...]], fill: int) -> Tensor:
        return torch.tensor([[*row, *[fill] * (width - len(row))] for row in rows])

    input_ids = stack([feature.ids for feature in features], pad)
    lengths = torch.tensor([len(feature.ids) for feature in features])
    targets = Targets(
        intents=torch.tensor([feature.intents for feature in features]),
        tags=stack([feature.tags for feature in features], UNKNOWN),
        open_tags=torch.tensor([feature.open_tags for feature in features]),
        singles={
            task: torch.tensor([feature.singles[index] for feature in features]) for index, task in enumerate(SINGLE)
        },
        acts=torch.tensor([feature.acts for feature in features]),
    )
    return Batch(input_ids, torch.arange(width)[None, :] < lengths[:, None], targets)


def batches(features: Sequence[Feature], size: int, rng: random.Random) -> list[list[Feature]]:
    """Shuffle, sort runs by length, cut, shuffle the batches."""
    order = list(features)
    rng.shuffle(order)
    run = size * BUCKET
    groups = [sorted(order[at : at + run], key=lambda feature: len(feature.ids)) for at in range(0, len(order), run)]
    cut = [group[at : at + size] for group in groups for at in range(0, len(group), size)]
    rng.shuffle(cut)
    return cut


def class_weights(examples: Sequence[Example]) -> dict[str, Tensor]:
    """Inverse square root of the frequency for each single-label task, mean 1."""
    weights: dict[str, Tensor] = {}
    for task, labels in SINGLE.items():
        known = [item.singles[task] for item in examples if task in item.singles]
        counts = torch.tensor([float(max(known.count(label), 1)) for label in labels])
        raw = counts.rsqrt().clamp(max=3 * float(counts.max().rsqrt()))
        weights[task] = raw / raw.mean()
    return weights


def _feature(example: Example, what: tuple[tuple[int, ...], tuple[int, int]], tags: tuple[int, ...]) -> Feature:
    ids, place = what
    known = example.intents
    acts = example.asks_or_promises
    return Feature(
        ids=ids,
        own=place,
        tags=tags,
        open_tags=tuple(open_tags(example.entity_labels)),
        intents=tuple(-1.0 if known is None else float(label in known) for label in INTENTS),
        singles=tuple(
            labels.index(example.singles[task]) if task in example.singles else UNKNOWN
            for task, labels in SINGLE.items()
        ),
        acts=-1.0 if acts is None else float(acts),
    )
