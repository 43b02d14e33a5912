"""Which messages share a pass of the model: pure, over token counts.

Where the engine pads, fixed batches in arrival order are slower than none, because padding eats what batching gives.
So the texts of a short look-ahead are cut into groups of neighbours in length, such that padding and passes together
cost least, and the next pass is the group of the oldest text: nobody is overtaken for ever. Without padding the oldest
texts go together, as many as fit.
"""

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final

LOOK_AHEAD: Final = 64
PASS_COST: Final = 32
"""What a pass costs beside its padded tokens, in tokens: products of few rows are slower."""


@dataclass(frozen=True, slots=True)
class BatchBudget:
    """``max_tokens`` bounds the cost of a batch; one item alone may exceed it. ``padded``: all cost as the longest."""

    max_tokens: int = 512
    look_ahead: int = LOOK_AHEAD
    padded: bool = True

    def cost(self, lengths: Sequence[int]) -> int:
        """Tokens that the model computes for items of so many, padding included."""
        return max(lengths) * len(lengths) if self.padded else sum(lengths)


def next_batch(lengths: Sequence[int], budget: BatchBudget) -> list[int]:
    """Positions of the next batch out of a queue, oldest first, the oldest among them; never empty for a queue."""
    if not budget.padded:
        totals = list(accumulate(lengths[: budget.look_ahead]))
        return list(range(max(bisect(totals, budget.max_tokens), min(len(totals), 1))))
    ahead = sorted(range(min(len(lengths), budget.look_ahead)), key=lambda index: (lengths[index], index))
    cuts = _cuts([lengths[index] for index in ahead], budget.max_tokens)
    return next((sorted(ahead[start:end]) for start, end in pairwise(cuts) if 0 in ahead[start:end]), [])


def _cuts(lengths: Sequence[int], most: int) -> list[int]:
    """Where to cut ascending lengths into groups of least cost together: 0, …, their count."""
    costs, starts = [0], [0]
    for end in range(1, len(lengths) + 1):
        longest = lengths[end - 1]
        fewest = max(0, min(end - 1, end - most // longest))
        tried = [(costs[start] + longest * (end - start) + PASS_COST, -start) for start in range(fewest, end)]
        cost, start = min(tried)  # of equal ones that with the fuller groups first
        costs.append(cost)
        starts.append(-start)
    cuts = [len(lengths)]
    while cuts[-1]:
        cuts.append(starts[cuts[-1]])
    return cuts[::-1]
