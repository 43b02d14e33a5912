"""Where the numbers of a training go."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.training.recipe import Recipe
from plait_inference.training.tracking import LINES, tracking
from plait_inference.training.train import Job, train
from plait_shared.errors import Misconfigured

pytestmark = [pytest.mark.model, pytest.mark.integration]


class Recorder:
    """Stands for a writer of TensorBoard and for a run of Weights & Biases; remembers what it was told."""

    def __init__(self) -> None:
        self.opened: list[Any] = []
        self.points: list[tuple[str, float, int]] = []
        self.axis: tuple[str, str] | None = None
        self.closed = 0

    @contextmanager
    def open(self, *args: Any, **options: Any) -> Iterator["Recorder"]:
        self.opened.append(options or args)
        try:
            yield self
        finally:
            self.closed += 1

    def add_scalar(self, name: str, value: float, step: int) -> None:
        self.points.append((name, value, step))

    def flush(self) -> None:
        pass

    def define_metric(self, name: str, step_metric: str) -> None:
        self.axis = (name, step_metric)

    def log(self, values: dict[str, float]) -> None:
        self.points += [(name, value, int(values["epoch"])) for name, value in values.items() if name != "epoch"]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    made = Recorder()
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", SimpleNamespace(SummaryWriter=made.open))
    monkeypatch.setitem(sys.modules, "wandb", SimpleNamespace(init=made.open))
    return made


def lines(work: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (work / LINES).read_text(encoding="utf-8").splitlines()]


def test_a_training_writes_a_line_an_epoch_and_one_for_what_was_measured(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path
) -> None:
    def stop_early(line: str) -> None:
        if line.startswith("epoch 1/2"):
            raise KeyboardInterrupt

    job = Job(tiny_data, tmp_path / "lines", trunk=str(tiny_trunk), fit_all=True)
    recipe = Recipe(epochs=2, teachers=0, batch_size=8, rank=8)
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, stop_early)
    made = train(job, recipe, lambda _: None)
    first, second, third, fourth, last = lines(tmp_path / "lines.work")
    assert [line["epoch"] for line in (first, second, third, fourth, last)] == [1, 2, 1, 2, 2]
    assert second["train/loss"] < first["train/loss"]
    assert third.keys() == {"epoch", "train on all/loss", "train on all/seconds"}
    assert last["dev/all/topic accuracy"] == made.metrics["all"]["topic accuracy"]["model"]


def test_a_loss_that_is_no_number_is_still_json(tmp_path: Path) -> None:
    with tracking("", tmp_path, "key", {}) as log:
        log(1, {"train/loss": float("nan"), "train/seconds": 1.0})
    assert lines(tmp_path) == [{"epoch": 1, "train/loss": None, "train/seconds": 1.0}]


@pytest.mark.parametrize("asked", ["tensorboard", "wandb"])
def test_another_tracker_gets_the_same_numbers(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path, recorder: Recorder, asked: str
) -> None:
    options = ["--data", str(tiny_data), "--trunk", str(tiny_trunk), "--output", str(tmp_path / "told")]
    command = ["train", *options, "--set", "epochs=1", "--set", "rank=8", "--set", "batch_size=8", "--threads", "2"]
    done = CliRunner().invoke(cli.app, command, env={"PLAIT_TRACK": asked})
    assert done.exit_code == 0, done.output
    written = [(name, line[name], line["epoch"]) for line in lines(tmp_path / "told.work") for name in line]
    assert recorder.points == [point for point in written if point[0] != "epoch"]
    assert recorder.closed == 1
    [opened] = recorder.opened
    if asked == "tensorboard":
        assert opened == (str(tmp_path / "told.work" / "tensorboard"),)
    else:
        assert (opened["name"], opened["config"]["epochs"], opened["resume"]) == ("told", 1, "allow")
        assert recorder.axis == ("*", "epoch")


def test_a_run_that_is_interrupted_goes_on_under_its_name_and_another_has_its_own(
    tmp_path: Path, recorder: Recorder
) -> None:
    for recipe in (Recipe(), Recipe(), Recipe(seed=8)):
        with pytest.raises(Misconfigured):
            train(Job(tmp_path, tmp_path / "run", trunk=str(tmp_path / "none"), track="wandb"), recipe, print)
    same, again, other = (opened["id"] for opened in recorder.opened)
    assert same == again != other


@pytest.mark.parametrize(
    ("asked", "module", "says"),
    [
        ("tensorboard", "torch.utils.tensorboard", "pip install tensorboard"),
        ("wandb", "wandb", "pip install wandb"),
        ("mlflow", "wandb", "tensorboard or wandb, not 'mlflow'"),
    ],
)
def test_a_tracker_that_is_not_there_is_refused_before_the_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: str, module: str, says: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(Misconfigured, match=says):
        train(Job(tmp_path, tmp_path / "run", track=asked), Recipe(), print)
    assert list(tmp_path.iterdir()) == []
