"""Engines and precisions: what may be asked for together."""

import pytest

from plait_inference.models.choice import check_engine, openvino_precision
from plait_inference.settings import InferenceSettings
from plait_shared.errors import Misconfigured

WITH_BFLOAT16, SINGLE_ONLY = ["FP32", "INT8", "BF16"], ["FP32", "INT8"]


@pytest.mark.parametrize(
    ("engine", "device"),
    [("torch", "auto"), ("torch", "cpu"), ("torch", "cuda"), ("openvino", "auto"), ("openvino", "cpu")],
)
def test_an_engine_runs_where_it_can(engine: str, device: str) -> None:
    check_engine(engine, device)


@pytest.mark.parametrize(
    ("engine", "device", "says"),
    [("openvino", "cuda", "runs on the CPU.*use the engine torch"), ("onnx", "cpu", "torch or openvino, not 'onnx'")],
)
def test_what_cannot_be_is_refused_with_what_can(engine: str, device: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        check_engine(engine, device)


@pytest.mark.parametrize(
    ("asked", "capabilities", "given"),
    [
        ("auto", WITH_BFLOAT16, "bfloat16"),
        ("auto", SINGLE_ONLY, "float32"),
        ("float32", WITH_BFLOAT16, "float32"),
        ("bfloat16", WITH_BFLOAT16, "bfloat16"),
    ],
)
def test_a_precision_is_chosen_by_what_the_processor_has(asked: str, capabilities: list[str], given: str) -> None:
    assert openvino_precision(asked, capabilities) == given


@pytest.mark.parametrize(("asked", "says"), [("bfloat16", "use float32, or the engine torch"), ("int8", "not 'int8'")])
def test_a_precision_that_there_is_not_is_refused(asked: str, says: str) -> None:
    with pytest.raises(Misconfigured, match=says):
        openvino_precision(asked, SINGLE_ONLY)


def test_torch_is_what_runs_unless_the_settings_name_another(monkeypatch: pytest.MonkeyPatch) -> None:
    assert InferenceSettings.load().engine == "torch"
    monkeypatch.setenv("PLAIT_ENGINE", "openvino")
    assert InferenceSettings.load().engine == "openvino"
    monkeypatch.setenv("PLAIT_ENGINE", "fastest")
    with pytest.raises(Misconfigured, match="PLAIT_ENGINE"):
        InferenceSettings.load()
