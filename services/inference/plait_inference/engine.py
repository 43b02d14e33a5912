"""Runs a plan through a model. A poisoned item fails alone, never its neighbours."""

from collections.abc import Sequence

from plait_inference.batching import BatchBudget, plan
from plait_inference.models.protocol import TagModel
from plait_inference.reading import Reading
from plait_shared.errors import BadRecord, PlaitError

Outcome = Reading | BadRecord


def read_all(model: TagModel, texts: Sequence[str], budget: BatchBudget) -> list[Outcome]:
    """A reading or a ``BadRecord`` for each text, in order.

    Every other ``PlaitError`` (``Retryable`` without memory, ``Fatal`` on a lost device, …) is about the model and
    is raised.
    """
    results: dict[int, Outcome] = {}
    lengths, broken = _lengths(model, texts)
    results.update(broken)
    sound = [index for index in range(len(texts)) if index not in broken]
    for batch in plan([lengths[index] for index in sound], budget):
        rows = [sound[position] for position in batch]
        outcomes = read_batch(model, [texts[row] for row in rows])
        results.update(zip(rows, outcomes, strict=True))
    return [results[index] for index in range(len(texts))]


def read_batch(model: TagModel, texts: Sequence[str]) -> list[Outcome]:
    """One pass; when it fails on what it was given, item by item."""
    try:
        return list(model.encode(texts))
    except Exception as error:
        if _is_about_the_model(error):
            raise
        if len(texts) == 1:
            return [_as_bad_record(error)]
    return [outcome for text in texts for outcome in read_batch(model, [text])]


def _lengths(model: TagModel, texts: Sequence[str]) -> tuple[dict[int, int], dict[int, BadRecord]]:
    """Token counts, and the texts that cannot even be tokenised."""
    try:
        return dict(enumerate(model.lengths(texts))), {}
    except Exception as error:
        if _is_about_the_model(error):
            raise
        if len(texts) == 1:
            return {}, {0: _as_bad_record(error)}
    lengths: dict[int, int] = {}
    broken: dict[int, BadRecord] = {}
    for index, text in enumerate(texts):
        found, failed = _lengths(model, [text])
        if found:
            lengths[index] = found[0]
        else:
            broken[index] = failed[0]
    return lengths, broken


def _is_about_the_model(error: Exception) -> bool:
    return isinstance(error, PlaitError) and not isinstance(error, BadRecord)


def _as_bad_record(error: Exception) -> BadRecord:
    if isinstance(error, BadRecord):
        return error
    bad = BadRecord(f"the model cannot read this text: {type(error).__name__}: {error}")
    bad.__cause__ = error
    return bad
