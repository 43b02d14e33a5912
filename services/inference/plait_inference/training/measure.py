"""From a trained network to thresholds, temperatures and honest dev metrics."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from plait_inference.labels import INTENTS, SINGLE
from plait_inference.models.artefact import Manifest
from plait_inference.models.network import Network
from plait_inference.models.tagger import Tagger
from plait_inference.reading import Reading
from plait_inference.topics import Conversations
from plait_inference.training.calibrate import temperature, thresholds
from plait_inference.training.examples import Example, languages, position
from plait_inference.training.features import collate, featurize
from plait_inference.training.scores import Metrics, intent_rows, score

BATCH: Final = 32


@dataclass(frozen=True, slots=True)
class Raw:
    """Intent probabilities ``[messages, 12]`` and logits of the single-label tasks."""

    intents: NDArray[np.float64]
    singles: dict[str, NDArray[np.float64]]


def calibrate(manifest: Manifest, examples: Sequence[Example], raw: Raw) -> Manifest:
    """The manifest with thresholds and temperatures fitted on ``examples``."""
    wanted = np.asarray([[label in (item.intents or ()) for label in INTENTS] for item in examples])
    rows = {language: np.asarray([item.language == language for item in examples]) for language in languages(examples)}
    return replace(
        manifest,
        thresholds=thresholds(
            {language: raw.intents[chosen] for language, chosen in rows.items()},
            {language: wanted[chosen] for language, chosen in rows.items()},
        ),
        temperatures={
            task: temperature(raw.singles[task], [labels.index(item.singles[task]) for item in examples])
            for task, labels in SINGLE.items()
        },
    )


def measure(tagger: Tagger, examples: Sequence[Example]) -> dict[str, Metrics]:
    """Metrics by language and for each intent; thresholds cross-fitted on two halves.

    Topics are read with all messages of the conversation.
    """
    raw = predict(tagger, examples)
    halves = [position(item.conversation + "/half") < 0.5 for item in examples]
    readings: dict[int, Reading] = {}
    for half in (True, False):
        fit = [index for index, mine in enumerate(halves) if mine is not half]
        test = [index for index, mine in enumerate(halves) if mine is half]
        if not fit or not test:
            fit = test = list(range(len(examples)))
        fitted = calibrate(tagger.manifest, [examples[i] for i in fit], _rows(raw, fit))
        reader = Tagger(tagger.network, tagger.tokenizer, fitted, tagger.window)
        for start in range(0, len(test), BATCH):
            chunk = test[start : start + BATCH]
            readings |= zip(chunk, reader.encode([examples[i].text for i in chunk]), strict=True)
    said = [(item.conversation, readings[index]) for index, item in enumerate(examples)]
    return tables(examples, Conversations().hear(said))


def measure_as_it_is(tagger: Tagger, examples: Sequence[Example]) -> dict[str, Metrics]:
    """Metrics with the thresholds that the artefact has."""
    readings: list[Reading] = []
    for start in range(0, len(examples), BATCH):
        readings += tagger.encode([item.text for item in examples[start : start + BATCH]])
    said = [(item.conversation, reading) for item, reading in zip(examples, readings, strict=True)]
    return tables(examples, Conversations().hear(said))


def tables(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Metrics]:
    """Metrics of given readings: all, each language, and F1 of each intent."""
    result = {"all": score(examples, readings)}
    for language in languages(examples):
        rows = [index for index, item in enumerate(examples) if item.language == language]
        result[language] = score([examples[i] for i in rows], [readings[i] for i in rows])
    return result | {"intent (F1)": intent_rows(examples, readings)}


@torch.inference_mode()
def predict(tagger: Tagger, examples: Sequence[Example]) -> Raw:
    """Raw outputs for ``examples``, in order."""
    network: Network = tagger.network
    features = featurize(tagger.tokenizer, examples)
    intents: list[NDArray[np.float64]] = []
    singles: dict[str, list[NDArray[np.float64]]] = {task: [] for task in SINGLE}
    device = next(network.parameters()).device
    for start in range(0, len(features), BATCH):
        batch = collate(features[start : start + BATCH], int(tagger.tokenizer.pad_token_id or 0))
        out, _ = network(batch.input_ids.to(device), batch.mask.to(device))
        intents.append(out.intents.sigmoid().double().cpu().numpy())
        for task, logits in out.singles.items():
            singles[task].append(logits.double().cpu().numpy())
    return Raw(np.concatenate(intents), {task: np.concatenate(rows) for task, rows in singles.items()})


def _rows(raw: Raw, rows: Sequence[int]) -> Raw:
    chosen = list(rows)
    return Raw(raw.intents[chosen], {task: values[chosen] for task, values in raw.singles.items()})
