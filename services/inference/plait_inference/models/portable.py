"""A model as a folder that runs elsewhere: a graph for OpenVINO, or a Hugging Face encoder with the heads beside it."""

import shutil
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import save_file

from plait_inference.labels import SINGLE
from plait_inference.models import artefact
from plait_inference.models.choice import OPENVINO, check_engine
from plait_inference.models.device import PRECISIONS
from plait_inference.models.exported import GRAPH
from plait_inference.models.folders import replacing
from plait_inference.models.network import Network
from plait_inference.models.openvino_engine import HINTS, write_graph
from plait_inference.models.tokens import PREFIX
from plait_inference.models.trained import Trained
from plait_shared.errors import Misconfigured

HEADS: Final = "heads.safetensors"
README: Final = "README.md"
ABOUT: Final = """\
# {name} {revision}
Tags for work messages, to be run with {engine} in {precision}. A text is read as `{prefix}` and itself, up to {window}
tokens with the marks around it. `manifest.json` has the labels, the temperatures by which logits are divided and the
thresholds of the intents; its hash of weights is that of the artefact. `checksums.json` has the sha256 of each file.

```python
{code}```

{results}
"""
WITH_OPENVINO: Final = """\
import numpy as np
import openvino
from tokenizers import Tokenizer

network = openvino.Core().compile_model("{graph}", "CPU", {{"INFERENCE_PRECISION_HINT": "{hint}"}})
ids = np.array([Tokenizer.from_file("tokenizer.json").encode("{prefix}Can you fix it?").ids])
intents, tokens, support, vector, {singles} = network((ids, ids >= 0)).values()
"""
WITH_TORCH: Final = """\
from safetensors.torch import load_file
from transformers import AutoModel, AutoTokenizer

encoder = AutoModel.from_pretrained(".", add_pooling_layer=False)
batch = AutoTokenizer.from_pretrained(".")("{prefix}Can you fix it?", return_tensors="pt")
hidden = encoder(**batch).last_hidden_state.float()
heads = load_file("{heads}")
vector = hidden.mean(1) @ heads["embedding.weight"].T + heads["embedding.bias"]
"""
RESULTS_OF_OPENVINO: Final = """\
Its inputs are the ids, right-padded, and where they are no padding; its results are logits, what each token adds to
each, and a vector that is not yet of length 1."""
RESULTS_OF_TORCH: Final = """\
`vector` is not yet of length 1. The tensors `heads.…` are those of `plait_inference.models.heads.Heads`, which makes
logits of `hidden`."""


def write_portable(trained: Trained, engine: str, precision: str, output: Path) -> None:
    """Fill the new folder ``output``; ``precision`` is float32 or bfloat16, the heads of torch are always float32.

    Raises ``Misconfigured`` where something is there, without the engine's package, and when OpenVINO's graph computes
    something else than torch.
    """
    check_engine(engine, "cpu")
    if precision not in PRECISIONS:
        raise Misconfigured(f"precision must be {' or '.join(PRECISIONS)}, not {precision!r}")
    if output.exists():
        raise Misconfigured(f"{output} is there already: name a new folder")
    network = trained.network()
    with replacing(output) as work:
        if engine == OPENVINO:
            write_graph(network, work)
        else:
            _write_encoder(trained, network, precision, work)
        trained.trunk.tokenizer.save_pretrained(work)
        shutil.copyfile(trained.place / artefact.MANIFEST, work / artefact.MANIFEST)
        (work / README).write_text(_about(trained, engine, precision), encoding="utf-8")


def _write_encoder(trained: Trained, network: Network, precision: str, folder: Path) -> None:
    """The trunk with the layers that were learned, as ``AutoModel`` loads it, and ``heads`` and ``embedding``."""
    model: Any = trained.trunk.model
    model.encoder.layer = network.backbone.layers
    model.pooler = None  # nothing here reads it
    model.to(PRECISIONS[precision]).save_pretrained(folder)
    own = {name: tensor for name, tensor in network.state_dict().items() if not name.startswith("backbone.")}
    save_file({name: tensor.to(torch.float32).contiguous() for name, tensor in own.items()}, str(folder / HEADS))


def _about(trained: Trained, engine: str, precision: str) -> str:
    code, results = (WITH_OPENVINO, RESULTS_OF_OPENVINO) if engine == OPENVINO else (WITH_TORCH, RESULTS_OF_TORCH)
    manifest = trained.manifest
    return ABOUT.format(
        name=manifest.name,
        revision=manifest.revision,
        engine=engine,
        precision=precision,
        prefix=PREFIX,
        window=trained.trunk.window,
        code=code.format(graph=GRAPH, hint=HINTS[precision], prefix=PREFIX, singles=", ".join(SINGLE), heads=HEADS),
        results=results,
    )
