"""The memory of readings."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from plait_inference.batching import BatchBudget
from plait_inference.handlers import Read
from plait_inference.memory import OutOfMemory
from plait_inference.reader import CachingReader
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord


def test_known_text_is_not_read_again_and_memory_is_bounded(model: Any) -> None:
    reader = CachingReader(model, BatchBudget(max_tokens=200), 2, CollectorRegistry())
    reader.read(["a", "b"])
    reader.read(["a", "b"])
    assert model.batches == [["a", "b"]]
    for text in ("c", "b", "a"):
        reader.read([text])
    assert model.batches == [["a", "b"], ["c"], ["a"]]
    assert isinstance(reader.read(["poison"]).found[0], BadRecord)


def test_a_batch_ends_with_the_model_that_began_it_and_readings_never_mix(model: Any, reading: Any) -> None:
    """The model is changed while the first batch is with it."""

    class Other:
        name, revision = "other", "1"

        def lengths(self, texts: Sequence[str]) -> list[int]:
            return [len(text) for text in texts]

        def encode(self, texts: Sequence[str]) -> list[Reading]:
            return [reading(text, ("decision",)) for text in texts]

    metrics = CollectorRegistry()
    reader = CachingReader(model, BatchBudget(max_tokens=2), 100, metrics)
    spoken = model.encode

    def encode(texts: Sequence[str]) -> list[Reading]:
        reader.use(Other())
        return list(spoken(texts))

    model.encode = encode
    first, second = reader.read(["a", "b", "c"]), reader.read(["a", "b", "d"])
    assert (first.model.name, labels(first)) == ("fake", ["information"] * 3)
    assert (second.model.name, labels(second)) == ("other", ["decision"] * 3)
    reader.use(model)
    assert labels(reader.read(["a"])) == ["information"]
    assert metrics.get_sample_value("plait_model_info", {"name": "other", "revision": "1"}) == 1.0


def labels(read: Read) -> list[str]:
    return [found.intents[0].label for found in read.found if isinstance(found, Reading)]


def test_passes_are_measured(model: Any) -> None:
    """By a clock that goes on by two seconds whenever it is looked at."""
    metrics, ticks = CollectorRegistry(), iter(range(0, 100, 2))
    reader = CachingReader(model, BatchBudget(max_tokens=40), 100, metrics, lambda: float(next(ticks)))
    reader.read(["ten tokens", "eight to", "a text that has no fewer than 43 tokens in "])
    value = metrics.get_sample_value
    assert value("plait_model_tokens_total") == 61
    assert value("plait_model_padding_tokens_total") == 2
    assert value("plait_reading_wait_seconds_count") == 3
    assert value("plait_reading_wait_seconds_sum") == 2 + 2 + 4
    assert value("plait_pass_fill_ratio_sum") == 20 / 40 + 43 / 40
    assert value("plait_model_memory_shortages_total") == 0


def test_a_pass_that_does_not_fit_is_counted(model: Any) -> None:
    metrics, spoken = CollectorRegistry(), model.encode

    def encode(texts: Sequence[str]) -> list[Reading]:
        if len(texts) > 1:
            raise OutOfMemory("no memory")
        return list(spoken(texts))

    model.encode = encode
    found = CachingReader(model, BatchBudget(max_tokens=40), 100, metrics).read(["ten tokens", "eight to"]).found
    assert [type(one) for one in found] == [Reading, Reading]
    assert metrics.get_sample_value("plait_model_memory_shortages_total") == 1
    assert metrics.get_sample_value("plait_model_tokens_total") == 18
