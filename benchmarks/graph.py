"""Knowledge graph: `benchmarks.graph_upserts` on the local stack's PostgreSQL."""

from benchmarks.graph_upserts import BATCH, ROUNDS, SINGLE, measure
from benchmarks.report import write
from plait_console.stack.testing import running_stack


def main() -> None:
    """Measure with nothing but PostgreSQL running."""
    with running_stack(["postgres"]) as stack:
        rows = measure(stack.postgres_dsn)
    method = f"{ROUNDS} rounds in turn; {BATCH} enrichments a batch, {SINGLE} one by one; {BATCH} were there before"
    write("graph", rows, {"method": method})
