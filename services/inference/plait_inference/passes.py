"""Runs texts through a model, pass by pass. A poisoned text fails alone, never its neighbours."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from plait_inference.batching import BatchBudget, next_batch
from plait_inference.memory import OutOfMemory, Room
from plait_inference.models.protocol import TagModel
from plait_inference.reading import Reading
from plait_inference.turns import Turns
from plait_shared.errors import BadRecord, PlaitError

Outcome = Reading | BadRecord
COUNTED: Final = 64
"""Texts whose tokens are counted in one turn."""


@dataclass(frozen=True, slots=True)
class Pass:
    """A pass that gave readings: the tokens of each text, how long they waited for it, and the budget it kept to."""

    lengths: tuple[int, ...]
    waited_s: float
    budget: BatchBudget

    @property
    def tokens(self) -> int:
        """Tokens of the texts."""
        return sum(self.lengths)

    @property
    def cost(self) -> int:
        """Tokens with padding, where there is some."""
        return self.budget.cost(self.lengths)


class Watch(Protocol):
    """Hears of the passes."""

    def passed(self, done: Pass) -> None:
        """A pass gave readings."""

    def ran_out(self) -> None:
        """A pass did not fit into memory."""


class Unwatched:
    """A `Watch` that does nothing."""

    def passed(self, done: Pass) -> None:
        """Nothing."""

    def ran_out(self) -> None:
        """Nothing."""


@dataclass(frozen=True, slots=True)
class _Part:
    """Texts for one pass, the tokens of each, when they were asked for, and the budget of the pass."""

    texts: list[str]
    lengths: list[int]
    asked_at: float
    budget: BatchBudget

    def alone(self) -> list["_Part"]:
        pairs = zip(self.texts, self.lengths, strict=True)
        return [_Part([text], [length], self.asked_at, self.budget) for text, length in pairs]


class Passes:
    """Reads for several threads, which take turns in the order in which they ask: some lengths, or one pass.

    So a short request waits twice, each time for one turn of every other thread at most. A text of several windows is
    read whole in one turn.
    """

    def __init__(
        self, budget: BatchBudget, watch: Watch | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._room = Room(budget)
        self._watch = watch or Unwatched()
        self._clock = clock
        self._turn = Turns()

    def read(self, model: TagModel, texts: Sequence[str]) -> list[Outcome]:
        """A reading or a ``BadRecord`` for each text, in order.

        Every other ``PlaitError`` (``OutOfMemory`` for one text alone, ``Fatal`` on a lost device, …) is about the
        model and is raised.
        """
        asked_at = self._clock()
        lengths, results = self._counted(model, texts)
        waiting = sorted(lengths)
        while waiting:
            budget = self._room.budget
            ahead = waiting[: budget.look_ahead]
            rows = [ahead[place] for place in next_batch([lengths[row] for row in ahead], budget)]
            part = _Part([texts[row] for row in rows], [lengths[row] for row in rows], asked_at, budget)
            outcomes = self._fitting(model, part)
            if outcomes is not None:
                results.update(zip(rows, outcomes, strict=True))
                waiting = [row for row in waiting if row not in results]
        return [results[row] for row in range(len(texts))]

    def _fitting(self, model: TagModel, part: _Part) -> list[Outcome] | None:
        """The outcomes, or None where the texts did not fit together: the error is gone then, with what it held."""
        try:
            return self._outcomes(model, part)
        except OutOfMemory:
            with self._turn:
                self._watch.ran_out()
                if len(part.texts) == 1:
                    raise
                self._room.ran_out(part.budget.cost(part.lengths))
        return None

    def _outcomes(self, model: TagModel, part: _Part) -> list[Outcome]:
        """One pass; when it fails on what it was given, text by text."""
        try:
            return list(self._encode(model, part))
        except Exception as error:
            if _is_about_the_model(error):
                raise
            if len(part.texts) == 1:
                return [_as_bad_record(error)]
        return [outcome for one in part.alone() for outcome in self._outcomes(model, one)]

    def _encode(self, model: TagModel, part: _Part) -> list[Reading]:
        with self._turn:
            began = self._clock()
            readings = model.encode(part.texts)
            self._room.fitted()
            self._watch.passed(Pass(tuple(part.lengths), began - part.asked_at, part.budget))
        return readings

    def _counted(self, model: TagModel, texts: Sequence[str]) -> tuple[dict[int, int], dict[int, Outcome]]:
        """The tokens of each text that has some, and of the others why not."""
        lengths: dict[int, int] = {}
        failed: dict[int, Outcome] = {}
        for start in range(0, len(texts), COUNTED):
            found, broken = self._lengths(model, texts[start : start + COUNTED])
            lengths |= {start + row: length for row, length in found.items()}
            failed |= {start + row: error for row, error in broken.items()}
        return lengths, failed

    def _lengths(self, model: TagModel, texts: Sequence[str]) -> tuple[dict[int, int], dict[int, BadRecord]]:
        """Token counts, and the texts that cannot even be tokenised."""
        try:
            with self._turn:
                return dict(enumerate(model.lengths(texts))), {}
        except Exception as error:
            if _is_about_the_model(error):
                raise
            if len(texts) == 1:
                return {}, {0: _as_bad_record(error)}
        lengths: dict[int, int] = {}
        broken: dict[int, BadRecord] = {}
        for row, text in enumerate(texts):
            found, failed = self._lengths(model, [text])
            if found:
                lengths[row] = found[0]
            else:
                broken[row] = failed[0]
        return lengths, broken


def read_all(model: TagModel, texts: Sequence[str], budget: BatchBudget) -> list[Outcome]:
    """As `Passes.read`, by one that nobody shares."""
    return Passes(budget).read(model, texts)


def _is_about_the_model(error: Exception) -> bool:
    return isinstance(error, PlaitError) and not isinstance(error, BadRecord)


def _as_bad_record(error: Exception) -> BadRecord:
    if isinstance(error, BadRecord):
        return error
    bad = BadRecord(f"the model cannot read this text: {type(error).__name__}: {error}")
    bad.__cause__ = error
    return bad
