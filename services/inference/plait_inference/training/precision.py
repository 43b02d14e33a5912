"""In which precision training multiplies."""

from functools import cache

import torch

from plait_inference.models.device import choose_dtype


def faster(device: torch.device) -> torch.autocast:
    """Products in bfloat16 where that is clearly faster, asked once for a process."""
    return torch.autocast(device.type, torch.bfloat16, enabled=_half_is_faster(device))


@cache
def _half_is_faster(device: torch.device) -> bool:
    return choose_dtype("auto", device) is torch.bfloat16
