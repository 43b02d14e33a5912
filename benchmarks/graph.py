"""Knowledge graph: `benchmarks.graph_upserts` on the local stack's PostgreSQL."""

from benchmarks.graph_upserts import METHOD, measure
from benchmarks.report import write
from plait_console.stack.testing import running_stack


def main() -> None:
    """Measure with nothing but PostgreSQL running."""
    with running_stack(["postgres"]) as stack:
        rows = measure(stack.postgres_dsn)
    write("graph", rows, {"method": METHOD})
