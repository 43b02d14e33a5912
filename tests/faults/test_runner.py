"""The poll loop under faults of the broker: nothing lost, nothing twice."""

import pytest

from plait_shared.codec import Received
from plait_shared.errors import Fatal, Overloaded, Retryable
from tests.faults.world import IN, OUT, Plait


def test_every_record_is_answered_once_and_traced() -> None:
    plait = Plait()
    plait.put(["a", "b", "c"])
    plait.run_until_idle(plait.runner())
    plait.run_until_idle(plait.runner())
    assert plait.texts() == ["a", "b", "c"]
    raw = plait.broker.records(OUT)[0]
    assert Received(plait.out(OUT)[0], raw).traceparent is not None


def test_how_far_it_is_behind_is_told_by_topic() -> None:
    plait = Plait(max_records=2)
    plait.put(["a", "b", "c"])
    runner, behind = plait.runner(), list[float | None]()
    for _ in range(2):
        runner._turn()
        behind.append(runner._metrics.registry.get_sample_value("plait_consumer_lag_records", {"topic": IN}))
    assert behind == [1, 0]


@pytest.mark.parametrize("operations", [["poll"], ["transaction"], ["transaction", "rewind"]])
def test_broker_away_for_a_while(operations: list[str]) -> None:
    plait = Plait()
    plait.put(["a", "b", "c"])
    failures = {operation: iter([True, True, True]) for operation in operations}

    def fault(name: str) -> None:
        if next(failures.get(name, iter(())), False):
            raise Retryable("away")

    plait.broker.fault = fault
    plait.run_until_idle(plait.runner())
    assert plait.texts() == ["a", "b", "c"]


def test_unconfirmed_write_repeats_the_same_ids() -> None:
    plait = Plait(transactional=False)
    plait.put(["a", "b"])
    failures = iter([True])

    def fault(name: str) -> None:
        if name == "acknowledge" and next(failures, False):
            raise Retryable("no answer")

    plait.broker.fault = fault
    plait.run_until_idle(plait.runner())
    assert plait.texts() == ["a", "a", "b", "b"]
    assert len({record.id for record in plait.out(OUT)}) == 2


def test_fenced_runner_stops_and_leaves_the_work_to_its_successor() -> None:
    plait = Plait()
    plait.put(["a"])
    old, new = plait.runner(), plait.runner()
    with pytest.raises(Fatal, match="fenced"):
        plait.run_until_idle(old)
    plait.run_until_idle(new)
    assert plait.texts() == ["a"]


def test_overload_waits_as_long_as_it_was_told() -> None:
    plait = Plait()
    plait.put(["a"])
    runner = plait.runner()
    assert runner._pause(Overloaded("full", retry_after_s=7.5), 1) == 7.5
    assert 0 < runner._pause(Retryable("away"), 1) <= 0.001
