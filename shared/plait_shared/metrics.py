"""Prometheus metrics of the runner and the HTTP doors; names follow the Prometheus naming practice."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


@dataclass(frozen=True, slots=True)
class Metrics:
    """Counters that every service keeps; ``registry`` takes a service's own as well."""

    registry: CollectorRegistry
    consumed: Counter
    produced: Counter
    refused: Counter
    retries: Counter
    batch_seconds: Histogram
    batch_records: Histogram
    lag: Gauge

    @classmethod
    def create(cls) -> "Metrics":
        """A fresh set in a registry of its own, so that two services in one process don't collide."""
        registry = CollectorRegistry()
        return cls(
            registry=registry,
            consumed=Counter("plait_records_consumed", "Records read", ["topic"], registry=registry),
            produced=Counter(
                "plait_records_produced", "Records written and acknowledged", ["topic"], registry=registry
            ),
            refused=Counter("plait_records_refused", "Records dead-lettered", ["topic", "error"], registry=registry),
            retries=Counter("plait_retries", "Batches tried again because a part was away", registry=registry),
            batch_seconds=Histogram("plait_batch_seconds", "Time from poll to commit of a batch", registry=registry),
            batch_records=Histogram(
                "plait_batch_records", "Records in a batch", buckets=(1, 4, 16, 64, 256, 1024), registry=registry
            ),
            lag=Gauge("plait_consumer_lag_records", "Records behind the end of a topic", ["topic"], registry=registry),
        )
