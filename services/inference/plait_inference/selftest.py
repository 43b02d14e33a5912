"""What a model must do before it may read the stream. Pure."""

import math
from collections.abc import Iterator
from typing import Final

from plait_inference.labels import ENTITIES, INTENTS, SINGLE
from plait_inference.models.protocol import TagModel
from plait_inference.reading import Reading, Scored
from plait_shared.errors import Misconfigured

TEXTS: Final = (
    "Could you fix the login timeout by Friday, Tom?",
    "We decided to ship PAY-231 on Monday; I'll send the deck to Harbour Foods tonight. " * 8,
    "登录超时的问题修好了吗？李倩会带上季度预算表。",
    "ok",
    "👍",
)


def check(model: TagModel, dimensions: int) -> None:
    """Read some texts; raises Misconfigured when a reading makes no sense, or whatever the model raises.

    ``dimensions`` is the length of the embeddings that others have stored: vectors of another can't be compared.
    """
    if any(length < 1 for length in model.lengths(TEXTS)):
        raise Misconfigured(f"self-test of {model.name}: a text without tokens")
    for text, reading in zip(TEXTS, model.encode(TEXTS), strict=True):
        for fault in faults(text, reading, dimensions):
            raise Misconfigured(f"self-test of {model.name}: {fault} for {text[:20]!r}")


def faults(text: str, reading: Reading, dimensions: int) -> Iterator[str]:
    """What is wrong with a reading, in words."""
    if len(reading.embedding) != dimensions:
        yield f"an embedding of {len(reading.embedding)} numbers where the model before gives {dimensions}"
    elif not math.isclose(math.hypot(*reading.embedding), 1.0, abs_tol=0.01):
        yield "an embedding whose length is not 1"
    if not reading.intents:
        yield "no intent"
    for task, labels in SINGLE.items():
        yield from _faults(task, getattr(reading, task), labels, text)
    for intent in reading.intents:
        yield from _faults("intent", intent, INTENTS, text)
    for entity in reading.entities:
        scored = Scored(entity.label, entity.score, entity.start, entity.end)
        yield from _faults("entity", scored, ENTITIES, text)
    if not all(0 <= share <= 1 for share in reading.topics):
        yield "a share of a topic that is no probability"


def _faults(task: str, scored: Scored, labels: tuple[str, ...], text: str) -> Iterator[str]:
    if scored.label not in labels:
        yield f"the unknown {task} {scored.label!r}"
    if not 0 <= scored.score <= 1:  # holds for NaN as well
        yield f"the score {scored.score} of the {task} {scored.label}"
    if not 0 <= scored.start < scored.end <= len(text):
        yield f"a span of the {task} {scored.label} outside the text"
