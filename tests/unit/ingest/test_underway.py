"""A write that has begun is not begun again, whoever still waits for it."""

import threading
from collections.abc import Sequence
from concurrent.futures import Future

import pytest

from plait_ingest.limits import Recent
from plait_ingest.underway import Underway
from plait_shared.bus import Outbound
from plait_shared.errors import Overloaded, Retryable
from plait_shared.metrics import Metrics
from plait_shared.testing.memory import MemoryBroker, MemoryProducer

RECORDS = {name: Outbound("topic", b"key", name.encode()) for name in ("a", "b", "c")}


class SlowProducer(MemoryProducer):
    """Acknowledges when told to."""

    def __init__(self) -> None:
        super().__init__(MemoryBroker())
        self.posted: list[tuple[str, Future[None]]] = []

    def post(self, records: Sequence[Outbound]) -> Sequence[Future[None]]:
        made = [Future[None]() for _ in records]
        self.posted += zip([record.value.decode() for record in records], made, strict=True)
        return made

    def names(self) -> list[str]:
        return [name for name, _ in self.posted]

    def settle(self, name: str, error: Exception | None = None) -> None:
        for future in [future for known, future in self.posted if known == name and not future.done()]:
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)


def a_way(recent: Recent, max_bytes: int = 1000) -> Underway:
    return Underway(recent, Metrics.create().produced, max_bytes)


def give_up(underway: Underway, producer: SlowProducer, *names: str) -> str:
    with pytest.raises(Retryable) as caught:
        underway.send(producer, {name: RECORDS[name] for name in names}, 0.0)
    return str(caught.value)


def test_what_one_request_gave_up_is_not_written_again_by_the_next() -> None:
    recent, producer = Recent(9), SlowProducer()
    underway = a_way(recent)
    assert "2 of 2 records" in give_up(underway, producer, "a", "b")
    assert "3 of 3 records" in give_up(underway, producer, "a", "b", "c")
    assert producer.names() == ["a", "b", "c"]
    producer.settle("a")
    assert "2 of 2 records" in give_up(underway, producer, "a", "b", "c")
    producer.settle("b")
    producer.settle("c")
    assert underway.send(producer, RECORDS, 0.0) == frozenset()
    assert producer.names() == ["a", "b", "c"]
    assert all(name in recent for name in RECORDS)


def test_what_failed_is_written_again() -> None:
    recent, producer = Recent(9), SlowProducer()
    underway = a_way(recent)
    give_up(underway, producer, "a", "b")
    producer.settle("a")
    producer.settle("b", Retryable("out of time"))
    assert "b" not in recent
    give_up(underway, producer, "a", "b")
    assert producer.names() == ["a", "b", "b"]


def test_an_error_of_one_write_reaches_all_who_wait_for_it() -> None:
    producer = SlowProducer()
    underway = a_way(Recent(9))
    told: list[str] = []

    def wait() -> None:
        try:
            underway.send(producer, {"a": RECORDS["a"]}, 30)
        except Retryable as exc:
            told.append(str(exc))

    threads = [threading.Thread(target=wait) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        producer.settle("a", Retryable("broker away"))
        threading.Event().wait(0.001)
    assert told == ["broker away"] * 3


def test_without_patience_a_known_record_needs_nothing() -> None:
    recent, producer = Recent(9), SlowProducer()
    recent.add(RECORDS)
    a_way(recent).send(producer, RECORDS, 0.0)
    assert producer.posted == []


def test_what_waits_for_kafka_is_bounded_and_counted_when_it_arrives() -> None:
    metrics, producer = Metrics.create(), SlowProducer()
    underway = Underway(Recent(9), metrics.produced, max_bytes=2)
    give_up(underway, producer, "a", "b")
    with pytest.raises(Overloaded, match="2 events wait for Kafka"):
        underway.send(producer, RECORDS, 0.0)
    give_up(underway, producer, "a")
    producer.settle("a")
    producer.settle("b", Retryable("out of time"))
    assert metrics.registry.get_sample_value("plait_records_produced_total", {"topic": "topic"}) == 1
    give_up(underway, producer, "b", "c")
    assert producer.names() == ["a", "b", "b", "c"]
