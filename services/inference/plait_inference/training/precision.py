"""In which precision training multiplies, and on what."""

from functools import cache

import torch

from plait_inference.models.choice import TORCH, Runtime
from plait_inference.models.device import choose_dtype


def faster(device: torch.device) -> torch.autocast:
    """Products in bfloat16 where that is clearly faster, asked once for a process."""
    return torch.autocast(device.type, torch.bfloat16, enabled=_half_is_faster(device))


def runtime(device: torch.device) -> Runtime:
    """What training runs on: another one rounds otherwise, and gives other weights."""
    return Runtime(TORCH, device.type, "bfloat16" if _half_is_faster(device) else "float32", torch.get_num_threads())


@cache
def _half_is_faster(device: torch.device) -> bool:
    return choose_dtype("auto", device) is torch.bfloat16
