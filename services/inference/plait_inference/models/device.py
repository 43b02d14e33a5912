"""Where and in which precision to run, asked once, at start; and what its failures mean."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import torch

from plait_inference.memory import OutOfMemory
from plait_shared.errors import Fatal, Misconfigured

PRECISIONS: Final = {"float32": torch.float32, "bfloat16": torch.bfloat16}
TRIALS: Final = 20
TRIALS_S: Final = 0.1
NO_MEMORY: Final = ("DefaultCPUAllocator", "out of memory", "ALLOC_FAILED")
"""How torch says that memory ran out where it has no error of its own for it: on the CPU, in CUDA, in cuBLAS."""
DEVICE_LOST: Final = ("CUDA error", "CUDA driver error", "cuDNN error", "HIP error")
ACCELERATOR_ERROR: Final[tuple[type[Exception], ...]] = tuple(
    found for found in (getattr(torch, "AcceleratorError", None),) if found is not None
)
"""torch has it since 2.8; before, the text of a RuntimeError is all there is."""


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
    while len(times) < TRIALS and sum(times) < TRIALS_S:  # a CPU without bfloat16 takes 0.3 s for one
        began = time.perf_counter()
        _ = left @ right
        times.append(time.perf_counter() - began)
    return min(times)


def has_flash(device: torch.device) -> bool:
    """Whether torch's attention of variable lengths runs on that GPU."""
    return torch.cuda.get_device_capability(device) >= (8, 0)


def limit_threads(count: int) -> None:
    """CPU threads of one pass; 0 leaves torch's own choice."""
    if count > 0:
        torch.set_num_threads(count)


@contextmanager
def device_failures() -> Iterator[None]:
    """Failures that are the device's and no text's: ``OutOfMemory``, or ``Fatal`` when the device is lost.

    A pass is bounded in tokens, so no text is too big by itself, and a smaller pass may fit; after an error of its own
    a CUDA context can't be used again, only a new process helps.
    """
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        said = str(error)
        if isinstance(error, MemoryError | torch.OutOfMemoryError) or any(part in said for part in NO_MEMORY):
            raise OutOfMemory(f"no memory for the model now: {first_line(error)}") from error
        if isinstance(error, ACCELERATOR_ERROR) or any(part in said for part in DEVICE_LOST):
            raise Fatal(f"the model's device failed: {first_line(error)}") from error
        raise


def first_line(error: Exception) -> str:
    """The first line; torch adds advice for debugging."""
    return next(iter(str(error).splitlines()), type(error).__name__)
