"""The memory of readings."""

from typing import Any

from prometheus_client import CollectorRegistry

from plait_inference.batching import BatchBudget
from plait_inference.reader import CachingReader, LockedModel
from plait_shared.errors import BadRecord


def test_known_text_is_not_read_again_and_memory_is_bounded(model: Any) -> None:
    reader = CachingReader(LockedModel(model), BatchBudget(max_tokens=200), 2, CollectorRegistry())
    reader.read(["a", "b"])
    reader.read(["a", "b"])
    assert model.batches == [["a", "b"]]
    for text in ("c", "b", "a"):
        reader.read([text])
    assert model.batches == [["a", "b"], ["c"], ["a"]]
    assert isinstance(reader.read(["poison"])[0], BadRecord)
