"""Which messages share a pass of the model: a pure plan over token counts.

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


def plan(lengths: Sequence[int], budget: BatchBudget) -> list[list[int]]:
    """Batches of item indices; ``lengths[i]`` are the tokens of item ``i``, oldest first.

    Every item is in exactly one batch, and each batch holds the oldest item not yet planned.
    """
    waiting = list(range(len(lengths)))
    batches: list[list[int]] = []
    while waiting:
        batch = next_batch([lengths[index] for index in waiting], budget)
        batches.append([waiting[position] for position in batch])
        taken = set(batch)
        waiting = [index for position, index in enumerate(waiting) if position not in taken]
    return batches


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
