"""The engines behind the tag model: they agree, and the file that OpenVINO reads is made once and never trusted."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import torch
from prometheus_client import CollectorRegistry
from torch import Tensor

from plait_inference.__main__ import load
from plait_inference.meters import DriftMeter
from plait_inference.models import exported
from plait_inference.models.device import device_failures
from plait_inference.models.engines import Engine
from plait_inference.models.heads import Outputs
from plait_inference.models.openvino_engine import package
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.reading import EntitySpan, Reading, Scored
from plait_inference.settings import InferenceSettings
from plait_shared.errors import Misconfigured, Retryable

pytestmark = [pytest.mark.model, pytest.mark.integration]
STATM = Path("/proc/self/statm")
AGREE = 1e-4
"""Rounding of single precision, over all layers."""
TEXTS = ["can you fix the bug ?", "I will send the deck .", "done .", "我 发 the deck . " * 3 + "can you fix the bug ?"]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="module")
def torch_tagger(tiny_models: Path) -> Tagger:
    return load_tagger(tiny_models / "good", precision="float32")


@pytest.fixture(scope="module")
def openvino_tagger(tiny_models: Path, cache: Path) -> Tagger:
    return tagger_of(tiny_models, cache)


def tagger_of(models: Path, cache: Path, precision: str = "float32") -> Tagger:
    return load_tagger(models / "good", cache=cache, precision=precision, engine="openvino")


def graphs(cache: Path) -> list[Path]:
    return sorted(cache.glob("openvino-*/network.bin"))


def outputs(engine: Engine, ids: Tensor, mask: Tensor) -> list[Tensor]:
    out, vectors = engine.run(ids, mask)
    return [out.intents, out.tokens[mask], out.support[mask], vectors, *out.singles.values()]


def found_in(reading: Reading) -> list[Scored | EntitySpan]:
    return [*reading.intents, reading.sentiment, reading.urgency, reading.topic, reading.harm, *reading.entities]


def tags(reading: Reading) -> list[tuple[str, int, int]]:
    return [(tag.label, tag.start, tag.end) for tag in found_in(reading)]


def scores(reading: Reading) -> list[float]:
    return [*(tag.score for tag in found_in(reading)), *reading.topics, *reading.embedding]


@pytest.mark.parametrize("lengths", [[5], [40], [1], [24, 24], [3, 17, 9, 24, 11], [40, 2]])
def test_both_engines_compute_the_same(torch_tagger: Tagger, openvino_tagger: Tagger, lengths: list[int]) -> None:
    mask = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None]
    ids = torch.randint(4, 20, mask.shape, generator=torch.Generator().manual_seed(3)) * mask
    wanted, found = (outputs(tagger.engine, ids, mask) for tagger in (torch_tagger, openvino_tagger))
    for left, right in zip(wanted, found, strict=True):
        assert left.shape == right.shape
        assert right.dtype == torch.float32
        assert float((left - right).abs().max()) < AGREE


def test_readings_are_the_same_with_either_engine_and_in_any_company(
    torch_tagger: Tagger, openvino_tagger: Tagger
) -> None:
    wanted, found = torch_tagger.encode(TEXTS), openvino_tagger.encode(TEXTS)
    alone = [openvino_tagger.encode([text])[0] for text in TEXTS]
    assert [item.label for item in wanted[0].intents] == ["request"]
    for first, second, third in zip(wanted, found, alone, strict=True):
        assert tags(first) == tags(second) == tags(third)
        assert scores(second) == pytest.approx(scores(first), abs=2 * AGREE)
        assert scores(third) == pytest.approx(scores(first), abs=2 * AGREE)


def test_results_stay_what_they_were_when_the_engine_runs_again(openvino_tagger: Tagger) -> None:
    ids = torch.tensor([[1, 5, 6, 2]])
    first = outputs(openvino_tagger.engine, ids, ids > 0)
    kept = [tensor.clone() for tensor in first]
    outputs(openvino_tagger.engine, ids.flip(1), ids > 0)
    assert all(map(torch.equal, first, kept))


def test_the_settings_name_the_engine(tiny_models: Path, cache: Path) -> None:
    drift = DriftMeter(CollectorRegistry())
    settings = InferenceSettings.load(model=tiny_models / "good", trunk_cache=cache, engine="openvino")
    runtime = load(settings, drift).engine.runtime
    assert (runtime.engine, runtime.device, runtime.precision) == ("openvino", "cpu", "float32")
    assert runtime.threads == torch.get_num_threads()
    assert load(settings.model_copy(update={"engine": "torch"}), drift).engine.runtime.engine == "torch"


def test_half_precision_where_the_processor_has_it(tiny_models: Path, cache: Path, torch_tagger: Tagger) -> None:
    half = "BF16" in package().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    tagger = tagger_of(tiny_models, cache, "auto")
    assert tagger.engine.runtime.precision == ("bfloat16" if half else "float32")
    assert [tags(reading) for reading in tagger.encode(TEXTS[:2])] == [
        tags(reading) for reading in torch_tagger.encode(TEXTS[:2])
    ]


def test_a_model_is_exported_once(
    tiny_models: Path, cache: Path, openvino_tagger: Tagger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("it is there")

    with monkeypatch.context() as patched:
        patched.setattr("plait_inference.models.openvino_engine.export", fail)
        assert tagger_of(tiny_models, cache).encode(TEXTS) == openvino_tagger.encode(TEXTS)
    before = graphs(cache)
    load_tagger(tiny_models / "weak", cache=cache, precision="float32", engine="openvino")
    assert len(graphs(cache)) == len(before) + 1, "another artefact has a file of its own"


@pytest.mark.parametrize("damage", ["changed", "short", "gone"])
def test_a_damaged_file_is_made_again(tiny_models: Path, tmp_path: Path, damage: str) -> None:
    wanted = tagger_of(tiny_models, tmp_path).encode(TEXTS)
    [file] = graphs(tmp_path)
    whole = file.read_bytes()
    changed = whole[:5000] + bytes([whole[5000] ^ 64]) + whole[5001:]
    file.unlink()
    if damage != "gone":
        file.write_bytes(changed if damage == "changed" else whole[:5000])
    assert tagger_of(tiny_models, tmp_path).encode(TEXTS) == wanted
    assert graphs(tmp_path) == [file]
    assert file.read_bytes() == whole


def test_a_cache_that_cannot_be_written_is_a_clear_line(tiny_models: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Misconfigured, match="PLAIT_TRUNK_CACHE"):
        tagger_of(tiny_models, tmp_path / "file")


def test_a_graph_that_computes_something_else_is_refused_and_not_kept(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = exported.restored

    def off(results: list[Tensor]) -> tuple[Outputs, Tensor]:
        return plain([results[0] + 0.01, *results[1:]])

    monkeypatch.setattr("plait_inference.models.openvino_engine.restored", off)
    with pytest.raises(Misconfigured, match=r"logits differ by 0\.01"):
        tagger_of(tiny_models, tmp_path)
    assert graphs(tmp_path) == []


def test_without_the_package_the_line_says_what_to_install(
    tiny_models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openvino", None)
    with pytest.raises(Misconfigured, match=r"pip install 'plait-inference\[openvino\]'"):
        tagger_of(tiny_models, tmp_path)
    assert load_tagger(tiny_models / "good").engine.runtime.engine == "torch"


def test_nothing_is_reported_over_the_network(openvino_tagger: Tagger) -> None:
    modules: dict[str, Any] = dict(sys.modules)
    assert modules["openvino"] is not None
    assert modules["openvino_telemetry"] is None


@contextmanager
def room_for(more: int) -> Iterator[None]:
    """So many more bytes of address space for this process."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(STATM.read_text("ascii").split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + more, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@pytest.mark.skipif(not STATM.exists(), reason="only Linux says how much a process has")
def test_a_pass_without_memory_is_tried_again_and_spoils_no_other(tiny_models: Path, cache: Path) -> None:
    tagger = tagger_of(tiny_models, cache)
    wanted = tagger.encode(TEXTS[:1])
    ids = torch.full((20_000, 40), 5)
    mask = ids > 0
    with room_for(50 * 2**20), pytest.raises(Retryable, match="Failed to allocate"), device_failures():
        tagger.engine.run(ids, mask)
    assert tagger.encode(TEXTS[:1]) == wanted, "of the same size as the pass before"
