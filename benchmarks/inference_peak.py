"""What bounds the encoder: its products, and how fast this machine does one of their size."""

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch

from benchmarks.inference_ways import PASS_TOKENS, Place
from plait_inference.models.device import PRECISIONS
from plait_inference.models.openvino_engine import package

TRIALS, TRIALS_S = 30, 0.3


def flops(config: Any, lengths: Sequence[int]) -> float:
    """Floating-point operations of the encoder's products for texts of so many tokens, without padding."""
    hidden, inner = int(config.hidden_size), int(config.intermediate_size)
    linear = 2 * (4 * hidden * hidden + 2 * hidden * inner)
    return float(config.num_hidden_layers) * sum(linear * count + 4 * hidden * count * count for count in lengths)


def products(config: Any, place: Place) -> list[Callable[[], object]]:
    """The encoder's largest product over the tokens of a full pass, by each engine of the place."""
    shape = (PASS_TOKENS, int(config.hidden_size)), (int(config.hidden_size), int(config.intermediate_size))
    left, right = (torch.ones(size, dtype=PRECISIONS[place.precision], device=place.device) for size in shape)

    def product() -> object:
        return (left @ right)[0, 0].item()

    return [product, _openvino_product(*shape)] if place.device == "cpu" else [product]


def peak(config: Any, calls: Sequence[Callable[[], object]]) -> float:
    """Operations a second of the fastest of these products, at its best."""
    operations = 2.0 * PASS_TOKENS * int(config.hidden_size) * int(config.intermediate_size)
    return operations / min(map(_shortest_s, calls))


def _openvino_product(left: tuple[int, int], right: tuple[int, int]) -> Callable[[], object]:
    openvino = package()
    ops = openvino.opset13
    given = ops.parameter(left, np.float32)
    product = ops.matmul(given, ops.constant(np.ones(right, np.float32)), False, False)
    config = {"INFERENCE_PRECISION_HINT": "f32", "INFERENCE_NUM_THREADS": torch.get_num_threads(), "NUM_STREAMS": 1}
    request = openvino.Core().compile_model(openvino.Model([product], [given], "product"), "CPU", config)
    request = request.create_infer_request()
    values = np.ones(left, np.float32)

    def run() -> None:
        request.start_async([values])
        request.wait()

    return run


def _shortest_s(call: Callable[[], object]) -> float:
    times: list[float] = []
    while len(times) < TRIALS and sum(times) < TRIALS_S:
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)
