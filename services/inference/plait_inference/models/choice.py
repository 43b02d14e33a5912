"""Which engine and which precision may be asked for together. The engine is named, never chosen by timing. No torch.

Engines differ in the seventh digit, so replicas that chose by how fast each is would not agree.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from plait_shared.errors import Misconfigured

TORCH: Final = "torch"
OPENVINO: Final = "openvino"
ENGINES: Final = (TORCH, OPENVINO)
OWN_BFLOAT16: Final = "BF16"
"""What OpenVINO calls a CPU's own products of bfloat16."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What runs a model: one of ``ENGINES``, cpu or cuda, float32 or bfloat16, and CPU threads of a pass."""

    engine: str
    device: str
    precision: str
    threads: int


def check_engine(engine: str, device: str) -> None:
    """Raise ``Misconfigured`` for an engine that there isn't, or not on that device."""
    if engine not in ENGINES:
        raise Misconfigured(f"the engine must be {' or '.join(ENGINES)}, not {engine!r}")
    if engine == OPENVINO and device not in {"auto", "cpu"}:
        raise Misconfigured(f"the engine openvino runs on the CPU: with device {device} use the engine torch")


def openvino_precision(precision: str, capabilities: Collection[str]) -> str:
    """``auto``: bfloat16 on a CPU that has it; raises ``Misconfigured`` for what there isn't."""
    if precision == "auto":
        return "bfloat16" if OWN_BFLOAT16 in capabilities else "float32"
    if precision not in {"float32", "bfloat16"}:
        raise Misconfigured(f"precision must be auto, float32 or bfloat16, not {precision!r}")
    if precision == "bfloat16" and OWN_BFLOAT16 not in capabilities:
        raise Misconfigured("precision is bfloat16, which OpenVINO needs a CPU with: use float32, or the engine torch")
    return precision
