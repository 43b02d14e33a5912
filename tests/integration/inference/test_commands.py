"""`evaluate` and `train` take what is shipped."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from plait_inference import cli, cli_parts, cli_training
from plait_inference.batching import BatchBudget
from plait_inference.models import artefact
from plait_inference.training.examples import Example, read_folder, split
from plait_inference.training.recipe import Recipe
from plait_inference.training.train import Job
from plait_shared.errors import Misconfigured

pytestmark = [pytest.mark.model, pytest.mark.integration]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Example]]:
    """What each way of measuring was given; every score is .5, and the card says so."""
    given: dict[str, list[Example]] = {}
    scores = {"all": {"intents": {"model": 0.5, "baseline": 0.1, "support": 3.0}}}
    fields: Any = {"recipe": {"dev_share": 0.2}, "metrics": scores, "trunk": "default"}
    parts = {"manifest": type("Manifest", (), fields), "budget": BatchBudget}
    tagger = type("Tagger", (), parts)
    monkeypatch.setattr(cli_training, "tagger", lambda *_: tagger)
    for name in ("measure", "measure_as_it_is"):

        def run(_: object, examples: list[Example], *_rest: object, name: str = name) -> Any:
            given[name] = examples
            return scores

        monkeypatch.setattr(f"plait_inference.training.measure.{name}", run)
    monkeypatch.setattr("plait_inference.models.backbone.load_trunk", lambda _: None)
    noted = {"conversations": scores["all"]}
    monkeypatch.setattr("plait_inference.training.items.measure", lambda *_: noted)
    monkeypatch.setattr("plait_inference.training.items.promised", lambda *_: noted)
    return given


@pytest.mark.parametrize(
    ("options", "way", "dev"),
    [
        ([], "measure", True),
        (["--dev-only"], "measure", True),
        (["--all"], "measure_as_it_is", False),
        (["--data", "{tiny}"], "measure_as_it_is", False),
    ],
)
def test_evaluate_takes_the_dev_part_of_what_is_shipped(
    tiny_data: Path, measured: dict[str, list[Example]], options: list[str], way: str, dev: bool
) -> None:
    done = CliRunner().invoke(cli.app, ["evaluate", *(option.format(tiny=tiny_data) for option in options)])
    assert (done.exit_code, "0.500" in done.stdout) == (0, True), done.output
    whole = read_folder(tiny_data if "--data" in options else cli_parts.SHIPPED_DATA)
    assert measured == {way: split(whole, 0.2)[1] if dev else whole}


def test_evaluate_fails_when_the_card_says_otherwise(
    measured: dict[str, list[Example]], monkeypatch: pytest.MonkeyPatch
) -> None:
    better = {"all": {"intents": {"model": 0.6, "baseline": 0.1, "support": 3.0}}}
    monkeypatch.setattr("plait_inference.training.measure.measure", lambda *_: better)
    done = CliRunner().invoke(cli.app, ["evaluate"])
    assert done.exit_code == 2
    assert "all, intents: 0.600 instead of 0.500" in done.output


def test_evaluate_fails_when_conversations_score_otherwise(
    measured: dict[str, list[Example]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = {"conversations": {"intents": {"model": 0.4, "baseline": 0.1, "support": 3.0}}}
    monkeypatch.setattr("plait_inference.training.items.measure", lambda *_: worse)
    done = CliRunner().invoke(cli.app, ["evaluate"])
    assert done.exit_code == 2
    assert "conversations, intents: 0.400 instead of 0.500" in done.output


def test_train_takes_the_messages_that_are_shipped_and_the_recipe_of_the_card(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Job, Recipe]] = []

    def stop(job: Job, recipe: Recipe, _: object) -> None:
        asked.append((job, recipe))
        raise Misconfigured("that was enough")

    monkeypatch.setattr("plait_inference.training.train.train", stop)
    shipped = artefact.read(artefact.ARTEFACTS / artefact.DEFAULT_NAME).recipe
    assert CliRunner().invoke(cli.app, ["train"]).exit_code == 2
    [(job, recipe)] = asked
    assert (job.data, job.output) == (cli_parts.SHIPPED_DATA, Path("artefacts") / artefact.DEFAULT_NAME)
    wanted = asdict(Recipe()) | {name: value for name, value in shipped.items() if name in asdict(recipe)}
    assert asdict(recipe) == wanted | {"start": ""}
    assert job.dev_share == shipped["dev_share"]
