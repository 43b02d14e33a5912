"""The planner: everything once, within the budget, oldest first, with little padding."""

from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from plait_inference.batching import PASS_COST, BatchBudget, next_batch

lengths = st.lists(st.integers(min_value=1, max_value=700), max_size=80)
budgets = st.builds(
    BatchBudget,
    max_tokens=st.integers(min_value=1, max_value=1024),
    look_ahead=st.integers(min_value=1, max_value=40),
    padded=st.booleans(),
)


def plan(items: Sequence[int], budget: BatchBudget) -> Iterator[list[int]]:
    """The batches that empty a queue."""
    waiting = list(range(len(items)))
    while waiting:
        batch = [waiting[position] for position in next_batch([items[index] for index in waiting], budget)]
        yield batch
        waiting = [index for index in waiting if index not in batch]


@given(lengths, budgets)
def test_every_item_is_in_exactly_one_batch(items: list[int], budget: BatchBudget) -> None:
    planned = [index for batch in plan(items, budget) for index in batch]
    assert sorted(planned) == list(range(len(items)))


@given(lengths, budgets)
def test_the_cost_keeps_to_the_budget_unless_an_item_is_alone(items: list[int], budget: BatchBudget) -> None:
    for batch in plan(items, budget):
        chosen = [items[index] for index in batch]
        cost = max(chosen) * len(chosen) if budget.padded else sum(chosen)
        assert cost <= budget.max_tokens or len(batch) == 1


@given(lengths, budgets)
def test_each_batch_holds_the_oldest_waiting_item(items: list[int], budget: BatchBudget) -> None:
    waiting = set(range(len(items)))
    for batch in plan(items, budget):
        assert min(waiting) in batch
        waiting -= set(batch)


@given(lengths, budgets)
def test_no_item_is_taken_from_beyond_the_look_ahead(items: list[int], budget: BatchBudget) -> None:
    assert all(position < budget.look_ahead or position == 0 for position in next_batch(items, budget))


def test_without_padding_the_oldest_go_together_as_many_as_fit() -> None:
    budget = BatchBudget(max_tokens=64, look_ahead=4, padded=False)
    assert list(plan([10, 40, 11, 12, 1, 1, 1, 1, 1], budget)) == [[0, 1, 2], [3, 4, 5, 6], [7, 8]]


def test_items_of_one_length_share_a_batch_and_a_long_one_waits() -> None:
    assert list(plan([10, 400, 11, 12], BatchBudget(max_tokens=64))) == [[0, 2, 3], [1]]


@given(
    st.lists(st.integers(min_value=1, max_value=60), min_size=1, max_size=7), st.integers(min_value=60, max_value=300)
)
def test_no_other_groups_of_neighbours_cost_less(items: list[int], most: int) -> None:
    ordered = sorted(items)

    def cost(cuts: Sequence[int]) -> int:
        groups = [ordered[start:end] for start, end in pairwise([0, *cuts, len(ordered)])]
        padded = [len(group) * group[-1] for group in groups]
        return sum(padded) + PASS_COST * len(groups) if max(padded) <= most else 10**9

    inner = range(1, len(ordered))
    best = min(cost(cuts) for count in range(len(ordered)) for cuts in combinations(inner, count))
    made = [[items[index] for index in batch] for batch in plan(items, BatchBudget(most))]
    assert sum(len(group) * max(group) + PASS_COST for group in made) == best


def test_messages_of_a_day_are_read_with_little_padding() -> None:
    items = [7, 94, 20, 38, 9, 55, 21, 35, 12, 33] * 6
    made = [[items[index] for index in batch] for batch in plan(items, BatchBudget())]
    assert sum(items) / sum(len(group) * max(group) for group in made) > 0.9


def test_nothing_waits_nothing_is_planned() -> None:
    assert next_batch([], BatchBudget()) == []
