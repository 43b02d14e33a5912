"""The memory of readings."""

from collections.abc import Sequence
from typing import Any

from prometheus_client import CollectorRegistry

from plait_inference.batching import BatchBudget
from plait_inference.handlers import Read
from plait_inference.reader import CachingReader, LockedModel
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord


def test_known_text_is_not_read_again_and_memory_is_bounded(model: Any) -> None:
    reader = CachingReader(LockedModel(model), BatchBudget(max_tokens=200), 2, CollectorRegistry())
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
    reader = CachingReader(LockedModel(model), BatchBudget(max_tokens=2), 100, metrics)
    spoken = model.encode

    def encode(texts: Sequence[str]) -> list[Reading]:
        reader.use(LockedModel(Other()))
        return list(spoken(texts))

    model.encode = encode
    first, second = reader.read(["a", "b", "c"]), reader.read(["a", "b", "d"])
    assert (first.model.name, labels(first)) == ("fake", ["information"] * 3)
    assert (second.model.name, labels(second)) == ("other", ["decision"] * 3)
    reader.use(LockedModel(model))
    assert labels(reader.read(["a"])) == ["information"]
    assert metrics.get_sample_value("plait_model_info", {"name": "other", "revision": "1"}) == 1.0


def labels(read: Read) -> list[str]:
    return [found.intents[0].label for found in read.found if isinstance(found, Reading)]
