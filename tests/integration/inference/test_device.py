"""Trouble of the device is told from trouble of the text."""

from pathlib import Path
from typing import Any

import pytest
import torch

from plait_inference.memory import OutOfMemory
from plait_inference.models.backbone import load_trunk
from plait_inference.models.device import device_failures
from plait_inference.models.engines import TorchEngine
from plait_inference.models.network import Network
from plait_inference.models.tagger import Tagger
from plait_shared.errors import Fatal

pytestmark = [pytest.mark.model, pytest.mark.integration]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), OutOfMemory),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."), OutOfMemory),
        (RuntimeError("CUDA error: out of memory"), OutOfMemory),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), OutOfMemory),
        (RuntimeError("CUDA error: an illegal memory access was encountered\nSet CUDA_LAUNCH_BLOCKING=1"), Fatal),
        (RuntimeError("CUDA driver error: device not ready"), Fatal),
        (getattr(torch, "AcceleratorError", RuntimeError)("CUDA error: unspecified launch failure"), Fatal),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), RuntimeError),
        (ValueError("CUDA error"), ValueError),
    ],
)
def test_trouble_of_the_device_is_not_the_texts(
    tiny_trunk: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise error

    trunk = load_trunk(str(tiny_trunk))
    network = Network(trunk, 2)
    monkeypatch.setattr(network.backbone, "unpadded", fail)
    manifest: Any = None
    tagger = Tagger(TorchEngine(network), trunk.tokenizer, manifest, trunk.window)
    with pytest.raises(expected) as raised:
        tagger.encode(["can you fix the bug ?"])
    assert type(raised.value) is expected
    assert "\n" not in str(raised.value)
    if expected in (OutOfMemory, Fatal):
        assert raised.value.__cause__ is error


def test_a_cpu_without_memory_is_tried_again() -> None:
    with pytest.raises(OutOfMemory, match="no memory for the model now"), device_failures():
        torch.empty(10**15)
