"""Which messages share a pass of the model: pure, over token counts.

Fixed batches in arrival order are slower than none, because padding eats what batching gives.
So: the oldest item first, then the items of a short look-ahead that are closest to it in
length, as long as the padded cost ``longest * count`` stays within the budget.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LOOK_AHEAD: Final = 32


@dataclass(frozen=True, slots=True)
class BatchBudget:
    """``max_tokens`` bounds the padded size of a batch; one item alone may exceed it."""

    max_tokens: int = 512
    look_ahead: int = LOOK_AHEAD


def next_batch(lengths: Sequence[int], budget: BatchBudget) -> list[int]:
    """Positions of the next batch out of a queue, oldest first; never empty for a queue.

    Neighbours in length join the oldest item, nearest first; a longer one joins only while
    the padded cost allows it.
    """
    if not lengths:
        return []
    chosen, longest = [0], lengths[0]
    ahead = range(1, min(len(lengths), budget.look_ahead))
    for position in sorted(ahead, key=lambda index: (abs(lengths[index] - lengths[0]), index)):
        width = max(longest, lengths[position])
        if width * (len(chosen) + 1) <= budget.max_tokens:
            chosen.append(position)
            longest = width
    return sorted(chosen)
