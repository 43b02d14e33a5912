"""The benchmark for a GPU measures; here on a CPU, since its code is the same."""

import pytest

from benchmarks import gpu
from benchmarks.gpu import Size, measure
from benchmarks.inference_ways import Place

pytestmark = [pytest.mark.model, pytest.mark.integration]


def test_every_row_is_measured_and_the_rates_fit_the_ratios() -> None:
    notes: dict[str, str] = {}
    rows = {row.what: row for row in measure(Place("cpu", "float32"), Size(8, 1, 64, 0.05), notes)}
    alone, padded = rows["network alone"], rows["encoder alone, padded 32"]
    assert rows["network alone ÷ encoder alone, padded 32"].median == pytest.approx(alone.median / padded.median)
    assert all(row.median > 0 for row in rows.values())
    assert notes["messages"].endswith("tokens on average")


def test_without_a_gpu_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    gpu.main()
    assert capsys.readouterr().out == "gpu: not measured: torch sees no GPU\n"
