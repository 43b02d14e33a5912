"""Where and in which precision to run: asked once, at start."""

import time
from typing import Final

import torch

from plait_shared.errors import Misconfigured

PRECISIONS: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16}
TRIALS: Final = 20


def choose_device(name: str) -> torch.device:
    """``auto`` takes a GPU when there is one; raises ``Misconfigured`` for an absent one."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if name not in {"cpu", "cuda"}:
        raise Misconfigured(f"device must be auto, cpu or cuda, not {name!r}")
    if name == "cuda" and not torch.cuda.is_available():
        raise Misconfigured("device is cuda, but torch sees no GPU: use auto or cpu")
    return torch.device(name)


def choose_dtype(precision: str, device: torch.device) -> torch.dtype:
    """``auto``: bfloat16 where a product of the encoder's size is clearly faster in it."""
    if precision in PRECISIONS:
        return PRECISIONS[precision]
    if precision != "auto":
        raise Misconfigured(f"precision must be auto, float32 or bfloat16, not {precision!r}")
    if device.type == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float32
    single, half = _product_time(torch.float32), _product_time(torch.bfloat16)
    return torch.bfloat16 if half < 0.7 * single else torch.float32


def _product_time(dtype: torch.dtype) -> float:
    """Shortest time in seconds of a ``[256, 384] x [384, 1536]`` product on the CPU."""
    left, right = torch.ones(256, 384, dtype=dtype), torch.ones(384, 1536, dtype=dtype)
    times: list[float] = []
    for _ in range(TRIALS):
        began = time.perf_counter()
        _ = left @ right
        times.append(time.perf_counter() - began)
    return min(times)


def limit_threads(count: int) -> None:
    """CPU threads of one pass; 0 leaves torch's own choice."""
    if count > 0:
        torch.set_num_threads(count)
