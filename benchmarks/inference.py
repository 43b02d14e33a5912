"""Inference: from texts to tags and a vector on one core, beside what one would write with transformers alone."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from statistics import mean, median
from typing import Any

import torch

from benchmarks.inference_load import open_loop, together, workers
from benchmarks.inference_peak import flops, peak, products
from benchmarks.inference_ways import (
    PASS_TOKENS,
    RESULTS,
    SORTED_BATCH,
    Place,
    Way,
    bare_trunk,
    batched,
    one_at_a_time,
    pipelines,
    sample,
    sorted_batches,
    tagger,
)
from benchmarks.report import Row, percentile, row, write
from plait_inference.models.backbone import Trunk
from plait_inference.models.choice import ENGINES, OPENVINO, TORCH
from plait_inference.models.tagger import Tagger

ROUNDS, MESSAGES = 5, 64
LOAD_ROUNDS, LOAD_S, SHARE, RATE = 3, 5.0, 0.6, 100.0
WORKER_READS = 3
PIPELINE, PIPELINES, SORTED = "one pipeline", f"{RESULTS} pipelines", f"sorted batches of {SORTED_BATCH}"
BFLOAT16 = "bfloat16"
ALONE = "one at a time"
NOTES = {
    "method": f"one thread; {ROUNDS} rounds, all ways in turn; a ratio is of two ways in the same round",
    f"{TORCH}, {OPENVINO}": "all tags and the vector, by the service's own batches of 64 messages; float32 unless said",
    PIPELINE: "transformers' feature-extraction of the same encoder, one message at a time: hidden states, no tags",
    PIPELINES: f"{RESULTS} such passes, one for each of intents, entities, sentiment, urgency, topic, harm and vector",
    SORTED: "of the same encoder, longest first, mean over tokens, unit length, as sentence-transformers does: no tags",
    "share of the fastest product": f"the encoder's operations without padding, over those of a product of its largest "
    f"size with {PASS_TOKENS} rows in the same round, by whichever engine is faster at it",
    "p99": f"of {LOAD_ROUNDS} times {LOAD_S:.0f} s, Poisson arrivals, from when a message was due until it was read",
}


def main() -> None:
    """Measure on one core."""
    torch.set_num_threads(1)
    notes = dict(NOTES)
    write("inference", _measure(Place("cpu", "float32"), notes), notes)


def _measure(place: Place, notes: dict[str, str]) -> list[Row]:
    """All rows; what can't be a row is said in ``notes``."""
    models = {engine: tagger(engine, place) for engine in ENGINES}
    texts = sample(models[TORCH], MESSAGES)
    trunk = bare_trunk(place)
    config: Any = trunk.model.config
    lengths = models[TORCH].lengths(texts)
    rates, peaks = _rounds(_ways(models, trunk, place), texts, partial(peak, config, products(config, place)))
    rows = [row(name, "messages/s", values) for name, values in rates.items()] + _ratios(rates)
    for engine in ENGINES:
        shares = [
            rate * flops(config, lengths) / len(texts) / most for rate, most in zip(rates[engine], peaks, strict=True)
        ]
        rows.append(row(f"{engine}, share of the fastest product", "", shares, "≥ 0.70"))
    rows.append(_workers(place, texts))
    for engine, model in models.items():
        rows += _loads(engine, model, texts, median(rates[engine]), notes)
    notes["messages"] = f"{len(texts)} of the development part, {mean(lengths):.0f} tokens on average"
    return rows


def _ways(models: Mapping[str, Tagger], trunk: Trunk, place: Place) -> dict[str, Way]:
    ways = {engine: batched(model) for engine, model in models.items()}
    ways |= {f"{engine}, {ALONE}": one_at_a_time(model) for engine, model in models.items()}
    if place.precision != BFLOAT16:
        halves = {engine: tagger(engine, replace(place, precision="auto")) for engine in ENGINES}
        ways |= {
            f"{engine}, {BFLOAT16}": batched(half)
            for engine, half in halves.items()
            if half.engine.runtime.precision == BFLOAT16
        }
    return ways | {
        PIPELINE: pipelines(trunk, 1), PIPELINES: pipelines(trunk, RESULTS), SORTED: sorted_batches(trunk)
    }  # fmt: skip


def _rounds(
    ways: Mapping[str, Way], texts: Sequence[str], most: Callable[[], float]
) -> tuple[dict[str, list[float]], list[float]]:
    """Messages a second of each way, and operations a second of the fastest product, in each round."""
    for read in ways.values():
        read(texts[:8])  # the first pass of a size is slower
    rates: dict[str, list[float]] = {name: [] for name in ways}
    peaks: list[float] = []
    for _ in range(ROUNDS):
        peaks.append(most())
        for name, read in ways.items():
            start = time.perf_counter()
            read(texts)
            rates[name].append(len(texts) / (time.perf_counter() - start))
    return rates, peaks


def _ratios(rates: Mapping[str, Sequence[float]]) -> list[Row]:
    """How many times as fast, round by round."""
    pairs: list[tuple[str, str, str]] = []
    for engine in ENGINES:
        pairs += [
            (engine, PIPELINE, "≥ 3.2"),
            (f"{engine}, {ALONE}", PIPELINE, ""),
            (engine, PIPELINES, "≥ 25"),
            (engine, SORTED, "≥ 1.0"),
        ]
        if (half := f"{engine}, {BFLOAT16}") in rates:
            pairs += [(half, PIPELINE, "≥ 5.5"), (half, TORCH, "")]
    pairs += [(OPENVINO, TORCH, "")] if OPENVINO in rates else []
    return [
        row(f"{left} ÷ {right}", "×", [a / b for a, b in zip(rates[left], rates[right], strict=True)], target)
        for left, right, target in pairs
    ]


def _workers(place: Place, texts: Sequence[str]) -> Row:
    many = list(texts) * WORKER_READS
    with workers(2, TORCH, place) as pools:
        together(pools, texts)
        gains = [together(pools, many) / together(pools[:1], many) for _ in range(LOAD_ROUNDS)]
    return row(f"{TORCH}, 2 processes ÷ 1", "×", gains, "≥ 1.9")


def _loads(engine: str, model: Tagger, texts: Sequence[str], capacity: float, notes: dict[str, str]) -> list[Row]:
    """The p99 at a share of the capacity, and at a fixed rate unless that is beyond it."""
    rates = {f"{SHARE:.0%} of capacity, {SHARE * capacity:.0f}/s": SHARE * capacity}
    if capacity > RATE:
        rates[f"{RATE:.0f}/s"] = RATE
    else:
        notes[f"{engine}, p99 at {RATE:.0f}/s"] = f"beyond capacity ({capacity:.0f}/s)"
    return [
        row(
            f"{engine}, p99 at {name}",
            "ms",
            [percentile(open_loop(model, texts, rate, LOAD_S, seed), 0.99) for seed in range(LOAD_ROUNDS)],
            "≤ 50",
        )
        for name, rate in rates.items()
    ]
