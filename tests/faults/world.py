"""A runner over the bus in memory, and a handler that some texts break."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from plait_schemas.records import Answer, Message, Model, Record
from plait_shared.bus import RawRecord
from plait_shared.codec import Codec
from plait_shared.errors import BadRecord
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.stage import AtLeastOnceStage, Batch, Derived, Outcome, TransactionalStage
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer, MemoryRegistry
from plait_shared.tracing import Tracing
from tests.builders import PUBLIC, message

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
