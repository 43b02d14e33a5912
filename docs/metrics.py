"""The reference page of all metrics, from the code that makes them; ``--check`` fails when it is another."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "metrics.md"
SUFFIXES = {"Counter": "_total", "Info": "_info", "Gauge": "", "Histogram": "", "Summary": ""}
"""The kinds of prometheus_client, and what it adds to a name."""
SECTIONS = (
    ("Every service", "shared/plait_shared"),
    ("Ingest", "services/ingest/plait_ingest"),
    ("Inference", "services/inference/plait_inference"),
    ("Knowledge graph", "services/knowledge_graph/plait_knowledge_graph"),
    ("Notification", "services/notification/plait_notification"),
)
INTRODUCTION = """\
# Metrics

Made from the code by `make docs`. Each replica of a service answers `GET /metrics` in the Prometheus text format, on
`PLAIT_HTTP_PORT`. A histogram has `_bucket`, `_sum` and `_count` behind its name. A service that is not named below has
those of every service.
"""
QUESTIONS = (
    ("tokens a second", "rate(plait_model_tokens_total[5m])"),
    ("padding for each token", "rate(plait_model_padding_tokens_total[5m]) / rate(plait_model_tokens_total[5m])"),
    ("how full passes are", "rate(plait_pass_fill_ratio_sum[5m]) / rate(plait_pass_fill_ratio_count[5m])"),
    ("the longest wait of 19 texts in 20", "histogram_quantile(0.95, rate(plait_reading_wait_seconds_bucket[5m]))"),
    (
        "known texts for each that was read",
        "rate(plait_reading_cache_hits_total[5m]) / rate(plait_reading_cache_misses_total[5m])",
    ),
)
READING = """\
**Waiting** begins when a batch from Kafka asks for its texts; what waits in Kafka is `plait_consumer_lag_records`. A
fill above 1 is one text alone that is longer than `PLAIT_MAX_BATCH_TOKENS`.

**Memory.** A pass that does not fit is tried again with half of its tokens, and the smaller budget holds for the next
64 passes; then it doubles, up to `PLAIT_MAX_BATCH_TOKENS`. Where `plait_model_memory_shortages_total` keeps growing,
that is set too high.

**Drift** is how far the labels that the model gave to messages of late, about the last 1,000, lie from those that it
gave where it was measured: the population stability index of each task; for intents, of which a message has several,
that of the intent that moved most. Below 0.1 is no change to speak of, above 0.25 a large one. A high level says that
the scores on the model's card were measured on other messages than yours; a change of it, that something else is
written now. It is shown from the 500th message after a start or a change of the model on, and only where
`reference.json` of that revision lies beside the weights: `plait-inference train` and `evaluate --write-card` write it.
"""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as the code makes it: its name as it is exposed."""

    name: str
    kind: str
    meaning: str
    labels: tuple[str, ...]


def page(root: Path = ROOT) -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for title, folder in SECTIONS:
        found = sorted(metrics(root / folder), key=lambda metric: metric.name)
        if found:
            parts += [f"## {title}\n", "| metric | type | labels | |", "|---|---|---|---|", *map(_row, found), ""]
    parts += ["## Reading them\n", "| to see | ask |", "|---|---|"]
    parts += [f"| {wish} | `{query}` |" for wish, query in QUESTIONS]
    return "\n".join([*parts, "", READING])


def metrics(folder: Path) -> Iterator[Metric]:
    """Every metric that the files of a folder make; raises ValueError for one whose words are not written out."""
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
        kinds = {one.name for node in imports if node.module == "prometheus_client" for one in node.names}
        for node in ast.walk(tree):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in kinds & SUFFIXES.keys()
            ):
                yield _metric(node.func.id, node, path)


def main(arguments: list[str]) -> int:
    """Write or check; returns the exit code."""
    if arguments != ["--check"]:
        PAGE.write_text(page(), "utf-8")
    if PAGE.exists() and PAGE.read_text("utf-8") == page():
        return 0
    sys.stderr.write("docs/reference/metrics.md is not what the code says: run `make docs`\n")
    return 1


def _metric(kind: str, call: ast.Call, path: Path) -> Metric:
    given = {keyword.arg: keyword.value for keyword in call.keywords}
    given |= dict(zip(("name", "documentation", "labelnames"), call.args, strict=False))
    try:
        name, meaning = (str(ast.literal_eval(given[key])) for key in ("name", "documentation"))
        labels = tuple(map(str, ast.literal_eval(given["labelnames"]))) if "labelnames" in given else ()
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path}:{call.lineno}: write out name, meaning and labels of the {kind}") from error
    return Metric(name + SUFFIXES[kind], kind.lower(), meaning, labels)


def _row(metric: Metric) -> str:
    labels = ", ".join(f"`{label}`" for label in metric.labels)
    return f"| `{metric.name}` | {metric.kind} | {labels} | {metric.meaning} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
