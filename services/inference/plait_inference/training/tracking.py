"""Where the numbers of a training go: JSON lines always, TensorBoard or Weights & Biases when asked for."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol

from plait_shared.errors import Misconfigured

LINES: Final = "log.jsonl"
TENSORBOARD: Final = "tensorboard"
WANDB: Final = "wandb"
PROJECT: Final = "plait"
"""Where runs are filed in Weights & Biases."""
Log = Callable[[int, Mapping[str, float]], None]
"""Takes an epoch and the numbers after it, by name; a name's parts are set apart by slashes."""


class Tracker(Protocol):
    """Keeps the numbers of one training; what was measured comes again when the training is run again."""

    def log(self, epoch: int, values: Mapping[str, float]) -> None:
        """See ``Log``."""


class Lines:
    """A file of one JSON object a call; a number that is none, as the loss of a run that diverged, is null."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def log(self, epoch: int, values: Mapping[str, float]) -> None:
        """Append a line."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        finite = {name: value if math.isfinite(value) else None for name, value in values.items()}
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"epoch": epoch, **finite}) + "\n")


class TensorBoard:
    """Scalars of a ``SummaryWriter``."""

    def __init__(self, writer: Any) -> None:
        self._writer = writer

    def log(self, epoch: int, values: Mapping[str, float]) -> None:
        """One point in each curve."""
        for name, value in values.items():
            self._writer.add_scalar(name, value, epoch)
        self._writer.flush()


class Wandb:
    """A run of Weights & Biases, with epochs as the axis: its own steps can't go back, and a second fit does."""

    def __init__(self, run: Any) -> None:
        self._run = run
        run.define_metric("*", step_metric="epoch")

    def log(self, epoch: int, values: Mapping[str, float]) -> None:
        """One point in each curve."""
        self._run.log({"epoch": epoch, **values})


@contextmanager
def tracking(asked: str, work: Path, key: str, recipe: Mapping[str, Any]) -> Iterator[Log]:
    """What takes the numbers of the run ``key`` in ``work``; ``asked`` is tensorboard, wandb or empty.

    Raises ``Misconfigured`` for another one, or without its package.
    """
    if asked not in {"", TENSORBOARD, WANDB}:
        raise Misconfigured(f"runs are tracked by {TENSORBOARD} or {WANDB}, not {asked!r}")
    with ExitStack() as stack:
        trackers: list[Tracker] = [Lines(work / LINES)]
        if asked == TENSORBOARD:
            writer = _module("torch.utils.tensorboard", asked).SummaryWriter(str(work / TENSORBOARD))
            trackers.append(TensorBoard(stack.enter_context(writer)))
        elif asked == WANDB:
            name, init = work.name.removesuffix(".work"), _module(WANDB, asked).init
            work.mkdir(parents=True, exist_ok=True)
            run = init(  # what was interrupted goes on under its id
                project=PROJECT, name=name, id=key[:16], resume="allow", dir=str(work), config=dict(recipe)
            )
            trackers.append(Wandb(stack.enter_context(run)))

        def log(epoch: int, values: Mapping[str, float]) -> None:
            for tracker in trackers:
                tracker.log(epoch, values)

        yield log


def under(part: str, log: Log) -> Log:
    """The same with names below ``part``."""
    return lambda epoch, values: log(epoch, {f"{part}/{name}": value for name, value in values.items()})


def _module(name: str, package: str) -> Any:
    try:
        return import_module(name)
    except ImportError as error:
        raise Misconfigured(f"tracking by {package} needs its package: pip install {package}") from error
