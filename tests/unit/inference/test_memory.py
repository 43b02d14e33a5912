"""A pass that does not fit is tried again in smaller ones; what comes out is the same."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.batching import BatchBudget
from plait_inference.memory import GOOD_PASSES, OutOfMemory, Room
from plait_inference.passes import Pass, Passes, read_all
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord, Retryable
from tests.unit.inference.conftest import FakeModel


class Tight(FakeModel):
    """Has memory for so many padded tokens."""

    def __init__(self, memory: int) -> None:
        super().__init__()
        self.memory = memory
        self.costs: list[int] = []

    def encode(self, texts: Sequence[str]) -> list[Reading]:
        self.costs.append(max(map(len, texts)) * len(texts))
        if self.costs[-1] > self.memory:
            raise OutOfMemory("no memory for the model now")
        return super().encode(texts)


class Log:
    """What was said of the passes."""

    def __init__(self) -> None:
        self.budgets: list[int] = []
        self.shortages = 0

    def passed(self, done: Pass) -> None:
        self.budgets.append(done.budget.max_tokens)

    def ran_out(self) -> None:
        self.shortages += 1


@given(
    st.lists(st.text("ab ", min_size=1, max_size=40), max_size=60),
    st.integers(min_value=40, max_value=300),
    st.integers(min_value=1, max_value=600),
)
def test_readings_and_their_order_are_those_of_plenty_of_memory(texts: list[str], memory: int, budget: int) -> None:
    given_budget = BatchBudget(max_tokens=budget)
    found = read_all(Tight(memory), texts, given_budget)
    wanted = read_all(FakeModel(), texts, given_budget)
    assert list(map(plain, found)) == list(map(plain, wanted))


def plain(outcome: Reading | BadRecord) -> Reading | str:
    return outcome if isinstance(outcome, Reading) else str(outcome)


def test_what_did_not_fit_is_halved_until_it_fits_and_the_rest_keeps_to_it() -> None:
    model = Tight(30)
    read_all(model, ["ten tokens"] * 24, BatchBudget(max_tokens=160))
    assert model.costs == [160, 80, 40, *[20] * 12]


def test_a_text_that_does_not_fit_alone_is_for_later() -> None:
    model, log = Tight(30), Log()
    passes = Passes(BatchBudget(max_tokens=160), log)
    with pytest.raises(Retryable, match="no memory"):
        passes.read(model, ["ten tokens", *["a text of forty tokens, of which ten fit."] * 2])
    assert model.costs == [123, 10, 41]
    assert log.shortages == 2


def test_a_poisoned_text_fails_alone_among_texts_that_do_not_fit_together() -> None:
    found = read_all(Tight(30), ["ten tokens", "poison", "ten tokens", "ten tokens"], BatchBudget(max_tokens=160))
    assert [type(outcome) for outcome in found] == [Reading, BadRecord, Reading, Reading]


def test_the_smaller_budget_is_kept_for_a_while_and_then_doubles_up_to_the_given_one() -> None:
    model, log = Tight(30), Log()
    passes = Passes(BatchBudget(max_tokens=100), log)
    passes.read(model, ["ten tokens"] * 10)
    assert (log.budgets, log.shortages) == ([25] * 5, 2)
    model.memory = 1000
    for number in range(3 * GOOD_PASSES):
        passes.read(model, [f"text {number:5}"])
    assert log.shortages == 2
    assert log.budgets == [25] * GOOD_PASSES + [50] * GOOD_PASSES + [100] * (GOOD_PASSES + 5)


@given(st.integers(min_value=1, max_value=4096), st.lists(st.integers(min_value=1, max_value=8192), max_size=20))
def test_room_is_at_most_half_of_what_did_not_fit_and_never_nothing(given_tokens: int, costs: list[int]) -> None:
    room = Room(BatchBudget(max_tokens=given_tokens, look_ahead=7))
    for cost in costs:
        room.ran_out(cost)
        assert 1 <= room.budget.max_tokens <= max(cost // 2, 1)
    for _ in range(GOOD_PASSES * 14):
        room.fitted()
    assert room.budget == BatchBudget(max_tokens=given_tokens, look_ahead=7)
