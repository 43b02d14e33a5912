"""A tiny training run and its artefact."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from transformers import BertModel

from plait_inference import reference
from plait_inference.models import artefact
from plait_inference.models.backbone import FROZEN, WHOLE, load_trunk
from plait_inference.models.device import choose_device
from plait_inference.models.heads import Outputs
from plait_inference.models.network import Network
from plait_inference.models.tagger import load_tagger
from plait_inference.training import card, precision
from plait_inference.training.card import render
from plait_inference.training.examples import read_parts
from plait_inference.training.features import collate, featurize
from plait_inference.training.lessons import Lessons, lesson_loss
from plait_inference.training.measure import readings_of
from plait_inference.training.recipe import Recipe
from plait_inference.training.train import Job, train
from plait_shared.errors import Misconfigured

pytestmark = [pytest.mark.model, pytest.mark.integration]


RECIPE = Recipe(epochs=12, teachers=0, batch_size=8, rank=8, learning_rate=1e-3, head_learning_rate=1e-2)


@pytest.fixture(scope="module")
def tiny_artefact(tiny_trunk: Path, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("made") / "tiny-1"
    train(Job(tiny_data, output, trunk=str(tiny_trunk)), RECIPE, lambda _: None)
    return output


def test_training_learns_and_the_artefact_reads_back(tiny_artefact: Path) -> None:
    tagger = load_tagger(tiny_artefact)
    asked, promised = tagger.encode(["can you fix the bug ?", "I will send the deck ."])
    assert [item.label for item in asked.intents] == ["request"]
    assert [item.label for item in promised.intents] == ["commitment"]
    assert [(span.label, span.start, span.end) for span in asked.entities] == [("WORK", 16, 19)]
    assert promised.topic.label == "sales"
    assert asked.urgency.label == "high"
    assert tagger.manifest.metrics["all"]["intents micro-F1"]["model"] == 1.0
    assert (tiny_artefact / artefact.CARD).read_text(encoding="utf-8") == render(tagger.manifest)


def test_training_leaves_the_labels_of_the_dev_part_as_reference(tiny_artefact: Path, tiny_data: Path) -> None:
    tagger = load_tagger(tiny_artefact, precision="float32")
    _, dev = read_parts(tiny_data, 0.2)
    found = reference.read(tiny_artefact, tagger.revision)
    assert found is not None
    assert found.messages == len(dev)
    assert found.shares == reference.refer(tagger.revision, readings_of(tagger, dev)).shares


def test_the_same_seed_makes_the_same_artefact_and_a_resumed_run_too(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=3, teachers=0, batch_size=8, rank=8)

    def stop_early(line: str) -> None:
        if line.startswith("epoch 2"):
            raise KeyboardInterrupt

    whole = train(Job(tiny_data, tmp_path / "a" / "same", trunk=str(tiny_trunk)), recipe, lambda _: None)
    job = Job(tiny_data, tmp_path / "b" / "same", trunk=str(tiny_trunk))
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, stop_early)
    assert train(job, recipe, lambda _: None).revision == whole.revision


class Course:
    """What a training reports of its course, the first two words of a line; interrupts it after ``last``."""

    STEPS = ("teacher", "reading", "hearing", "epoch")

    def __init__(self, *last: str) -> None:
        self.lines: list[str] = []
        self._last = list(last)

    def __call__(self, line: str) -> None:
        if line.startswith(self.STEPS):
            self.lines.append(" ".join(line.split()[:2]))
            if self._last and self.lines[-len(self._last) :] == self._last:
                raise KeyboardInterrupt


def test_a_training_with_teachers_goes_on_where_it_stopped_and_trains_none_again(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=2, teachers=2, batch_size=8, rank=8)
    whole = train(Job(tiny_data, tmp_path / "a" / "same", trunk=str(tiny_trunk)), recipe, lambda _: None)
    job = Job(tiny_data, tmp_path / "b" / "same", trunk=str(tiny_trunk))
    learned = ["reading the", "epoch 1/2", "epoch 2/2"]

    after_a_teacher = Course("teacher 2")
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, after_a_teacher)
    assert after_a_teacher.lines == ["teacher 1", *learned, "teacher 2"]

    student = ["reading the", "hearing what", "epoch 1/2"]
    between_epochs = Course(*student)
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, between_epochs)
    assert between_epochs.lines == ["teacher 1", "teacher 2", *learned, *student]

    to_the_end = Course()
    assert train(job, recipe, to_the_end).revision == whole.revision
    assert to_the_end.lines == ["teacher 1", "teacher 2", "reading the", "hearing what", "epoch 2/2"]


def test_the_card_says_on_what_a_training_ran_and_went_on(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Recipe(epochs=2, teachers=0, batch_size=8, rank=8)
    job = Job(tiny_data, tmp_path / "moved-1", trunk=str(tiny_trunk))
    monkeypatch.setattr(precision, "_half_is_faster", lambda _: False)
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, Course("epoch 1/2"))
    monkeypatch.setattr(precision, "_half_is_faster", lambda _: True)
    made = train(job, recipe, lambda _: None)
    device = choose_device("auto").type
    places = [
        {"engine": "torch", "device": device, "precision": one, "threads": torch.get_num_threads()}
        for one in ("float32", "bfloat16")
    ]
    assert made.recipe["ran_on"] == places
    assert artefact.read(job.output) == made
    said = [
        f"on {device} (torch, products in {one}, CPU threads: {torch.get_num_threads()})"
        for one in ("float32", "bfloat16")
    ]
    assert f"Trained {said[0]}, then {said[1]}." in (job.output / artefact.CARD).read_text(encoding="utf-8")


def test_a_manifest_of_before_is_read_and_its_card_says_nothing_of_it(tiny_artefact: Path, tmp_path: Path) -> None:
    made = artefact.read(tiny_artefact)
    before = {name: value for name, value in made.recipe.items() if name != artefact.RAN_ON}
    folder = Path(shutil.copytree(tiny_artefact, tmp_path / "before"))
    artefact.write_manifest(folder, replace(made, recipe=before))
    assert "Trained on" in render(made)
    assert "Trained on" not in render(artefact.read(folder))
    assert load_tagger(folder).manifest.recipe == before


def test_heads_learn_in_full_precision_where_the_encoder_runs_in_half(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "_half_is_faster", lambda _: True)
    seen: set[tuple[torch.dtype, bool]] = set()
    whole = Network.read

    def read(network: Network, hidden: torch.Tensor, mask: torch.Tensor) -> tuple[Outputs, torch.Tensor]:
        seen.add((hidden.dtype, torch.is_autocast_enabled(hidden.device.type)))
        return whole(network, hidden, mask)

    monkeypatch.setattr(Network, "read", read)
    job = Job(tiny_data, tmp_path / "half", trunk=str(tiny_trunk))
    made = train(job, replace(RECIPE, epochs=1, teachers=1), lambda _: None)
    assert made.metrics["all"]
    assert seen == {(torch.float32, False)}


def test_training_goes_on_from_an_artefact(
    tiny_artefact: Path, tiny_trunk: Path, tiny_data: Path, tmp_path: Path
) -> None:
    job = Job(tiny_data, tmp_path / "next-1", trunk=str(tiny_trunk), start=tiny_artefact)
    recipe = Recipe(epochs=1, teachers=0, batch_size=8, rank=8, learning_rate=1e-6, head_learning_rate=1e-6)
    made = train(job, recipe, lambda _: None)
    assert made.recipe["start"] == f"tiny-1 {artefact.read(tiny_artefact).revision}"
    assert made.metrics["all"]["intents micro-F1"]["model"] == 1.0
    with pytest.raises(Misconfigured, match="other adapters"):
        train(job, Recipe(rank=4), lambda _: None)
    with pytest.raises(Misconfigured, match=r"--dev-share 0\.2"):
        train(Job(tiny_data, job.output, trunk=job.trunk, start=job.start, dev_share=0.3), recipe, lambda _: None)


def test_a_card_takes_new_scores_and_the_artefact_still_loads(tiny_artefact: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny_artefact, tmp_path / "again"))
    scores = {"all": {"intents micro-F1": {"model": 0.25, "baseline": 0.1, "support": 3.0}}}
    said = load_tagger(folder).encode(["can you fix the bug ?"])
    written = card.write(artefact.read(folder), scores, said, folder)
    assert artefact.read(folder) == written
    assert written.metrics == scores
    assert reference.read(folder, written.revision) == reference.refer(written.revision, said)
    assert "| 0.250 | 0.100 |" in (folder / artefact.CARD).read_text(encoding="utf-8")


def test_a_damaged_or_changed_artefact_is_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    def copy(name: str) -> Path:
        return Path(shutil.copytree(tiny_artefact, tmp_path / name))

    weights = copy("weights") / artefact.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(Misconfigured, match="damaged"):
        load_tagger(weights.parent)
    missing = copy("missing")
    (missing / artefact.WEIGHTS).unlink()
    with pytest.raises(Misconfigured, match="lacks"):
        load_tagger(missing)
    changed = copy("changed") / artefact.MANIFEST
    changed.write_text(changed.read_text().replace('"name": "tiny-1"', '"name": "tiny-2"'))
    with pytest.raises(Misconfigured, match="was changed"):
        load_tagger(changed.parent)
    with pytest.raises(Misconfigured, match="cannot read the model artefact"):
        load_tagger(tmp_path / "absent")


def test_an_artefact_refuses_another_trunk(tiny_artefact: Path, tiny_trunk: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(tiny_trunk, tmp_path / "other"))
    model = BertModel.from_pretrained(other)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight += 1.0
    model.save_pretrained(other)
    with pytest.raises(Misconfigured, match="another trunk"):
        load_tagger(tiny_artefact, trunk=str(other))


def test_a_text_longer_than_the_window_is_read_whole(tiny_artefact: Path) -> None:
    tagger = load_tagger(tiny_artefact, precision="float32")
    text = "I will send the deck . " * 40 + "can you fix the bug ?"
    short, long = tagger.encode(["I will send the deck .", text])
    assert all(text[span.start : span.end].strip() for span in long.entities)
    assert abs(sum(value * value for value in long.embedding) - 1) < 1e-3
    assert tagger.lengths([text]) == [80]
    [alone] = tagger.encode(["I will send the deck ."])
    assert short.embedding == pytest.approx(alone.embedding, abs=1e-5)
    assert replace(short, embedding=()) == replace(alone, embedding=())


@pytest.mark.parametrize(("adapt", "part"), [(WHOLE, "backbone.layers."), (FROZEN, "heads.")])
def test_all_layers_may_learn_or_none(tiny_data: Path, tiny_trunk: Path, tmp_path: Path, adapt: str, part: str) -> None:
    output = tmp_path / f"{adapt}-1"
    train(
        Job(tiny_data, output, trunk=str(tiny_trunk)),
        Recipe(epochs=1, teachers=0, batch_size=8, adapt=adapt),
        lambda _: None,
    )
    names = artefact.read_weights(output)
    assert any(name.startswith(part) for name in names)
    assert any(name.startswith("backbone.") for name in names) == (adapt == WHOLE)
    text = "can you send the report by Friday?"
    assert load_tagger(output, trunk=str(tiny_trunk)).encode([text])[0].intents


def test_teachers_are_trained_before_and_what_they_say_is_learned(
    tiny_data: Path, tiny_trunk: Path, tmp_path: Path
) -> None:
    said: list[str] = []
    recipe = Recipe(epochs=2, batch_size=8, rank=8, teachers=2)
    job = Job(tiny_data, tmp_path / "taught-1", trunk=str(tiny_trunk))
    made = train(job, recipe, said.append)
    assert [line for line in said if line.startswith("teacher")] == ["teacher 1 of 2, seed 8", "teacher 2 of 2, seed 9"]
    alone = train(replace(job, output=tmp_path / "alone" / "taught-1"), replace(recipe, teachers=0), lambda _: None)
    assert made.files != alone.files


def test_a_lesson_costs_least_where_the_learner_says_what_the_teacher_says(tiny_data: Path, tiny_trunk: Path) -> None:
    trunk = load_trunk(str(tiny_trunk))
    torch.manual_seed(3)
    teacher, other = Network(trunk, 4).eval(), Network(trunk, 4).eval()
    learn, _ = read_parts(tiny_data, 0.2)
    features = featurize(trunk.tokenizer, learn[:5])
    lessons = Lessons([teacher], features, 0)
    batch = collate(features[::-1], 0)
    with torch.no_grad():
        outputs = [network(batch.input_ids, batch.mask)[0] for network in (teacher, other)]
    same, different = (float(lesson_loss(out, lessons.of(features[::-1]))) for out in outputs)
    assert same < different
    mixed = Lessons([teacher, other], features, 0).of(features)
    assert float((mixed.intents - lessons.of(features).intents).abs().max()) > 0
