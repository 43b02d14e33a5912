"""Recipes compared: what is searched, that an interrupted sweep makes the same trials, and what it says of them."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import optuna
import pytest
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.models import artefact
from plait_inference.training import sweep as sweeping
from plait_inference.training.recipe import Recipe
from plait_inference.training.search import Plan, Range, plan
from plait_inference.training.sweep import sweep
from plait_inference.training.train import Job
from plait_inference.training.trials import JUDGED, Trial, seeds_table, trials_table
from plait_shared.errors import Misconfigured

pytestmark = [pytest.mark.model, pytest.mark.integration]

SEARCH = ["learning_rate=1e-5:1e-1", "epochs=1:6", "adapt=lora,whole"]
GRID = ["rank=8,16", "seed=7,8,9"]


class Training:
    """Scores by formula instead of a training; ``interrupt`` ends the process in the trial of that number."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Recipe]] = []
        self.interrupt: int | None = None

    def train(self, job: Job, recipe: Recipe, report: Callable[[str], None]) -> Any:
        self.asked.append((job.output.name, recipe))
        if self.interrupt is not None and job.output.name == sweeping.folder_of(self.interrupt):
            raise KeyboardInterrupt
        score = 1 / (1 + abs(recipe.learning_rate - 1e-3) * 100 + abs(recipe.epochs - 4) + recipe.seed / 100)
        rows = {task: {"model": score} for task in JUDGED}
        return type("Manifest", (), {"metrics": {"all": rows}})


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> Training:
    made = Training()
    monkeypatch.setattr(sweeping, "train", made.train)
    return made


def run(folder: Path, wanted: Plan, trials: int) -> list[Trial]:
    return sweep(Job(folder.parent, folder), wanted, trials, lambda _: None)


def test_ranges_and_lists_keep_the_types_of_the_recipe() -> None:
    found = plan(["batch_size=8"], [*SEARCH, "held=0:10", "rank=8,16,8"], grid=False)
    assert found.recipe == Recipe(batch_size=8)
    assert found.spaces == {
        "learning_rate": Range(1e-5, 1e-1),
        "epochs": Range(1, 6),
        "adapt": ("lora", "whole"),
        "held": Range(0.0, 10.0),
        "rank": (8, 16),
    }
    assert repr(found.spaces["rank"]) == "(8, 16)", "whole numbers stay whole"
    assert [space.log for space in found.spaces.values() if isinstance(space, Range)] == [True, False, False]


