"""How far labels moved: the index, the tally of late, and what an operator sees of it."""

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from plait_inference import reference
from plait_inference.drift import LABELS, MEMORY, Tally, drifts, stability
from plait_inference.labels import HARMS, INTENTS, URGENCIES
from plait_inference.meters import SETTLED, DriftMeter
from plait_inference.reading import Reading, Scored
from plait_schemas.records import Model
from plait_shared.errors import Misconfigured

counts = st.lists(st.integers(min_value=0, max_value=1000), min_size=5, max_size=5).filter(any)
MODEL = Model(name="fake", revision="1")


def shares_of(numbers: Sequence[int]) -> list[float]:
    return [number / sum(numbers) for number in numbers]


def urgent(urgency: str, intents: Sequence[str], make: Callable[..., Reading]) -> Reading:
    made: Reading = make("text", intents)
    return replace(made, urgency=Scored(urgency, 0.9, 0, 4))


@given(counts)
def test_equal_shares_have_not_moved(numbers: list[int]) -> None:
    assert stability(shares_of(numbers), shares_of(numbers)) == 0


@given(counts, counts)
def test_the_index_is_finite_never_negative_and_the_same_both_ways(old: list[int], new: list[int]) -> None:
    found = stability(shares_of(old), shares_of(new))
    assert 0 <= found < math.inf
    assert found == pytest.approx(stability(shares_of(new), shares_of(old)))


@given(counts, counts, st.floats(min_value=0, max_value=1), st.floats(min_value=0, max_value=1))
def test_the_index_grows_with_the_way_that_shares_moved(old: list[int], new: list[int], one: float, two: float) -> None:
    def moved(way: float) -> float:
        mixed = [(1 - way) * a + way * b for a, b in zip(shares_of(old), shares_of(new), strict=True)]
        return stability(shares_of(old), mixed)

    assert moved(min(one, two)) <= moved(max(one, two)) + 1e-12


def test_the_index_is_the_one_of_the_formula() -> None:
    wanted = 0.2 * math.log(0.7 / 0.5) - 0.2 * math.log(0.3 / 0.5)
    assert stability([0.5, 0.5], [0.7, 0.3]) == pytest.approx(wanted)


def test_a_tally_without_memory_counts_parts_of_all(reading: Callable[..., Reading]) -> None:
    tally = Tally()
    for urgency, intents in (("high", ["request", "question"]), ("low", ["request"]), ("low", []), ("low", [])):
        tally.hear(urgent(urgency, intents, reading))
    found = tally.shares()
    assert [found["urgency"][label] for label in URGENCIES] == [0.75, 0, 0.25]
    assert (found["intents"]["request"], found["intents"]["question"], found["intents"]["social"]) == (0.5, 0.25, 0)
    assert {task: tuple(labels) for task, labels in found.items()} == LABELS


def test_a_tally_with_memory_forgets(reading: Callable[..., Reading]) -> None:
    tally = Tally(MEMORY)
    for _ in range(5 * MEMORY):
        tally.hear(urgent("low", ["social"], reading))
    for _ in range(MEMORY):
        tally.hear(urgent("high", ["request"], reading))
    assert tally.shares()["urgency"]["high"] == pytest.approx(1 - math.exp(-1), abs=0.01)
    assert tally.shares()["intents"]["social"] == pytest.approx(math.exp(-1), abs=0.01)


def test_intents_drift_as_far_as_the_one_that_moved_most(reading: Callable[..., Reading]) -> None:
    tally = Tally()
    for number in range(10):
        tally.hear(urgent("low", ["request"] if number < 5 else ["social"], reading))
    then, now = tally.shares(), tally.shares()
    now["intents"] |= {"request": 0.7, "social": 0.6}
    found = drifts(then, now)
    assert found["intents"] == pytest.approx(stability([0.5, 0.5], [0.7, 0.3]))
    assert {task: value for task, value in found.items() if task != "intents"} == dict.fromkeys(
        ["sentiment", "urgency", "topic", "harm"], 0.0
    )


class Meter:
    """A drift meter and what it shows."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.meter = DriftMeter(self.registry)

    def hear(self, count: int, one: Reading, revision: str = "1") -> None:
        for _ in range(count):
            self.meter.heard(Model(name="fake", revision=revision), [one])
            self.meter.committed()

    def shown(self, task: str) -> float | None:
        return self.registry.get_sample_value("plait_model_drift", {"task": task})


def test_drift_is_shown_once_enough_was_heard_and_grows_as_messages_change(reading: Callable[..., Reading]) -> None:
    calm, alarm = urgent("low", ["social"], reading), urgent("high", ["blocker"], reading)
    meter = Meter()
    meter.meter.know(reference.refer("1", [calm] * 9 + [alarm]))
    meter.hear(SETTLED - 1, calm)
    assert meter.shown("urgency") is None
    meter.hear(1, calm)
    before = meter.shown("urgency")
    assert before is not None
    meter.hear(2 * MEMORY, alarm)
    after = meter.shown("urgency")
    assert after is not None
    assert after > 1 > before > 0
    assert meter.shown("sentiment") == 0
    assert meter.shown("intents") == pytest.approx(after)


def test_a_model_without_a_reference_shows_no_drift_and_another_begins_anew(reading: Callable[..., Reading]) -> None:
    calm = urgent("low", ["social"], reading)
    meter = Meter()
    meter.meter.know(reference.refer("1", [calm]))
    meter.meter.know(None)
    meter.hear(SETTLED, calm)
    assert meter.shown("urgency") == 0
    meter.hear(SETTLED, calm, "2")
    assert meter.shown("urgency") is None
    meter.hear(SETTLED - 1, calm)
    assert meter.shown("urgency") is None
    for _ in range(3):
        meter.meter.heard(Model(name="fake", revision="1"), [calm])  # a batch that is read again
    meter.meter.heard(Model(name="fake", revision="2"), [])
    assert meter.shown("urgency") is None
    meter.meter.committed()
    meter.meter.committed()
    assert meter.shown("urgency") == 0


def test_a_reference_reads_back_and_is_that_of_one_revision(tmp_path: Path, reading: Callable[..., Reading]) -> None:
    assert reference.read(tmp_path, "1") is None
    made = reference.refer("1", [urgent("low", ["social"], reading), urgent("high", ["request"], reading)])
    reference.write(tmp_path, made)
    assert reference.read(tmp_path, "1") == made
    assert reference.read(tmp_path, "2") is None
    assert made.messages == 2


@pytest.mark.parametrize(
    "spoil", [{"harm": {}}, {"harm": dict.fromkeys(HARMS, 2.0)}, {"intents": dict.fromkeys(INTENTS, "a")}]
)
def test_what_is_no_reference_is_refused(
    tmp_path: Path, reading: Callable[..., Reading], spoil: dict[str, object]
) -> None:
    path = reference.write(tmp_path, reference.refer("1", [urgent("low", ["social"], reading)]))
    fields = json.loads(path.read_text())
    path.write_text(json.dumps(fields | {"shares": fields["shares"] | spoil}))
    with pytest.raises(Misconfigured, match="write it again or remove it"):
        reference.read(tmp_path, "1")
    path.write_text("{")
    with pytest.raises(Misconfigured, match="is no reference"):
        reference.read(tmp_path, "1")
