"""Models change while messages flow: nothing lost, nothing twice, and each enrichment names the model that read it."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from itertools import count, groupby
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.activation import Activator
from plait_inference.batching import BatchBudget
from plait_inference.control import Wanted
from plait_inference.handlers import InferenceHandler
from plait_inference.models import artefact
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.reader import CachingReader
from plait_inference.watcher import ModelWatcher
from plait_schemas.records import Enrichment
from plait_shared.bus import Partition, RawRecord
from plait_shared.codec import Received
from plait_shared.errors import Misconfigured
from plait_shared.metrics import Metrics
from plait_shared.runner import Loop, Runner
from plait_shared.stage import TransactionalStage
from plait_shared.testing.memory import MemoryBroker, MemoryConsumer, MemoryProducer
from plait_shared.tracing import Tracing
from tests.builders import NOON, message
from tests.unit.inference.control_world import CODEC, TOPIC, MemoryLog, command, give

pytestmark = [pytest.mark.model, pytest.mark.integration]
MESSAGES, ENRICHMENTS, LETTERS = "collab.message.v1", "collab.enrichment.v1", "collab.dead-letter.v1"
TEXTS = ["can you fix the bug ?", "I will send the deck .", "you can send the bug", "I will fix the deck", "done ?"]


@pytest.fixture(scope="module", autouse=True)
def one_thread(two_threads: None) -> None:
    """The lane, the watcher and the test share the cores already; `two_threads` puts back what was before."""
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def weak(tiny_models: Path) -> Tagger:
    return load(tiny_models / "weak")


@pytest.fixture(scope="module")
def good(tiny_models: Path) -> Tagger:
    return load(tiny_models / "good")


def load(folder: Path) -> Tagger:
    return load_tagger(folder, precision="float32")


def reader_of(tagger: Tagger, metrics: Metrics) -> CachingReader:
    return CachingReader(tagger, BatchBudget(), 3, metrics.registry)


class PatientLog(MemoryLog):
    """Waits a moment where there is nothing, and lets the others work."""

    def poll(self, timeout_s: float = 0.0) -> list[RawRecord]:
        found = super().poll()
        if not found:
            time.sleep(0.01)
        return found


@dataclass
class Service:
    """The stream's lane and the watcher, each in its thread, over the bus in memory."""

    tagger: Tagger
    models: Path
    broker: MemoryBroker = field(default_factory=lambda: MemoryBroker(partitions=1))
    metrics: Metrics = field(default_factory=Metrics.create)
    numbers: Iterator[int] = field(default_factory=count)
    sent: list[str] = field(default_factory=list)

    @contextmanager
    def running(self) -> Iterator[None]:
        for topic in (MESSAGES, ENRICHMENTS, LETTERS, TOPIC):
            self.broker.logs[Partition(topic, 0)] = []
        reader = reader_of(self.tagger, self.metrics)
        activator = Activator(reader, lambda folder: load(folder or self.models / "weak"), [self.models])
        watcher = ModelWatcher(PatientLog(self.broker), CODEC, activator.activate, self.metrics.registry)
        watcher.catch_up()
        consumer = MemoryConsumer(self.broker, "stream", [MESSAGES])
        stage = TransactionalStage(InferenceHandler(reader), consumer, MemoryProducer(self.broker, "stream"))
        loop = Loop("inference", "test", lambda: NOON, max_records=4)
        self.lane = Runner(consumer, CODEC, stage, loop, self.metrics, Tracing("inference", None))
        stop = threading.Event()
        threads = [threading.Thread(target=run, args=(stop,)) for run in (self.lane.run, watcher.run)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join(30)

    def talk_until(self, condition: Callable[[], bool]) -> None:
        """Send messages until something holds, no more than the lane can read; then let it read them all."""
        end = time.monotonic() + 120
        while not condition() or self.waiting():
            assert time.monotonic() < end, "not in time"
            for _ in range(0 if condition() else 12 - self.waiting()):
                number = next(self.numbers)
                said = message(number, TEXTS[number % len(TEXTS)])
                self.sent.append(said.id)
                self.broker.append(CODEC.encode(said))
            time.sleep(0.01)

    def waiting(self) -> int:
        return len(self.sent) - len(self.broker.logs[Partition(ENRICHMENTS, 0)])

    def written(self) -> list[Enrichment]:
        found = [CODEC.decode(raw).record for raw in list(self.broker.logs[Partition(ENRICHMENTS, 0)])]
        return [record for record in found if isinstance(record, Enrichment)]

    def writes(self, tagger: Tagger) -> bool:
        written = self.broker.logs[Partition(ENRICHMENTS, 0)]
        last = CODEC.decode(written[-1]).record if written else None
        return isinstance(last, Enrichment) and last.model.revision == tagger.revision

    def has_refused(self, commands: int) -> bool:
        return self.count("failed") == commands

    def count(self, outcome: str) -> float:
        return self.metrics.registry.get_sample_value("plait_model_activations_total", {"outcome": outcome}) or 0.0


def scores(tagger: Tagger) -> dict[str, list[float]]:
    """What a model says of each text, read alone."""
    handler = InferenceHandler(reader_of(tagger, Metrics.create()))
    raw = RawRecord(Partition(MESSAGES, 0), 0, None, b"")
    outcome = handler([Received(message(n, text), raw) for n, text in enumerate(TEXTS)], NOON)
    made = [derived.record for derived in outcome.records if isinstance(derived.record, Enrichment)]
    return {record.message.text: said(record) for record in made}


def said(record: Enrichment) -> list[float]:
    assert record.tags is not None
    tags = record.tags
    return [tags.sentiment.score, tags.urgency.score, tags.topic.score, tags.harm.score, tags.intents[0].score]


def test_models_change_while_messages_flow(tiny_models: Path, weak: Tagger, good: Tagger) -> None:
    service = Service(weak, tiny_models)
    with service.running():
        service.talk_until(lambda: service.writes(weak))
        give(service.broker, command("good", revision=good.revision))
        service.talk_until(lambda: service.writes(good))
        for failures, name in enumerate(("tampered", "broken", "absent"), 1):
            give(service.broker, command(name))
            service.talk_until(partial(service.has_refused, failures))
            assert service.lane.ready()
        service.talk_until(lambda: service.writes(good))
        give(service.broker, command(None))
        service.talk_until(lambda: service.writes(weak))
    made = service.written()
    assert [record.source_event for record in made] == service.sent, "none lost, none twice, in order"
    assert [key for key, _ in groupby(record.model.revision for record in made)] == [
        weak.revision, good.revision, weak.revision,
    ]  # fmt: skip
    assert (service.count("activated"), service.count("deactivated"), service.count("failed")) == (1, 1, 3)
    own = {tagger.revision: scores(tagger) for tagger in (weak, good)}
    for text in TEXTS:
        assert own[weak.revision][text] != pytest.approx(own[good.revision][text], abs=0.05)
    for record in made:
        assert said(record) == pytest.approx(own[record.model.revision][record.message.text], abs=0.002)


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        (Wanted(1, "tampered"), "damaged or was changed"),
        (Wanted(1, "broken"), "self-test of good: "),
        (Wanted(1, "good", "0123456789ab"), "not 0123456789ab"),
        (Wanted(1, "/nowhere/good"), "cannot read the model artefact"),
    ],
)
def test_what_is_refused_changes_nothing(tiny_models: Path, weak: Tagger, wanted: Wanted, said: str) -> None:
    reader = reader_of(weak, Metrics.create())
    activator = Activator(reader, lambda folder: load(folder or tiny_models / "weak"), [tiny_models])
    with pytest.raises(Misconfigured, match=said):
        activator.activate(wanted)
    assert reader.read(TEXTS).model.revision == weak.revision


def promote(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["promote", *map(str, words), "--threads", "1"])
    return done.exit_code, done.output


def test_a_better_model_is_promoted_and_a_worse_one_refused(tiny_models: Path, tiny_data: Path) -> None:
    weak, good = tiny_models / "weak", tiny_models / "good"
    code, output = promote(good, "--over", weak, "--data", tiny_data, "--data", tiny_data)
    assert code == 0, output
    kept = json.loads((good / "promotion.json").read_text("utf-8"))
    assert kept["candidate"] == {"name": "good", "revision": artefact.read(good).revision}
    [measured] = kept["sets"]
    assert (measured["messages"], len(measured["sha256"])) == (40, 64)
    assert {"task": "intents micro-F1", "after": 1.0} in [
        {key: row[key] for key in ("task", "after")} for row in measured["scores"]
    ]
    code, output = promote(weak, "--over", good, "--data", tiny_data)
    assert code == 2, output
    assert "| intents micro-F1 | 1.0000 |" in output
    assert "error: weak is not promoted: it loses more than 0.5 point in " in output
    assert not (weak / "promotion.json").exists()
    assert "are the same model" in promote(good, "--over", good, "--data", tiny_data)[1]
