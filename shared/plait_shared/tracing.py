"""W3C trace context through the stream: each derived record continues the trace of its cause.

Spans go to an OTLP collector when ``PLAIT_OTLP_ENDPOINT`` is set and the exporter is installed
(``pip install opentelemetry-exporter-otlp-proto-http``); the context travels in any case.
"""

from importlib import import_module

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from plait_shared.errors import Misconfigured

PROPAGATOR = TraceContextTextMapPropagator()
EXPORTER_PACKAGE = "opentelemetry-exporter-otlp-proto-http"
EXPORTER_MODULE = "opentelemetry.exporter.otlp.proto.http.trace_exporter"


class Tracing:
    """Makes the spans of one service."""

    def __init__(self, service: str, otlp_endpoint: str | None = None) -> None:
        provider = TracerProvider(resource=Resource.create({"service.name": f"plait-{service}"}))
        if otlp_endpoint:
            provider.add_span_processor(BatchSpanProcessor(_exporter(otlp_endpoint)))
        self._provider = provider
        self._tracer = provider.get_tracer("plait")

    def child(self, name: str, traceparent: str | None) -> str:
        """A short span under the given context (or a new trace), as the traceparent to pass on."""
        parent = PROPAGATOR.extract({"traceparent": traceparent} if traceparent else {})
        span = self._tracer.start_span(name, context=parent)
        carrier: dict[str, str] = {}
        PROPAGATOR.inject(carrier, context=trace.set_span_in_context(span))
        span.end()
        return carrier["traceparent"]

    def close(self) -> None:
        """Flush what is waiting."""
        self._provider.shutdown()


def _exporter(endpoint: str) -> SpanExporter:
    try:
        exporter: SpanExporter = import_module(EXPORTER_MODULE).OTLPSpanExporter(endpoint=endpoint)
    except ImportError as exc:
        raise Misconfigured(f"PLAIT_OTLP_ENDPOINT needs the package {EXPORTER_PACKAGE}") from exc
    return exporter
