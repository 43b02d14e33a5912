"""The ingest service: ``plait-ingest``, settings from ``PLAIT_…`` variables (see `plait_ingest.settings`)."""

from contextlib import ExitStack
from datetime import UTC, datetime

import structlog

from plait_ingest.body import Bounds
from plait_ingest.cleaning import Cleaner
from plait_ingest.detector import FastLangdetect
from plait_ingest.http import Doors, Secrets, create_app
from plait_ingest.intake import Intake, Limits
from plait_ingest.limits import Gate, Rates, Recent
from plait_ingest.outlet import Outlet
from plait_ingest.settings import SHORTEST_API_KEY, IngestSettings, secrets_of
from plait_ingest.underway import Underway
from plait_shared import log
from plait_shared.codec import Codec
from plait_shared.health import HttpServer
from plait_shared.kafka_producer import KafkaBusProducer
from plait_shared.lifecycle import Lifecycle, main
from plait_shared.metrics import Metrics
from plait_shared.registry import HttpRegistry
from plait_shared.tracing import Tracing


def clock() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def service() -> int:
    """Build everything, top to bottom, and run until told to stop."""
    settings = IngestSettings.load()
    log.configure(settings, "ingest")
    secrets = Secrets(
        api_keys=secrets_of(settings.api_keys, "PLAIT_API_KEYS", SHORTEST_API_KEY),
        github=secrets_of(settings.github_secrets, "PLAIT_GITHUB_SECRETS"),
        slack=secrets_of(settings.slack_secrets, "PLAIT_SLACK_SECRETS"),
    )
    if not (secrets.api_keys or secrets.github or secrets.slack):
        structlog.get_logger().warning("no secrets are set: every request will be refused", see="PLAIT_API_KEYS")
    metrics = Metrics.create()
    resources = ExitStack()
    tracing = Tracing("ingest", settings.otlp_endpoint)
    resources.callback(tracing.close)
    registry = resources.enter_context(HttpRegistry(settings.registry_url))
    limits = Limits(
        events=Gate(settings.max_in_flight_events, "events"),
        rates=Rates(settings.events_per_s, settings.burst_events),
        recent=Recent(settings.recent_ids),
    )
    outlet = Outlet(
        lambda: KafkaBusProducer(settings, deliver_timeout_s=settings.deliver_timeout_s),
        registry,
        Underway(limits.recent, metrics.produced, settings.max_pending_bytes),
        clock,
        patience_s=settings.acknowledge_timeout_s,
        retry_s=settings.connect_retry_s,
    )
    resources.callback(outlet.close)
    intake = Intake(outlet, Codec(registry, "ingest"), Cleaner(FastLangdetect()), limits, metrics, tracing)
    doors = Doors(
        intake=intake,
        secrets=secrets,
        bounds=Bounds(
            settings.max_body_bytes, settings.body_timeout_s, Gate(settings.max_in_flight_requests, "requests")
        ),
        max_batch_events=settings.max_batch_events,
        threads=settings.max_in_flight_requests,
        clock=clock,
    )
    server = HttpServer(create_app(doors, {"kafka": outlet.ready}, metrics.registry), settings)
    return Lifecycle({"kafka": outlet.run, "http": server.run}, resources, settings.drain_timeout_s).run()


def run() -> None:
    """Entry point of ``plait-ingest``."""
    main(service)


if __name__ == "__main__":
    run()
