"""The training loop: deterministic by seed, resumable at every epoch."""

import hashlib
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from plait_inference.models.network import Network
from plait_inference.training.distil import Vectors
from plait_inference.training.features import Batch, Feature, batches, collate
from plait_inference.training.lessons import Lessons, Said, lesson_loss
from plait_inference.training.losses import Targets, total_loss
from plait_inference.training.precision import faster, runtime
from plait_inference.training.recipe import Recipe
from plait_inference.training.tracking import Log

WARMUP: Final = 0.06
CHECKPOINT: Final = "checkpoint.pt"
Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Guides:
    """What is learned besides the labels: ``vectors`` are to be kept, ``lessons`` are what teachers say."""

    vectors: Vectors
    lessons: Lessons | None


@dataclass(frozen=True, slots=True)
class Material:
    """Features to learn from; ``public`` may be empty; ``weights`` are class weights."""

    office: Sequence[Feature]
    public: Sequence[Feature]
    weights: dict[str, Tensor]
    pad: int
    trunk: str
    """Fingerprint of the encoder that is adapted."""
    guides: Callable[[Sequence[Feature]], Guides]
    """Asked once, with what the epochs learn from."""


@dataclass(slots=True)
class Progress:
    """Where training stands; written to the checkpoint after each epoch."""

    epoch: int = 0
    losses: list[float] = field(default_factory=list)
    ran_on: list[dict[str, Any]] = field(default_factory=list)
    """Each ``Runtime`` of the epochs: more than one where a run went on elsewhere."""


def plan_epoch(material: Material, recipe: Recipe, epoch: int) -> list[list[Feature]]:
    """The batches of an epoch: a function of seed and epoch alone, so that it can resume."""
    rng = random.Random(f"{recipe.seed}/{epoch}")
    public = list(material.public)
    count = min(int(recipe.public_mix * len(material.office)), len(public))
    mixed = batches(material.office, recipe.batch_size, rng)
    mixed += batches(rng.sample(public, count), recipe.batch_size, rng)
    rng.shuffle(mixed)
    return mixed


def fit(network: Network, material: Material, recipe: Recipe, work: Path, told: tuple[Report, Log]) -> Progress:
    """Train in place and say how it went; resumes from ``work``."""
    report, log = told
    torch.manual_seed(recipe.seed)
    optimizer = make_optimizer(network, recipe)
    path, key = work / CHECKPOINT, key_of(recipe, material.trunk, material.office, material.public)
    progress = resume(network, optimizer, path, key)
    prepare(network)
    here = asdict(runtime(next(network.heads.parameters()).device))
    if progress.epoch < recipe.epochs:
        guides = material.guides(_seen(material, recipe))
    while progress.epoch < recipe.epochs:
        torch.manual_seed(recipe.seed * 1000 + progress.epoch)
        began = time.monotonic()
        progress.losses.append(run_epoch(network, optimizer, (material, recipe, guides), progress.epoch, report))
        progress.epoch += 1
        progress.ran_on += [here] if here not in progress.ran_on else []
        save(network, optimizer, (progress, key), path)
        seconds = time.monotonic() - began
        log(progress.epoch, {"loss": progress.losses[-1], "seconds": round(seconds, 3)})
        report(f"epoch {progress.epoch}/{recipe.epochs} loss {progress.losses[-1]:.3f} {seconds:.0f} s")
    network.eval()
    return progress


def _seen(material: Material, recipe: Recipe) -> list[Feature]:
    """What the epochs learn from, each once; all of them, so that a run that goes on reads the same as a whole one."""
    plans = (plan_epoch(material, recipe, epoch) for epoch in range(recipe.epochs))
    return list({item.ids: item for plan in plans for batch in plan for item in batch}.values())


def run_epoch(
    network: Network,
    optimizer: torch.optim.Optimizer,
    what: tuple[Material, Recipe, Guides],
    epoch: int,
    report: Report,
) -> float:
    """One epoch; returns the mean loss."""
    material, recipe, guides = what
    losses: list[Tensor] = []  # left on the device: to ask for each would be to wait for each step
    plan = plan_epoch(material, recipe, epoch)
    for place, chosen in enumerate(plan):
        set_rate(optimizer, (epoch + place / len(plan)) / recipe.epochs)
        batch = collate(chosen, material.pad), guides.vectors.of(chosen)
        said = guides.lessons.of(chosen) if guides.lessons else None
        losses.append(step(network, optimizer, (*batch, said), material.weights, recipe))
        if place % 100 == 99:
            report(f"step {place + 1}/{len(plan)} loss {float(torch.stack(losses).mean()):.3f}")
    return float(torch.stack(losses).mean()) if losses else 0.0


