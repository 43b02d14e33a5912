"""What runs the network: the port, and torch behind it."""

from typing import Protocol

import torch
from torch import Tensor

from plait_inference.models.choice import TORCH, Runtime
from plait_inference.models.device import PRECISIONS, has_flash
from plait_inference.models.heads import Outputs
from plait_inference.models.network import Network


class Engine(Protocol):
    """Runs one network. Not thread-safe; same tokens, same result."""

    @property
    def runtime(self) -> Runtime:
        """How it runs them."""

    @property
    def pads(self) -> bool:
        """Whether it computes padding too."""

    def run(self, input_ids: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """Logits, and vectors ``[batch, hidden]`` not yet of length 1, all float32 and its caller's own.

        ``input_ids: int64 [batch, seq]``, right-padded; ``mask: bool [batch, seq]``; both on the CPU. Raises
        ``MemoryError`` or a ``RuntimeError`` that ``device_failures`` knows.
        """


class TorchEngine:
    """Any device, any precision: the network as torch runs it."""

    def __init__(self, network: Network) -> None:
        self._network = network.eval()
        self._device = next(network.parameters()).device
        self._pads = self._device.type != "cpu" and (self.runtime.precision == "float32" or not has_flash(self._device))

    @property
    def runtime(self) -> Runtime:
        """Device and precision are those of the network."""
        dtype = next(self._network.backbone.parameters()).dtype
        precision = next(name for name, known in PRECISIONS.items() if known is dtype)
        return Runtime(TORCH, self._device.type, precision, torch.get_num_threads())

    @property
    def pads(self) -> bool:
        """In single precision on a GPU, and on old ones: torch has no attention without padding for them."""
        return self._pads

    @torch.inference_mode()
    def run(self, input_ids: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """See ``Engine``; the results are on the network's device."""
        backbone, ids, there = self._network.backbone, input_ids.to(self._device), mask.to(self._device)
        hidden = backbone(ids, there) if self._pads else backbone.unpadded(ids, mask)
        return self._network.read(hidden.float(), there)
