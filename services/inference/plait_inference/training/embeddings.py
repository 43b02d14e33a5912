"""What the embedding kept of the untouched trunk's: closeness, and whether it still finds what belongs together."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from plait_inference.models.backbone import Trunk
from plait_inference.reading import Reading
from plait_inference.training.distil import Vectors
from plait_inference.training.examples import Example
from plait_inference.training.features import featurize
from plait_inference.training.scores import Metrics, row

COSINE: Final = "cosine with the untouched trunk's"
NEAREST: Final = "nearest message is of the same conversation"
Floats = NDArray[np.float32]


def measure(trunk: Trunk, examples: Sequence[Example], readings: Sequence[Reading]) -> Metrics:
    """Mean cosine; and retrieval among ``examples``, as baseline with the untouched trunk's vectors."""
    features = featurize(trunk.tokenizer, examples)
    device = next(trunk.model.parameters()).device
    bare = torch.nn.functional.normalize(Vectors(trunk, features, device).of(features), dim=-1).numpy()
    own = np.asarray([reading.embedding for reading in readings], dtype=np.float32)
    conversations = [item.conversation for item in examples]
    return {
        COSINE: row(float((own * bare).sum(axis=1).mean()), 1.0, len(examples)),
        NEAREST: row(nearest(own, conversations), nearest(bare, conversations), len(examples)),
    }


def nearest(vectors: Floats, groups: Sequence[str]) -> float:
    """Share of unit vectors ``[n, hidden]`` whose nearest other one is of the same group."""
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -np.inf)
    found = likeness.argmax(axis=1)
    hits = [groups[index] == groups[int(other)] for index, other in enumerate(found)]
    return hits.count(True) / max(len(hits), 1)
