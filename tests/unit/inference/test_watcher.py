"""The watcher over the control topic in memory: what it activates, what it leaves, and what it says."""

import threading
from collections.abc import Callable

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from plait_inference.control import Wanted
from plait_inference.watcher import ModelWatcher
from plait_schemas.records import Model
from plait_shared.codec import Codec
from plait_shared.errors import Misconfigured, Retryable
from plait_shared.testing.memory import MemoryBroker, MemoryRegistry
from tests.unit.inference.control_world import CODEC, MemoryLog, command, give


class Replica:
    """A watcher with models by name; those that begin with ``bad`` can't be loaded."""

    def __init__(self, broker: MemoryBroker, codec: Codec = CODEC) -> None:
        self.in_use = "configured"
        self.tried: list[str] = []
        self.metrics = CollectorRegistry()
        self.watcher = ModelWatcher(MemoryLog(broker), codec, self.activate, self.metrics)

    def activate(self, wanted: Wanted) -> Model:
        name = wanted.artefact or "configured"
        self.tried.append(name)
        if name.startswith("bad"):
            raise Misconfigured(f"{name} is damaged\nmore of it")
        self.in_use = name
        return Model(name=name, revision="r")

    def count(self, outcome: str) -> float:
        found = self.metrics.get_sample_value("plait_model_activations_total", {"outcome": outcome})
        assert found is not None
        return found

    def counts(self) -> tuple[float, float, float]:
        return self.count("activated"), self.count("deactivated"), self.count("failed")


@pytest.fixture
def broker() -> MemoryBroker:
    return MemoryBroker(partitions=1)


def test_only_the_command_that_holds_is_followed_at_the_start(broker: MemoryBroker) -> None:
    give(broker, command("one"), command("other", service="ingest"), command(None), command("two"), command("bad"))
    replica = Replica(broker)
    replica.watcher.catch_up()
    assert (replica.tried, replica.in_use, replica.counts()) == (["bad", "two"], "two", (1, 0, 1))


def test_commands_are_followed_as_they_come_and_a_failed_one_is_not_tried_again(broker: MemoryBroker) -> None:
    replica = Replica(broker)
    replica.watcher.catch_up()
    for name in ("one", "bad", "two", None):
        give(broker, command(name))
        replica.watcher.turn(0)
        replica.watcher.turn(0)
    assert replica.tried == ["one", "bad", "two", "configured"]
    assert (replica.in_use, replica.counts()) == ("configured", (2, 1, 1))


def test_to_go_back_without_having_gone_anywhere_loads_nothing(broker: MemoryBroker) -> None:
    give(broker, command(None), command("bad"))
    replica = Replica(broker)
    replica.watcher.catch_up()
    give(broker, command(None))
    replica.watcher.turn(0)
    assert (replica.tried, replica.counts()) == (["bad"], (0, 0, 1))


def test_every_replica_comes_to_the_same_model(broker: MemoryBroker) -> None:
    early = Replica(broker)
    early.watcher.catch_up()
    for name in ("one", "two", "bad", None, "three", "bad-too"):
        give(broker, command(name))
        early.watcher.turn(0)
    late = Replica(broker)
    late.watcher.catch_up()
    assert (early.in_use, late.in_use, late.tried) == ("three", "three", ["bad-too", "three"])


def test_a_failure_is_one_line_that_says_what_to_do(broker: MemoryBroker) -> None:
    give(broker, command("bad", revision="r9"), b"junk")
    replica = Replica(broker)
    with capture_logs() as lines:
        replica.watcher.catch_up()
    refused, failed = lines
    assert (refused["event"], refused["offset"]) == ("command refused", 1)
    assert (failed["wanted"], failed["revision"], failed["cause"]) == ("bad", "r9", "bad is damaged")
    assert "plait model deactivate" in failed["advice"]
    assert replica.counts() == (0, 0, 2)


def test_a_command_outlives_a_registry_that_is_away(broker: MemoryBroker) -> None:
    """What was polled but could not be decoded is read again, and nothing twice."""

    class Away(MemoryRegistry):
        failures = 2

        def schema(self, schema_id: int) -> dict[str, object]:
            if self.failures:
                self.failures -= 1
                raise Retryable("the registry is away")
            return dict(super().schema(schema_id))

    away = Away()
    replica = Replica(broker, Codec(away, "test"))
    replica.watcher.catch_up()
    give(broker, command("one"))
    run_until(replica, lambda: replica.in_use == "one")
    give(broker, command("two"))
    run_until(replica, lambda: replica.in_use == "two")
    assert (away.failures, replica.tried) == (0, ["one", "two"])


def run_until(replica: Replica, condition: Callable[[], bool]) -> None:
    """Run the watcher's loop until something holds; its pauses end at once."""
    for _ in range(50):
        stop = Turns(1)
        replica.watcher.run(stop)
        if condition():
            return
    raise AssertionError("it never held")


class Turns(threading.Event):
    """Is set after some turns and waits for nobody; a failed turn counts none."""

    def __init__(self, turns: int) -> None:
        super().__init__()
        self._left = turns + 1

    def is_set(self) -> bool:
        self._left -= 1
        return self._left < 0

    def wait(self, timeout: float | None = None) -> bool:
        self._left += 1
        return False
