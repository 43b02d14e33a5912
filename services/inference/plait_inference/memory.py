"""How much fits one pass of the model: less after memory ran out, by and by as much as before."""

from dataclasses import replace
from typing import Final

from plait_inference.batching import BatchBudget
from plait_shared.errors import Retryable

GOOD_PASSES: Final = 64
"""Passes that must fit before twice as much is tried: a try that fails costs a pass."""


class OutOfMemory(Retryable):
    """No memory for a pass of the model now; a smaller one may fit."""


class Room:
    """The budget that memory allows, never more than the one given. Whoever changes it has the turn."""

    def __init__(self, budget: BatchBudget) -> None:
        self._given = budget
        self._tokens = budget.max_tokens
        self._fitted = 0

    @property
    def budget(self) -> BatchBudget:
        """What the next pass may cost."""
        return replace(self._given, max_tokens=self._tokens)

    def ran_out(self, cost: int) -> None:
        """A pass of ``cost`` tokens did not fit: from now on at most half of it."""
        self._tokens = max(min(self._tokens, cost // 2), 1)
        self._fitted = 0

    def fitted(self) -> None:
        """A pass did fit; after `GOOD_PASSES` of them the budget doubles."""
        self._fitted += 1
        if self._fitted >= GOOD_PASSES:
            self._tokens = min(self._tokens * 2, self._given.max_tokens)
            self._fitted = 0
