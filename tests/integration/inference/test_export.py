"""Folders that run elsewhere compute what the model computes, as their README says."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor
from transformers import AutoModel
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.models.artefact import MANIFEST
from plait_inference.models.folders import is_sound
from plait_inference.models.heads import Heads, Outputs
from plait_inference.models.portable import HEADS, README
from plait_inference.models.tagger import Tagger, load_tagger

pytestmark = [pytest.mark.model, pytest.mark.integration]
CLOSE = {"float32": 1e-4, "bfloat16": 0.3}


@pytest.fixture(scope="module")
def tagger(tiny_models: Path) -> Tagger:
    return load_tagger(tiny_models / "good")


def export(models: Path, output: Path, *options: str) -> Any:
    command = ["export", "--model", str(models / "good"), "--output", str(output), "--threads", "2"]
    return CliRunner().invoke(cli.app, [*command, *options])


def as_the_readme_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What its code leaves behind, run in the folder."""
    [code] = re.findall(r"```python\n(.*?)```", (folder / README).read_text(encoding="utf-8"), re.DOTALL)
    found: dict[str, Any] = {}
    monkeypatch.chdir(folder)
    exec(code, found)
    return found


def wanted(tagger: Tagger) -> tuple[Outputs, Tensor]:
    ids: Tensor = tagger.tokenizer("query: Can you fix it?", return_tensors="pt")["input_ids"]
    return tagger.engine.run(ids, torch.ones_like(ids, dtype=torch.bool))


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_encoder_and_its_heads_compute_what_torch_does(
    tiny_models: Path, tagger: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, precision: str
) -> None:
    folder = tmp_path / "made"
    assert export(tiny_models, folder, "--precision", precision).exit_code == 0
    assert is_sound(folder)
    assert (folder / MANIFEST).read_bytes() == (tiny_models / "good" / MANIFEST).read_bytes()
    found = as_the_readme_says(folder, monkeypatch)
    loaded: Any = AutoModel
    assert loaded.from_pretrained(folder, dtype="auto").dtype is getattr(torch, precision)
    heads = Heads(found["hidden"].shape[-1]).eval()
    own = {name: tensor for name, tensor in load_file(folder / HEADS).items() if name.startswith("heads.")}
    heads.load_state_dict({name.removeprefix("heads."): tensor for name, tensor in own.items()})
    with torch.inference_mode():
        out = heads(found["hidden"], torch.ones(found["hidden"].shape[:2], dtype=torch.bool))
    logits, vector = wanted(tagger)
    assert float((found["vector"].detach() - vector).abs().max()) < CLOSE[precision]
    assert float((out.intents - logits.intents).abs().max()) < CLOSE[precision]
    assert float((out.tokens - logits.tokens).abs().max()) < CLOSE[precision]


def test_the_graph_computes_what_torch_does(
    tiny_models: Path, tagger: Tagger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "made"
    assert export(tiny_models, folder, "--engine", "openvino").exit_code == 0
    assert is_sound(folder)
    found = as_the_readme_says(folder, monkeypatch)
    logits, vector = wanted(tagger)
    singles = {task: found[task] for task in logits.singles}
    for left, right in [
        (found["intents"], logits.intents),
        (found["tokens"], logits.tokens),
        (found["vector"], vector),
        *((singles[task], logits.singles[task]) for task in singles),
    ]:
        assert float(np.abs(left - right.numpy()).max()) < CLOSE["float32"]


def test_the_precision_of_a_graph_is_asked_for_where_it_is_loaded(tiny_models: Path, tmp_path: Path) -> None:
    assert export(tiny_models, tmp_path / "half", "--engine", "openvino", "--precision", "bfloat16").exit_code == 0
    assert '{"INFERENCE_PRECISION_HINT": "bf16"}' in (tmp_path / "half" / README).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--engine", "onnx"], "torch or openvino, not 'onnx'"),
        (["--precision", "auto"], "float32 or bfloat16, not 'auto'"),
        ([], "name a new folder"),
    ],
)
def test_what_cannot_be_exported_is_refused_and_nothing_is_lost(
    tiny_models: Path, tmp_path: Path, options: list[str], says: str
) -> None:
    (tmp_path / "own").write_text("kept")
    done = export(tiny_models, tmp_path, *options)
    assert (done.exit_code, says in done.output) == (2, True), done.output
    assert [path.name for path in tmp_path.iterdir()] == ["own"]
