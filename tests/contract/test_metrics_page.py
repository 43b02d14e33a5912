"""The page of the metrics names every one that the code makes, and what it is for."""

import re
import runpy
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import CollectorRegistry

from plait_inference.batching import BatchBudget
from plait_inference.meters import DriftMeter
from plait_inference.reader import CachingReader
from plait_shared.metrics import Metrics

ROOT = Path(__file__).parents[2]
generator: Any = SimpleNamespace(**runpy.run_path(str(ROOT / "docs" / "metrics.py")))
MADE = re.compile(r"\b(?:Counter|Gauge|Histogram|Summary|Info|Enum)\(\s*(?:name=)?[\"'](plait_\w+)")
PAGE = generator.PAGE.read_text("utf-8")


def test_the_page_is_what_the_code_says() -> None:
    assert generator.main(["--check"]) == 0


def test_every_metric_that_a_file_makes_is_on_the_page() -> None:
    files = [path for folder in ("services", "shared") for path in (ROOT / folder).rglob("*.py")]
    made = {name for path in files for name in MADE.findall(path.read_text("utf-8"))}
    assert "plait_reading_cache_hits" in made
    assert sorted(name for name in made if not re.search(rf"^\| `{name}(_total|_info)?` \|", PAGE, re.MULTILINE)) == []


def test_names_kinds_and_meanings_are_those_that_prometheus_is_told() -> None:
    registry = CollectorRegistry()
    shared = Metrics.create().registry
    CachingReader(cast(Any, _Model()), BatchBudget(), 1, registry)
    DriftMeter(registry)
    families = [*registry.collect(), *shared.collect()]
    assert len(families) > 15
    for family in families:
        row = re.search(rf"^\| `{family.name}(?:_total|_info)?` \| (\w+) \|.*\| (.*) \|$", PAGE, re.MULTILINE)
        assert row, family.name
        assert row.groups() == (family.type, family.documentation)


def test_a_new_metric_is_found_and_one_without_words_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "shared" / "plait_shared"
    folder.mkdir(parents=True)
    head = "from collections import Counter as Bag\nfrom prometheus_client import Counter, Gauge\nBag('a')\n"
    (folder / "a.py").write_text(head + "Counter('plait_new', 'New ones', ['kind', 'size'], registry=None)\n")
    assert "| `plait_new_total` | counter | `kind`, `size` | New ones |" in generator.page(tmp_path)
    (folder / "b.py").write_text(head + "name = 'plait_dark'\nGauge(name, 'Dark ones')\n")
    with pytest.raises(ValueError, match=r"b\.py:5: write out name, meaning and labels of the Gauge"):
        generator.page(tmp_path)


class _Model:
    name, revision = "any", "0"
