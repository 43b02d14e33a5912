"""The poll loop under faults: nothing lost, nothing twice, poison set aside alone."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from plait_schemas.records import Answer, AnswerRequest, DeadLetter, Message, Model, Record
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec, Received
from plait_shared.errors import BadRecord, Fatal, Overloaded, Retryable
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.stage import AtLeastOnceStage, Batch, Derived, Outcome, TransactionalStage
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing
from tests.builders import NOON, PUBLIC, message

IN, OUT, LETTERS = "collab.message.v1", "collab.answer.v1", "collab.dead-letter.v1"


def answers(batch: Batch, now: datetime) -> Outcome:
    """A handler: one answer a message; "poison" breaks it, "refuse" is refused."""
    derived, rejected = [], []
    for received in batch:
        record = received.record
        assert isinstance(record, Message)
        if record.text == "poison":
            raise ZeroDivisionError("a bug met this text")
        if record.text == "refuse":
            rejected.append((received, BadRecord("refused by the handler")))
            continue
        derived.append(Derived(_answer(record), received))
    return Outcome(derived, rejected)


def _answer(record: Message) -> Answer:
    model = Model(name="m", revision="r")
    return Answer(id=record.id, workspace=record.workspace, source_event=record.id, text=record.text, audience=PUBLIC,
                  model=model, occurred_at=record.occurred_at)  # fmt: skip


class UntilIdle(MemoryConsumer):
    """Says when there is nothing more to read."""

    def __init__(self, broker: MemoryBroker, group: str, names: Sequence[str]) -> None:
        super().__init__(broker, group, names)
        self.idle = threading.Event()

    def poll(self, max_records: int, timeout_s: float) -> Sequence[RawRecord]:
        batch = super().poll(max_records, timeout_s)
        if not batch:
            self.idle.set()
        return batch


@dataclass
class Plait:
    """A runner over the bus in memory."""

    broker: MemoryBroker = field(default_factory=MemoryBroker)
    limit: int = 100
    max_records: int = 500
    transactional: bool = True
    codec: Codec = field(default_factory=lambda: Codec(MemoryRegistry(), "test"))

    def put(self, texts: Sequence[str]) -> None:
        for number, text in enumerate(texts):
            self.broker.append(self.codec.encode(message(number, text)))

    def runner(self) -> Runner[Outcome]:
        consumer = UntilIdle(self.broker, "g", [IN])
        producer = MemoryProducer(self.broker, "g-0")
        kind = TransactionalStage if self.transactional else AtLeastOnceStage
        stage = kind(answers, consumer, producer)
        loop = Loop(
            "test", "0.1.0", lambda: datetime.now(UTC), self.max_records,
            dead_letters_per_minute=self.limit, backoff_max_s=0.001,
        )  # fmt: skip
        return Runner(consumer, self.codec, stage, loop, Metrics.create(), Tracing("test"))

    def run_until_idle(self, runner: Runner[Outcome]) -> None:
        """Run until everything was read, or the runner gives up."""
        consumer = runner._consumer
        assert isinstance(consumer, UntilIdle)
        runner.run(consumer.idle)

    def out(self, topic: str) -> list[Record]:
        return [self.codec.decode(raw).record for raw in self.broker.records(topic)]

    def texts(self) -> list[str]:
        return sorted(str(record.text) for record in self.out(OUT) if isinstance(record, Answer))


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


def test_poison_is_set_aside_alone_with_its_cause() -> None:
    plait = Plait()
    plait.put(["a", "poison", "b", "refuse", "c"])
    plait.run_until_idle(plait.runner())
    assert plait.texts() == ["a", "b", "c"]
    letters = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert sorted((letter.error, letter.cause) for letter in letters) == [
        ("BadRecord", "refused by the handler"),
        ("ZeroDivisionError", "a bug met this text"),
    ]
    assert letters[0].topic == IN
    assert letters[0].stage == "test"
    restored = plait.codec.decode(next(raw for raw in plait.broker.records(IN) if raw.value == letters[0].value)).record
    assert isinstance(restored, Message)


@pytest.mark.parametrize(
    ("value", "cause"),
    [
        (None, "no value"),
        (b"", "wire format"),
        (b"\x01\x00\x00\x00\x01abc", "wire format"),
        (b"\x00\x00\x00\x00\x63abc", "no schema with id 99"),
        (b"\x00\xff\xff\xff\xffabc", "no schema"),
        (b"\x00\x00\x00\x00\x01\x02", "does not read"),
    ],
)
def test_garbage_becomes_a_dead_letter(value: bytes | None, cause: str) -> None:
    plait = Plait()
    plait.put(["a"])
    log = plait.broker.logs[plait.broker.records(IN)[0].partition]
    log.append(type(log[0])(log[0].partition, 1, b"k", value))
    plait.put(["b"])
    plait.run_until_idle(plait.runner())
    (letter,) = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert cause in letter.cause
    assert letter.value == value
    assert len(plait.texts()) == 2


def test_trailing_bytes_are_refused() -> None:
    plait = Plait()
    out = plait.codec.encode(message(1))
    raw = plait.broker.append(out)
    longer = type(raw)(raw.partition, 1, raw.key, (raw.value or b"") + b"x", raw.headers)
    with pytest.raises(BadRecord, match="1 bytes stand behind"):
        plait.codec.decode(longer)


def test_too_many_letters_stop_the_service_and_commit_nothing_more() -> None:
    plait = Plait(limit=3)
    plait.put(["refuse"] * 10)
    with pytest.raises(Fatal, match="more than 3 records refused"):
        plait.run_until_idle(plait.runner())
    assert not plait.broker.committed
    assert not plait.out(LETTERS)


def test_fenced_runner_stops_and_leaves_the_work_to_its_successor() -> None:
    plait = Plait()
    plait.put(["a"])
    old, new = plait.runner(), plait.runner()
    with pytest.raises(Fatal, match="fenced"):
        plait.run_until_idle(old)
    plait.run_until_idle(new)
    assert plait.texts() == ["a"]


def test_letters_of_a_batch_that_is_tried_again_count_once() -> None:
    plait = Plait(limit=3)
    plait.put(["refuse", "refuse"])
    failures = iter([True] * 5)

    def fault(name: str) -> None:
        if name == "transaction" and next(failures, False):
            raise Retryable("away")

    plait.broker.fault = fault
    plait.run_until_idle(plait.runner())
    assert len(plait.out(LETTERS)) == 2


def test_letter_about_a_huge_record_fits_into_a_record() -> None:
    plait = Plait()
    plait.put(["a"])
    log = plait.broker.logs[plait.broker.records(IN)[0].partition]
    log.append(type(log[0])(log[0].partition, 1, b"k", b"\x07" * 5_000_000))
    plait.run_until_idle(plait.runner())
    (letter,) = [letter for letter in plait.out(LETTERS) if isinstance(letter, DeadLetter)]
    assert letter.value is not None
    assert len(letter.value) < 3_000_000
    assert "5000000 bytes" in letter.cause


def test_overload_waits_as_long_as_it_was_told() -> None:
    plait = Plait()
    plait.put(["a"])
    runner = plait.runner()
    assert runner._pause(Overloaded("full", retry_after_s=7.5), 1) == 7.5
    assert 0 < runner._pause(Retryable("away"), 1) <= 0.001


def test_record_that_does_not_fit_its_schema_is_refused_on_encoding() -> None:
    plait = Plait()
    request = AnswerRequest(id="1", workspace="w", question="q", audience=PUBLIC, occurred_at=NOON - timedelta(days=1))
    object.__setattr__(request, "question", 7)
    with pytest.raises(BadRecord, match="AnswerRequest 1 does not fit"):
        plait.codec.encode(request)
