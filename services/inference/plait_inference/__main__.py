"""The inference service: messages, summary requests and queries in; enrichments, summaries and embeddings out.

Two lanes share the model: the stream, and the questions that a person waits for.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib.metadata import version

import structlog

from plait_inference.batching import BatchBudget
from plait_inference.handlers import InferenceHandler
from plait_inference.models.device import limit_threads
from plait_inference.models.tagger import load_tagger
from plait_inference.packs.fitted import Packs
from plait_inference.packs.load import fit_packs, in_use, places, read_packs
from plait_inference.packs.pack import Pack
from plait_inference.reader import CachingReader, LockedModel
from plait_inference.settings import InferenceSettings
from plait_shared import lifecycle, log
from plait_shared.codec import Codec
from plait_shared.health import HttpServer, health_app
from plait_shared.kafka import KafkaBusConsumer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.metrics import Metrics
from plait_shared.registry import HttpRegistry
from plait_shared.runner import Loop, Runner
from plait_shared.stage import Outcome, TransactionalStage
from plait_shared.tracing import Tracing

LANES = {
    "stream": ("collab.message.v1", "collab.summary-request.v1"),
    "questions": ("collab.answer-request.v1",),
}


def serve() -> int:
    """Build the service and run it until a signal comes; returns the exit code."""
    settings = InferenceSettings.load()
    log.configure(settings, "inference")
    metrics = Metrics.create()
    packs = read_packs(places(settings.label_packs))
    limit_threads(settings.model_threads)
    tagger = load_tagger(
        settings.model,
        trunk=settings.trunk,
        cache=settings.trunk_cache,
        device=settings.device,
        precision=settings.precision,
    )
    budget = BatchBudget(max_tokens=settings.max_batch_tokens)
    reader = CachingReader(LockedModel(tagger), budget, settings.reading_cache_entries, metrics.registry)
    with ExitStack() as resources:
        registry = resources.enter_context(HttpRegistry(settings.registry_url))
        codec = Codec(registry, "inference")
        tracing = Tracing("inference", settings.otlp_endpoint)
        resources.callback(tracing.close)
        loop = Loop.from_settings(settings, "inference", version("plait-inference"), lambda: datetime.now(UTC))
        handler = InferenceHandler(reader, packs=_fitted(packs, reader))
        runners: dict[str, Runner[Outcome]] = {}
        for lane, topics in LANES.items():
            group = f"plait-inference-{lane}"
            consumer = KafkaBusConsumer(settings, group, topics)
            resources.callback(consumer.close)
            producer = KafkaBusProducer(settings, transactional_id=f"{group}-{settings.instance_id}")
            resources.callback(producer.close)
            stage = TransactionalStage(handler, consumer, producer)
            runners[lane] = Runner(consumer, codec, stage, loop, metrics, tracing)
        server = HttpServer(health_app({k: r.ready for k, r in runners.items()}, metrics.registry), settings)
        parts = {"http": server.run, **{lane: runner.run for lane, runner in runners.items()}}
        return lifecycle.Lifecycle(parts, resources.pop_all(), settings.drain_timeout_s).run()


def _fitted(packs: Sequence[Pack], reader: CachingReader) -> Packs:
    """Packs fitted by what the model reads in their examples; a line in the log for each."""
    fits = fit_packs(packs, reader.read)
    for one in fits:
        structlog.get_logger().info(
            "label pack in use",
            pack=one.pack.name,
            version=one.pack.revision,
            labels=list(one.pack.labels),
            leave_one_out_accuracy=round(one.accuracy, 3),
        )
    return in_use(fits)


def run() -> None:
    """Entry point of ``python -m plait_inference`` and of the container."""
    lifecycle.main(serve)


if __name__ == "__main__":
    run()
