"""The network as a file for OpenVINO: exported once, kept, and checked each time it is used."""

import hashlib
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from plait_inference.labels import SINGLE
from plait_inference.models.folders import is_sound, replacing
from plait_inference.models.heads import Outputs
from plait_inference.models.network import Network
from plait_shared.errors import Misconfigured

FORMAT: Final = "2"
"""Changes whenever the same weights make another graph: the network's code, or the order of its results."""
GRAPH: Final = "network.xml"


class Flat(nn.Module):
    """A network with its results in a row: a graph knows no names inside of one."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """What ``restored`` takes."""
        out, pooled = self.network(input_ids, mask)
        return (out.intents, out.tokens, out.support, pooled, *(out.singles[task] for task in SINGLE))


def restored(results: Sequence[Tensor]) -> tuple[Outputs, Tensor]:
    """The results of a network from those of ``Flat``."""
    intents, tokens, support, pooled, *singles = results
    return Outputs(intents, tokens, dict(zip(SINGLE, singles, strict=True)), support), pooled


def export(network: Network, folder: Path, openvino: Any) -> Path:
    """Write the graph, and beside it its weights in float32: 284 MB for the default trunk."""
    ids = torch.tensor([[1, 5, 2], [1, 2, 0]])
    with warnings.catch_warnings():  # that torch will once have another way to trace a module
        warnings.simplefilter("ignore")
        model = openvino.convert_model(Flat(network.eval()), example_input=(ids, ids > 0))
    openvino.save_model(model, folder / GRAPH, compress_to_fp16=False)
    return folder / GRAPH


def kept(cache: Path, key: Sequence[str], make: Callable[[Path], object]) -> Path:
    """The graph for ``key`` under ``cache``; ``make`` fills a folder when there is none that is whole.

    Raises ``Misconfigured`` where it can't be written.
    """
    digest = hashlib.sha256("\n".join((FORMAT, *key)).encode()).hexdigest()[:16]
    folder = cache / f"openvino-{digest}"
    if not is_sound(folder):
        try:
            with replacing(folder) as work:
                make(work)
        except OSError as error:
            raise Misconfigured(
                f"cannot keep the exported model in {cache} ({error.strerror}): make room there, or name another "
                "folder in PLAIT_TRUNK_CACHE"
            ) from error
    return folder / GRAPH
