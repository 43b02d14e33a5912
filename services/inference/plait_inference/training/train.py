"""Train, calibrate, measure, write: what ``plait-inference train`` does."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from plait_inference import reference
from plait_inference.labels import INTENT_TASK, INTENTS, SINGLE
from plait_inference.models import artefact
from plait_inference.models.artefact import Manifest, Source
from plait_inference.models.backbone import DEFAULT_TRUNK, Trunk, load_trunk
from plait_inference.models.device import choose_device
from plait_inference.models.engines import TorchEngine
from plait_inference.models.network import Network
from plait_inference.models.tagger import Tagger
from plait_inference.training import card
from plait_inference.training.calibrate import DEFAULT
from plait_inference.training.distil import Vectors
from plait_inference.training.examples import Example, read_parts
from plait_inference.training.features import Feature, class_weights, featurize
from plait_inference.training.lessons import Lessons
from plait_inference.training.loop import Guides, Material, fit, key_of
from plait_inference.training.measure import calibrate, measure, readings_of
from plait_inference.training.precision import faster
from plait_inference.training.predict import predict
from plait_inference.training.public import SOURCES, read_public
from plait_inference.training.recipe import Recipe
from plait_inference.training.scores import Metrics
from plait_inference.training.tracking import Log, tracking, under
from plait_shared.errors import Misconfigured

LEARN_PART: Final = "the learn part"
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Job:
    """Where things are; ``dev_share`` of the conversations is kept for measuring.

    ``fit_all``: after measuring, train again on everything; thresholds and metrics stay
    those of the measured model. ``start``: an artefact to go on from; it must have left out the same dev part.
    ``track``: tensorboard or wandb, which get the numbers besides the file ``log.jsonl``.
    """

    data: Path
    output: Path
    public: Path | None = None
    trunk: str = DEFAULT_TRUNK
    start: Path | None = None
    dev_share: float = 0.2
    fit_all: bool = False
    track: str = ""


def train(job: Job, recipe: Recipe, report: Report) -> Manifest:
    """Make an artefact in ``job.output``; continues where an interrupted run stopped."""
    work = job.output.with_name(f"{job.output.name}.work")
    with tracking(job.track, work, key_of(str(job.output.resolve()), recipe), asdict(recipe)) as log:
        return _train(job, recipe, work, (report, log))


def _train(job: Job, recipe: Recipe, work: Path, told: tuple[Report, Log]) -> Manifest:
    report, log = told
    trunk = load_trunk(job.trunk)
    weights = start_of(job, recipe, trunk)
    if job.start:
        recipe = replace(recipe, start=f"{job.start.name} {artefact.read(job.start).revision}")
    learn, dev = read_parts(job.data, job.dev_share)
    examples = learn + dev
    if not learn or not dev:
        raise Misconfigured(f"{job.data} has too few conversations to split: {len(examples)}")
    public, names = read_public(job.public, recipe.seed) if job.public else ([], [])
    report(f"{len(learn)} to learn from, {len(dev)} to measure on, {len(public)} public")
    teachers = _teachers(job, (recipe, weights), (trunk, learn), (report, log))
    how = _How(recipe, weights, [teacher.network for teacher in teachers])
    draft = _draft(job, recipe, trunk, _sources(examples, public, names))
    measured = trained = _fit(trunk, (learn, public), how, work / "measured", (report, under("train", log)))
    tagger = Tagger(TorchEngine(measured.network), trunk.tokenizer, draft, trunk.window)
    manifest = calibrate(draft, dev, predict(tagger, dev))
    metrics = measure(tagger, dev, trunk)
    report(card.metrics_table(metrics["all"], "dev"))
    if job.fit_all:
        trained = _fit(trunk, (examples, public), how, work / "all", (report, under("train on all", log)))
    ran_on = [place for part in (*teachers, measured, trained) for place in part.ran_on]
    distinct = [place for at, place in enumerate(ran_on) if place not in ran_on[:at]]
    final = replace(manifest, metrics=metrics, recipe={**manifest.recipe, artefact.RAN_ON: distinct})
    written = artefact.write(job.output, final, trained.network.trained_state())
    (job.output / artefact.CARD).write_text(card.render(written), encoding="utf-8")
    said = readings_of(Tagger(TorchEngine(trained.network), trunk.tokenizer, written, trunk.window), dev)
    reference.write(job.output, reference.refer(written.revision, said))
    under("dev", log)(recipe.epochs, _numbers(metrics))
    return written


@dataclass(frozen=True, slots=True)
class _How:
    """What a training begins and goes on with; of the teachers nothing but what they say is learned."""

    recipe: Recipe
    weights: dict[str, Tensor]
    teachers: list[Network]


@dataclass(frozen=True, slots=True)
class _Trained:
    """A network that has learned, and each ``Runtime`` that it did so on."""

    network: Network
    ran_on: list[dict[str, Any]]


def _teachers(
    job: Job,
    begun: tuple[Recipe, dict[str, Tensor]],
    what: tuple[Trunk, Sequence[Example]],
    told: tuple[Report, Log],
) -> list[_Trained]:
    """Networks of the same recipe and of the next seeds, each with public texts of its own, ready to be asked."""
    (recipe, weights), (trunk, learn), (report, log) = begun, what, told
    trained: list[_Trained] = []
    for seed in range(recipe.seed + 1, recipe.seed + 1 + recipe.teachers):
        report(f"teacher {len(trained) + 1} of {recipe.teachers}, seed {seed}")
        name = f"teacher-{seed}"
        public = read_public(job.public, seed)[0] if job.public else []
        alone = _How(replace(recipe, seed=seed, teachers=0), weights, [])
        place = job.output.with_name(f"{job.output.name}.work") / name
        trained.append(_fit(trunk, (learn, public), alone, place, (report, under(name, log))))
        trained[-1].network.backbone.merge()
    return trained


def start_of(job: Job, recipe: Recipe, trunk: Trunk) -> dict[str, Tensor]:
    """The weights to begin with, none for the trunk's own; raises ``Misconfigured`` when they don't fit."""
    if job.start is None:
        return {}
    start = artefact.read(job.start)
    if (start.trunk_fingerprint, start.rank, start.adapt) != (trunk.fingerprint, recipe.rank, recipe.adapt):
        raise Misconfigured(f"{job.start} has another trunk or other adapters: train without --start")
    if start.recipe["fitted_on"] != LEARN_PART:
        raise Misconfigured(f"{job.start} was trained on what is measured on as well: train without --start")
    if start.recipe["dev_share"] != job.dev_share:
        raise Misconfigured(f"{job.start} was measured on another part: use --dev-share {start.recipe['dev_share']}")
    return artefact.read_weights(job.start)


def _fit(
    trunk: Trunk,
    examples: tuple[Sequence[Example], Sequence[Example]],
    how: _How,
    work: Path,
    told: tuple[Report, Log],
) -> _Trained:
    recipe, (report, _) = how.recipe, told
    torch.manual_seed(recipe.seed)
    network = Network(trunk, recipe.rank, recipe.adapt)
    network.load_state_dict(how.weights, strict=False)
    device = choose_device("auto")
    network.to(device)
    office, public = (featurize(trunk.tokenizer, part) if part else [] for part in examples)
    pad = int(trunk.tokenizer.pad_token_id or 0)

    def guides(features: Sequence[Feature]) -> Guides:
        report(f"reading the trunk's own vectors of {len(features)} texts")
        with faster(device):
            vectors = Vectors(trunk, features, device)
        if not how.teachers:
            return Guides(vectors, None)
        report(f"hearing what {len(how.teachers)} teachers say of them")
        return Guides(vectors, Lessons(how.teachers, features, pad))

    material = Material(office, public, class_weights(examples[0]), pad, trunk.fingerprint, guides)
    return _Trained(network, fit(network, material, recipe, work, told).ran_on)


def _numbers(metrics: dict[str, Metrics]) -> dict[str, float]:
    """The model's scores as ``all/topic accuracy``."""
    return {f"{part}/{task}": row["model"] for part, rows in metrics.items() for task, row in rows.items()}


def _draft(job: Job, recipe: Recipe, trunk: Trunk, data: list[Source]) -> Manifest:
    fitted_on = "all data (metrics: of the same recipe on the learn part)"
    return Manifest(
        name=job.output.name,
        trunk=trunk.name,
        trunk_fingerprint=trunk.fingerprint,
        rank=recipe.rank,
        adapt=recipe.adapt,
        thresholds={lang: dict.fromkeys(INTENTS, DEFAULT) for lang in ("en", "zh", "other")},
        temperatures=dict.fromkeys((INTENT_TASK, *SINGLE), 1.0),
        metrics={},
        data=data,
        recipe={
            **asdict(recipe),
            "dev_share": job.dev_share,
            "fitted_on": fitted_on if job.fit_all else LEARN_PART,
        },
    )


def _sources(office: Sequence[Example], public: Sequence[Example], names: Sequence[str]) -> list[Source]:
    own = Source("office", "written for this project", "the project's licence", len(office))
    counts = Counter(item.conversation for item in public)
    return [
        own,
        *(Source(name, SOURCES[name].origin, SOURCES[name].licence, counts[name]) for name in names),
    ]
