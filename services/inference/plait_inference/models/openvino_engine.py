"""OpenVINO behind the port of an engine: a CPU, float32 or bfloat16."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from plait_inference.models.choice import OPENVINO, Runtime, openvino_precision
from plait_inference.models.exported import export, kept, restored
from plait_inference.models.heads import Outputs
from plait_inference.models.network import Network
from plait_shared.errors import Fatal, Misconfigured

HINTS: Final = {"float32": "f32", "bfloat16": "bf16"}
TOLERANCE: Final = 1e-3
"""How far a logit may be from torch's: rounding is below 1e-4, and a wrong graph is above 1e-2."""
NO_MEMORY: Final = "Failed to allocate"


class OpenVinoEngine:
    """A graph that ``export`` wrote, compiled for the CPU."""

    def __init__(self, graph: Path, precision: str, threads: int) -> None:
        """``precision`` is auto, float32 or bfloat16; raises ``Misconfigured`` for one that this CPU hasn't."""
        self._core = package().Core()
        chosen = openvino_precision(precision, self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
        self._config = {"INFERENCE_PRECISION_HINT": HINTS[chosen], "INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": 1}
        self._model = self._core.read_model(graph)
        self._request: Any = self._compiled()
        self._runtime = Runtime(OPENVINO, "cpu", chosen, threads)

    @property
    def pads(self) -> bool:
        """Its graph computes all of a batch."""
        return True

    @property
    def runtime(self) -> Runtime:
        """As it was built."""
        return self._runtime

    def run(self, input_ids: Tensor, mask: Tensor) -> tuple[Outputs, Tensor]:
        """See ``Engine``."""
        request = self._request = self._request or self._compiled_again()
        try:
            # `infer` without memory raises nothing and leaves the results of the pass before.
            request.start_async([input_ids.numpy(), mask.numpy()])
            request.wait()
        except RuntimeError as error:
            self._request = None  # half a run leaves sizes behind with which the next one fails
            if NO_MEMORY in str(error):
                raise MemoryError(_last_line(error)) from error
            raise
        return restored([torch.from_numpy(tensor.data.copy()) for tensor in request.output_tensors])

    def _compiled_again(self) -> Any:
        try:
            return self._compiled()
        except RuntimeError as error:  # no text's fault
            if NO_MEMORY in str(error):
                raise MemoryError(_last_line(error)) from error
            raise Fatal(f"OpenVINO no longer takes the model: {_last_line(error)}") from error

    def _compiled(self) -> Any:
        return self._core.compile_model(self._model, "CPU", self._config).create_infer_request()


def _last_line(error: Exception) -> str:
    """OpenVINO says where it happened before it says what."""
    return str(error).strip().splitlines()[-1]


def load_openvino(make: Callable[[], Network], key: tuple[str, ...], cache: Path, precision: str) -> OpenVinoEngine:
    """The network that ``make`` builds and ``key`` names, from its file in ``cache``; made when it isn't there.

    Raises ``Misconfigured`` without the package, and when a new file computes something else than torch.
    """
    version = package().get_version()
    graph = kept(cache, (*key, version), lambda folder: write_graph(make(), folder))
    return OpenVinoEngine(graph, precision, torch.get_num_threads())


def write_graph(network: Network, folder: Path) -> None:
    """Export a network; raises ``Misconfigured`` without the package, and when the file computes something else."""
    graph = export(network, folder, package())
    check(network, OpenVinoEngine(graph, "float32", torch.get_num_threads()))


def check(network: Network, engine: OpenVinoEngine) -> None:
    """Raise ``Misconfigured`` when the engine's results for a padded batch are not the network's."""
    mask = torch.arange(24) < torch.tensor([[24], [17], [9], [3]])
    ids = torch.arange(4 * 24).reshape(4, 24) % 16 * mask  # ids that any vocabulary has
    with torch.inference_mode():
        wanted, vectors = network(ids, mask)
    found, moved = engine.run(ids, mask)
    pairs = [(wanted.intents, found.intents), (wanted.tokens, found.tokens), (vectors, moved)]
    pairs += [(logits, found.singles[task]) for task, logits in wanted.singles.items()]
    away = max(float((left - right).abs().max()) for left, right in pairs)
    if not away < TOLERANCE:
        raise Misconfigured(f"this version of OpenVINO computes another model (logits differ by {away:.2g}): use torch")


def package() -> Any:
    """The package openvino; raises ``Misconfigured`` where it is not installed."""
    # On import it would report its use over the network; without the module that does, it can't.
    modules: Any = sys.modules
    modules["openvino_telemetry"] = None
    try:
        import openvino
    except ImportError as error:
        raise Misconfigured(
            "the engine openvino needs its package: pip install 'plait-inference[openvino]', or use torch"
        ) from error
    return openvino
