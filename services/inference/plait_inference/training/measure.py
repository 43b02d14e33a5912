"""From a trained network to thresholds, temperatures and honest dev metrics."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from plait_inference.labels import INTENT_TASK, INTENTS, SINGLE
from plait_inference.models.artefact import Manifest
from plait_inference.models.backbone import Trunk
from plait_inference.models.tagger import Tagger
from plait_inference.reading import Reading
from plait_inference.topics import Conversations
from plait_inference.training import embeddings, explanations
from plait_inference.training.calibrate import calibration_error, intent_temperature, temperature, thresholds
from plait_inference.training.examples import Example, languages, position
from plait_inference.training.predict import BATCH, Raw, predict
from plait_inference.training.scores import Metrics, intent_rows, row, score

CALIBRATION: Final = "calibration error (ECE)"
EXPLANATIONS: Final = "explanations"
EMBEDDING: Final = "embedding"
Pairs = tuple[NDArray[np.float64], NDArray[np.bool_]]


def calibrate(manifest: Manifest, examples: Sequence[Example], raw: Raw) -> Manifest:
    """The manifest with thresholds and temperatures fitted on ``examples``."""
    wanted = _wanted(examples)
    heat = intent_temperature(raw.intents, wanted)
    intents = raw.probabilities(INTENT_TASK, heat)
    rows = {language: np.asarray([item.language == language for item in examples]) for language in languages(examples)}
    return replace(
        manifest,
        thresholds=thresholds(
            {language: intents[chosen] for language, chosen in rows.items()},
            {language: wanted[chosen] for language, chosen in rows.items()},
        ),
        temperatures={INTENT_TASK: heat}
        | {
            task: temperature(raw.singles[task], [labels.index(item.singles[task]) for item in examples])
            for task, labels in SINGLE.items()
        },
    )


def calibration(examples: Sequence[Example], raw: Raw, temperatures: Mapping[str, float]) -> dict[str, Pairs]:
    """(probability, whether it was right) of each intent of each message, and of the label chosen in each task."""
    sure = {task: raw.probabilities(task, heat) for task, heat in temperatures.items()}
    found = {INTENT_TASK: (sure[INTENT_TASK].ravel(), _wanted(examples).ravel())}
    for task, labels in SINGLE.items():
        chosen = sure[task].argmax(axis=1)
        right = np.asarray([labels[index] == item.singles[task] for index, item in zip(chosen, examples, strict=True)])
        found[task] = (sure[task].max(axis=1), right)
    return found


def errors(fitted: Sequence[dict[str, Pairs]], plain: dict[str, Pairs]) -> Metrics:
    """Expected calibration error of each task; as baseline, without temperatures."""
    rows: Metrics = {}
    for task, (bare, bare_right) in plain.items():
        probabilities, right = (np.concatenate(column) for column in zip(*(one[task] for one in fitted), strict=True))
        rows[task] = row(calibration_error(probabilities, right), calibration_error(bare, bare_right), len(right))
    return rows


def _wanted(examples: Sequence[Example]) -> NDArray[np.bool_]:
    return np.asarray([[label in (item.intents or ()) for label in INTENTS] for item in examples])


def measure(tagger: Tagger, examples: Sequence[Example], trunk: Trunk) -> dict[str, Metrics]:
    """Metrics by language and for each intent; thresholds and temperatures cross-fitted on two halves.

    ``trunk`` is the untouched one. Topics are read with all messages of the conversation; probabilities are judged
    message by message.
    """
    raw = predict(tagger, examples)
    readings: dict[int, Reading] = {}
    fitted_pairs: list[dict[str, Pairs]] = []
    for fit, test in _halves(examples):
        fitted = calibrate(tagger.manifest, [examples[i] for i in fit], raw.rows(fit))
        fitted_pairs.append(calibration([examples[i] for i in test], raw.rows(test), fitted.temperatures))
        reader = Tagger(tagger.engine, tagger.tokenizer, fitted, tagger.window)
        for start in range(0, len(test), BATCH):
            chunk = test[start : start + BATCH]
            readings |= zip(chunk, reader.encode([examples[i].text for i in chunk]), strict=True)
    found = [readings[index] for index in range(len(examples))]
    said = [(item.conversation, reading) for item, reading in zip(examples, found, strict=True)]
    plain = calibration(examples, raw, dict.fromkeys((INTENT_TASK, *SINGLE), 1.0))
    return tables(examples, Conversations().hear(said)) | {
        CALIBRATION: errors(fitted_pairs, plain),
        EXPLANATIONS: explanations.measure(tagger, examples, found),
        EMBEDDING: embeddings.measure(trunk, examples, found),
    }


def _halves(examples: Sequence[Example]) -> list[tuple[list[int], list[int]]]:
    """Two folds (to fit on, to measure on) by conversation; everything twice when a half would be empty."""
    parts: tuple[list[int], list[int]] = ([], [])
    for index, item in enumerate(examples):
        parts[position(item.conversation + "/half") < 0.5].append(index)
    if not all(parts):
        return [(list(range(len(examples))),) * 2]
    return [(parts[0], parts[1]), (parts[1], parts[0])]


def measure_as_it_is(tagger: Tagger, examples: Sequence[Example]) -> dict[str, Metrics]:
    """Metrics with the thresholds that the artefact has."""
    readings = readings_of(tagger, examples)
    said = [(item.conversation, reading) for item, reading in zip(examples, readings, strict=True)]
    return tables(examples, Conversations().hear(said))


def readings_of(tagger: Tagger, examples: Sequence[Example]) -> list[Reading]:
    """What the model says of each message by itself."""
    readings: list[Reading] = []
    for start in range(0, len(examples), BATCH):
        readings += tagger.encode([item.text for item in examples[start : start + BATCH]])
    return readings


def tables(examples: Sequence[Example], readings: Sequence[Reading]) -> dict[str, Metrics]:
    """Metrics of given readings: all, each language, and F1 of each intent."""
    result = {"all": score(examples, readings)}
    for language in languages(examples):
        rows = [index for index, item in enumerate(examples) if item.language == language]
        result[language] = score([examples[i] for i in rows], [readings[i] for i in rows])
    return result | {"intent (F1)": intent_rows(examples, readings)}