def prepare(network: Network) -> None:
    """The heads in training; no dropout in the trunk, which few adapters can't learn by heart."""
    network.eval()
    network.heads.train()


def step(
    network: Network,
    optimizer: torch.optim.Optimizer,
    example: tuple[Batch, Tensor, Said | None],
    weights: dict[str, Tensor],
    recipe: Recipe,
) -> Tensor:
    """One update on a batch, the vectors ``[batch, hidden]`` it should keep and what teachers say of it.

    Returns the loss of its tags.
    """
    device = next(network.heads.parameters()).device
    batch, vectors, said = example
    mask = batch.mask.to(device)
    placed = {task: weight.to(device) for task, weight in weights.items()}
    with faster(device):
        hidden = network.backbone(batch.input_ids.to(device), mask)
    out, found = network.read(hidden.float(), mask)
    loss = total_loss(out, _to(batch.targets, device), placed)
    away = 1 - functional.cosine_similarity(found, vectors.to(device)).mean()
    optimizer.zero_grad(set_to_none=True)
    taught = recipe.taught * lesson_loss(out, said) if said else 0.0
    torch.autograd.backward(loss + taught + recipe.held * away)
    nn.utils.clip_grad_norm_([p for g in optimizer.param_groups for p in g["params"]], 1.0)
    optimizer.step()
    return loss.detach()


def make_optimizer(network: Network, recipe: Recipe) -> torch.optim.Optimizer:
    """AdamW, with a rate of their own for adapters and for heads."""
    adapters = [one for one in network.backbone.parameters() if one.requires_grad]
    heads = [*network.heads.parameters(), *network.embedding.parameters()]
    groups: list[dict[str, Any]] = [
        {"params": adapters, "lr": recipe.learning_rate, "peak": recipe.learning_rate},
        {"params": heads, "lr": recipe.head_learning_rate, "peak": recipe.head_learning_rate},
    ]
    return torch.optim.AdamW(groups, weight_decay=recipe.weight_decay, fused=True)


def set_rate(optimizer: torch.optim.Optimizer, done: float) -> None:
    """Linear warm-up, then linear decay, with a share of the training done."""
    scale = min(done / WARMUP, (1 - done) / (1 - WARMUP))
    for group in optimizer.param_groups:
        group["lr"] = group["peak"] * max(scale, 0.01)


def key_of(*parts: object) -> str:
    """A hash of everything that decides a run, so that no run continues another one."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def save(network: Network, optimizer: torch.optim.Optimizer, state: tuple[Progress, str], path: Path) -> None:
    """Write a checkpoint, replacing the last one in one move."""
    progress, key = state
    path.parent.mkdir(parents=True, exist_ok=True)
    content = {
        "key": key,
        "network": network.trained_state(),
        "optimizer": optimizer.state_dict(),
        "progress": (progress.epoch, progress.losses, progress.ran_on),
    }
    partial = path.with_name(f"{path.name}.partial")
    torch.save(content, partial)
    partial.replace(path)


def resume(network: Network, optimizer: torch.optim.Optimizer, path: Path, key: str) -> Progress:
    """Load the checkpoint if it is there and belongs to this run."""
    if path.is_file():
        state = torch.load(path, map_location="cpu", weights_only=True)
        if state["key"] == key:
            network.load_state_dict(state["network"], strict=False)
            optimizer.load_state_dict(state["optimizer"])
            return Progress(*state["progress"])
    return Progress()


def _to(targets: Targets, device: torch.device) -> Targets:
    return Targets(
        intents=targets.intents.to(device),
        tags=targets.tags.to(device),
        open_tags=targets.open_tags.to(device),
        singles={task: value.to(device) for task, value in targets.singles.items()},
        acts=targets.acts.to(device),
    )