@pytest.mark.parametrize(
    ("settings", "searches", "grid", "says"),
    [
        ([], [], False, "nothing to search"),
        ([], ["rate=1:2"], False, "no setting 'rate' in a recipe"),
        ([], ["epochs=2:2"], False, "range of epochs must go from a number to a higher one, not 2:2"),
        ([], ["held=1:inf"], False, "range of held"),
        ([], ["epochs=1.5:3"], False, "epochs takes a value such as 5, not '1.5'"),
        ([], ["epochs=1:2:3"], False, "in a range or a list, not in '1:2:3'"),
        ([], ["epochs=3"], False, "in a range or a list, not in '3'"),
        ([], ["adapt=lora:whole"], False, "adapt=a,b,c: it has no range"),
        ([], ["rank=1,x"], False, "rank takes a value"),
        (["rank=8"], ["rank=8,16"], False, "rank is given twice"),
        ([], ["rank=8,16", "rank=4,8"], False, "rank is given twice"),
        ([], ["rank=8,16", "epochs=1:3"], True, "a grid needs a list for epochs"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_what_can(
    settings: list[str], searches: list[str], grid: bool, says: str
) -> None:
    with pytest.raises(Misconfigured, match=says):
        plan(settings, searches, grid=grid)


def test_an_interrupted_sweep_goes_on_with_the_same_trials(training: Training, tmp_path: Path) -> None:
    wanted = plan(["weight_decay=0"], SEARCH, grid=False)
    whole = run(tmp_path / "whole", wanted, 14)  # the sampler learns from the eleventh on
    asked = training.asked
    assert len({str(trial.settings) for trial in whole}) == 14
    assert [recipe.weight_decay for _, recipe in asked] == [0.0] * 14
    begun = 0
    for stop in (3, 12):
        training.asked, training.interrupt = [], stop
        with pytest.raises(KeyboardInterrupt):
            run(tmp_path / "parts", wanted, 14)
        assert training.asked == asked[begun : stop + 1]
        begun = stop  # what was interrupted comes again, in its folder
    training.asked, training.interrupt = [], None
    assert run(tmp_path / "parts", wanted, 14) == whole
    assert training.asked == asked[begun:]
    assert run(tmp_path / "parts", wanted, 14) == whole
    assert len(run(tmp_path / "parts", wanted, 15)) == 15


def test_a_grid_is_each_combination_once_in_the_order_of_the_lists(training: Training, tmp_path: Path) -> None:
    wanted = plan([], GRID, grid=True)
    assert (wanted.trials(None), wanted.trials(4), wanted.trials(99)) == (6, 4, 6)
    run(tmp_path / "grid", wanted, 4)
    training.interrupt = 5
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "grid", wanted, 6)
    training.interrupt = None
    found = run(tmp_path / "grid", wanted, 6)
    every = [{"rank": rank, "seed": seed} for rank in (8, 16) for seed in (7, 8, 9)]
    assert [trial.settings for trial in found] == every
    assert [name for name, _ in training.asked] == [f"trial-00{number}" for number in (0, 1, 2, 3, 4, 5, 5)]


@pytest.mark.parametrize("grid", [True, False])
def test_a_trial_that_ended_before_its_settings_were_written_down_is_made_again(
    training: Training, tmp_path: Path, grid: bool
) -> None:
    wanted = plan([], ["rank=8,16"], grid=grid)
    run(tmp_path / "cut", wanted, 1)
    file = optuna.storages.journal.JournalFileBackend(str(tmp_path / "cut" / sweeping.STUDY))
    optuna.load_study(study_name=sweeping.NAME, storage=optuna.storages.JournalStorage(file)).ask()
    found = run(tmp_path / "cut", wanted, 2)
    assert [trial.number for trial in found] == [0, 2]
    assert not grid or [trial.settings["rank"] for trial in found] == [8, 16]


def test_a_folder_holds_one_sweep(training: Training, tmp_path: Path) -> None:
    run(tmp_path / "one", plan([], ["rank=8,16"], grid=False), 1)
    for other in (plan([], ["rank=8,32"], grid=False), plan(["epochs=2"], ["rank=8,16"], grid=False)):
        with pytest.raises(Misconfigured, match="holds another sweep"):
            run(tmp_path / "one", other, 2)


def test_tables_have_the_best_first_and_the_range_over_seeds() -> None:
    rows = [(8, 7, 0.5), (8, 8, 0.7), (16, 7, 0.9), (16, 8, 0.7)]
    trials = [
        Trial(number, {"rank": rank, "learning_rate": 1e-4 / 3, "seed": seed}, dict.fromkeys(JUDGED, score))
        for number, (rank, seed, score) in enumerate(rows)
    ]
    first = trials_table(trials).splitlines()[2]
    assert first.startswith("| 2 | 16 | 3.333e-05 | 7 | 0.900 |")
    assert first.endswith("| 0.9000 |")
    assert seeds_table(trials).splitlines()[2:] == [
        "| rank 16, learning_rate 3.333e-05 | 2 | 0.8000 | 0.7000 | 0.9000 |",
        "| rank 8, learning_rate 3.333e-05 | 2 | 0.6000 | 0.5000 | 0.7000 |",
    ]


def test_trials_are_trained_and_kept(tiny_trunk: Path, tiny_data: Path, tmp_path: Path) -> None:
    output = tmp_path / "sweep"
    options = ["--data", str(tiny_data), "--trunk", str(tiny_trunk), "--output", str(output), "--threads", "2"]
    recipe = ["--set", "batch_size=8", "--set", "rank=8", "--set", "epochs=1", "--search", "seed=1,2", "--grid"]
    done = CliRunner().invoke(cli.app, ["sweep", *options, *recipe])
    assert done.exit_code == 0, done.output
    made = [artefact.read(output / f"trial-00{number}") for number in range(2)]
    assert [manifest.recipe["seed"] for manifest in made] == [1, 2]
    means = [sum(manifest.metrics["all"][task]["model"] for task in JUDGED) / len(JUDGED) for manifest in made]
    assert f"| as given | 2 | {sum(means) / 2:.4f} | {min(means):.4f} | {max(means):.4f} |" in done.stdout
    assert f"the best is {output / f'trial-00{means.index(max(means))}'}, {max(means):.4f}" in done.stdout


def test_without_the_package_the_line_says_what_to_install(
    training: Training, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    done = CliRunner().invoke(cli.app, ["sweep", "--output", str(tmp_path / "none"), "--search", "rank=8,16"])
    assert (done.exit_code, training.asked) == (2, [])
    assert "pip install 'plait-inference[sweep]'" in done.output
