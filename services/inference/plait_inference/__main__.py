"""The inference service: messages, summary requests and queries in; enrichments, summaries and embeddings out.

Three lanes share the model and take turns: the stream, summaries, and the questions that a person waits for. Beside
them a watcher follows the commands that change it.
"""

import time
from contextlib import ExitStack
from dataclasses import asdict, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import structlog

from plait_inference.activation import Activator
from plait_inference.generators import chosen
from plait_inference.handlers import InferenceHandler
from plait_inference.meters import DriftMeter
from plait_inference.models.artefact import ARTEFACTS, place_of
from plait_inference.models.device import limit_threads
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.packs.load import places as pack_places
from plait_inference.packs.load import read_packs
from plait_inference.packs_in_use import PacksInUse
from plait_inference.reader import CachingReader
from plait_inference.reference import read as read_reference
from plait_inference.settings import InferenceSettings
from plait_inference.watcher import ModelWatcher
from plait_shared import lifecycle, log
from plait_shared.bystander import Bystander
from plait_shared.codec import Codec
from plait_shared.health import HttpServer, health_app
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.metrics import Metrics
from plait_shared.registry import HttpRegistry
from plait_shared.runner import Loop, Runner
from plait_shared.stage import Outcome, TransactionalStage, nothing
from plait_shared.tracing import Tracing

logger = structlog.get_logger()
LANES = {
    "stream": "collab.message.v1",
    "summaries": "collab.summary-request.v1",
    "questions": "collab.answer-request.v1",
}
PASS_TOKENS = {"cpu": 512, "cuda": 16384}
"""Enough for products at full speed; more would only make those that come meanwhile wait longer."""
LONG = "summaries"
"""The lane whose records are long: one is a transaction, or several might take longer than a member may be silent."""


def serve() -> int:
    """Build the service and run it until a signal comes; returns the exit code."""
    settings = InferenceSettings.load()
    log.configure(settings, "inference")
    metrics = Metrics.create()
    given = read_packs(pack_places(settings.label_packs))
    limit_threads(settings.model_threads)
    drift = DriftMeter(metrics.registry)
    model = load(settings, drift)
    logger.info("tag model runs", **asdict(model.engine.runtime))
    most = settings.max_batch_tokens or PASS_TOKENS[model.engine.runtime.device]
    budget = model.budget(most, settings.max_poll_records)
    reader = CachingReader(model, budget, settings.reading_cache_entries, metrics.registry)
    packs = PacksInUse(given, budget)
    packs.prepare(model)
    activator = Activator(reader, lambda folder: load(settings, drift, folder), places(settings), packs.prepare)
    with ExitStack() as resources:
        registry = resources.enter_context(HttpRegistry(settings.registry_url))
        codec = Codec(registry, "inference")
        tracing = Tracing("inference", settings.otlp_endpoint)
        resources.callback(tracing.close)
        bystander = resources.enter_context(Bystander(settings))
        watcher = ModelWatcher(bystander, codec, activator.activate, metrics.registry)
        watcher.catch_up()  # before the lanes begin, so that a restart changes no model in between
        loop = Loop.from_settings(settings, "inference", version("plait-inference"), lambda: datetime.now(UTC))
        writer = chosen(settings, time.monotonic, metrics.registry, resources)
        handler = InferenceHandler(reader, writer=writer, packs=packs.of, heard=drift.heard)
        runners: dict[str, Runner[Outcome]] = {}
        for lane, topic in LANES.items():
            group = f"plait-inference-{lane}"
            consumer = KafkaBusConsumer(settings, group, [topic])
            resources.callback(consumer.close)
            producer = KafkaBusProducer(settings, transactional_id=f"{group}-{settings.instance_id}")
            resources.callback(producer.close)
            stage = TransactionalStage(handler, consumer, producer, drift.committed if lane == "stream" else nothing)
            own = replace(loop, max_records=1) if lane == LONG else loop
            runners[lane] = Runner(consumer, codec, stage, own, metrics, tracing)
        server = HttpServer(health_app({k: r.ready for k, r in runners.items()}, metrics.registry), settings)
        lanes = {lane: runner.run for lane, runner in runners.items()}
        parts = {"http": server.run, **lanes, "control": watcher.run}
        return lifecycle.Lifecycle(parts, resources.pop_all(), settings.drain_timeout_s).run()


def load(settings: InferenceSettings, drift: DriftMeter, folder: Path | None = None) -> Tagger:
    """The model in a folder, or without one that of the settings, as the settings say to run it; `drift` knows it."""
    place = place_of(folder if folder is not None else settings.model)
    model = load_tagger(
        place,
        trunk=settings.trunk,
        cache=settings.trunk_cache,
        device=settings.device,
        precision=settings.precision,
        engine=settings.engine,
    )
    drift.know(read_reference(place, model.revision))
    return model


def places(settings: InferenceSettings) -> list[Path]:
    """Where a command's model is looked for by its name: one's own before the shipped."""
    return [ARTEFACTS] if settings.models is None else [settings.models, ARTEFACTS]


def run() -> None:
    """Entry point of ``python -m plait_inference`` and of the container."""
    lifecycle.main(serve)


if __name__ == "__main__":
    run()
