"""Inference on a GPU: the network alone and from texts, beside the same encoder in padded batches of float32."""

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from statistics import mean
from typing import Any

import torch
from torch import Tensor

from benchmarks.inference_load import open_loop
from benchmarks.inference_peak import flops
from benchmarks.inference_ways import SORTED_BATCH, Place, Way, bare_trunk, sample, sorted_batches, tagger
from benchmarks.report import Row, percentile, row, write
from plait_inference.models.backbone import Trunk
from plait_inference.models.choice import TORCH
from plait_inference.models.device import PRECISIONS
from plait_inference.models.heads import masked_mean
from plait_inference.models.tagger import Tagger
from plait_inference.models.tokens import PREFIX
from plait_inference.models.trunk import default_trunk
from plait_inference.passes import read_all

ROUNDS, MESSAGES, RATE, LOAD_S = 5, 4096, 100.0, 5.0
PASS_TOKENS, LARGE_BATCH, LOOK_AHEAD = 16384, 256, 1024
PEAK_SIZE, PEAK_TRIALS = 8192, 10
NOTES = {
    "method": f"{ROUNDS} rounds, all ways in turn; a ratio is of two ways in the same round; the development part's "
    f"messages, repeated to {MESSAGES:,}",
    "network alone": f"all tags' scores and the vector, on the host, of token ids; passes of at most {PASS_TOKENS:,} "
    "tokens, no padding in the layers, bfloat16",
    "encoder alone, padded": f"hidden states and their mean of token ids, sorted by length, float32, batches of "
    f"{SORTED_BATCH} as sentence-transformers' default, or of {LARGE_BATCH}; no tags",
    "from texts": "readings, by one process: tokens, network, and the tags, spans and evidence made of it in Python",
    "sentence-transformers": "its `encode`, float32, batches of 32: vectors, no tags",
    "share of the peak": f"the encoder's operations without padding, over those of a bfloat16 product of "
    f"{PEAK_SIZE:,} × {PEAK_SIZE:,} × {PEAK_SIZE:,} in the same round",
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: messages, rounds, the side of the product that stands for the peak, seconds of load."""

    messages: int = MESSAGES
    rounds: int = ROUNDS
    peak: int = PEAK_SIZE
    load_s: float = LOAD_S


def main() -> None:
    """Measure on the GPU, or say that there is none."""
    if not torch.cuda.is_available():
        sys.stdout.write("gpu: not measured: torch sees no GPU\n")
        return
    notes = NOTES | {"card": torch.cuda.get_device_name(), "torch": torch.__version__}
    write("gpu", measure(Place("cuda", "bfloat16"), Size(), notes), notes)


def measure(place: Place, size: Size, notes: dict[str, str]) -> list[Row]:
    """All rows for a place; what can't be one is said in ``notes``."""
    model, trunk = tagger(TORCH, place), bare_trunk(Place(place.device, "float32"))
    texts = sample(model, size.messages)
    lengths = model.lengths(texts)
    notes["messages"] = f"{mean(lengths):.0f} tokens on average"
    ways = _ways(model, trunk, texts)
    work = flops(trunk.model.config, lengths)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    shares: list[float] = []
    for way in ways.values():
        way()
    for _ in range(size.rounds):
        for name, way in ways.items():
            rates[name].append(len(texts) / _seconds(way, place))
        shares.append(rates["network alone"][-1] / len(texts) * work / _peak(place, size.peak))
    rows = [row(name, "messages/s", values) for name, values in rates.items()]
    rows += [
        row(f"{left} ÷ {right}", "×", [a / b for a, b in zip(rates[left], rates[right], strict=True)], target)
        for left, right, target in _pairs(rates)
    ]
    rows.append(row("network alone, share of the peak", "", shares))
    waits = [percentile(open_loop(model, texts, RATE, size.load_s, seed), 0.99) for seed in range(3)]
    return [*rows, row(f"from texts, p99 at {RATE:.0f}/s", "ms", waits, "≤ 50")]


def _pairs(rates: dict[str, list[float]]) -> Iterator[tuple[str, str, str]]:
    yield "network alone", f"encoder alone, padded {SORTED_BATCH}", "≥ 3.5"
    yield "network alone", f"encoder alone, padded {LARGE_BATCH}", ""
    yield "from texts", next(name for name in rates if name.startswith("sentence-transformers")), ""


def _ways(model: Tagger, trunk: Trunk, texts: Sequence[str]) -> dict[str, Callable[[], object]]:
    budget = model.budget(PASS_TOKENS, LOOK_AHEAD)
    passes = list(_padded(trunk, texts, PASS_TOKENS, None))
    name, rival = _sentence_transformers(trunk)
    return {
        "network alone": lambda: [_network(model, ids, mask) for ids, mask in passes],
        **{f"encoder alone, padded {count}": _encoder(trunk, texts, count) for count in (SORTED_BATCH, LARGE_BATCH)},
        "from texts": lambda: read_all(model, texts, budget),
        name: lambda: rival(texts),
    }


def _network(model: Tagger, ids: Tensor, mask: Tensor) -> list[Tensor]:
    out, vectors = model.engine.run(ids, mask)
    return [part.cpu() for part in (out.intents, out.tokens, out.support, vectors, *out.singles.values())]


def _encoder(trunk: Trunk, texts: Sequence[str], count: int) -> Callable[[], object]:
    batches = list(_padded(trunk, texts, None, count))
    model: Any = trunk.model

    @torch.inference_mode()
    def read() -> None:
        for ids, mask in batches:
            there = mask.to(model.device)
            hidden = model(input_ids=ids.to(model.device), attention_mask=there.long()).last_hidden_state
            torch.nn.functional.normalize(masked_mean(hidden, there), dim=-1).cpu()

    return read


def _padded(
    trunk: Trunk, texts: Sequence[str], tokens: int | None, count: int | None
) -> Iterator[tuple[Tensor, Tensor]]:
    """Ids and mask of batches of neighbours in length: of so many texts, or of so many padded tokens."""
    rows = sorted(trunk.tokenizer([PREFIX + text for text in texts], truncation=True)["input_ids"], key=len)
    batch: list[list[int]] = []
    for ids in [*rows, None]:
        full = ids is None or (count and len(batch) == count) or (tokens and (len(batch) + 1) * len(ids) > tokens)
        if batch and full:
            lengths = torch.tensor(list(map(len, batch)))
            padded = torch.tensor([[*one, *[0] * (len(batch[-1]) - len(one))] for one in batch])
            yield padded, torch.arange(len(batch[-1])) < lengths[:, None]
            batch = []
        batch.append(ids or [])


def _sentence_transformers(trunk: Trunk) -> tuple[str, Way]:
    """The library where it is installed, else the same written with transformers."""
    try:
        load: Any = import_module("sentence_transformers").SentenceTransformer
    except ImportError:
        return "sentence-transformers' way", sorted_batches(trunk)
    model = load(str(default_trunk()), device=str(trunk.model.device))
    return "sentence-transformers", lambda texts: model.encode([PREFIX + text for text in texts])


def _peak(place: Place, side: int) -> float:
    """Operations a second of a large product, at its best."""
    left, right = (torch.randn(side, side, dtype=PRECISIONS[place.precision], device=place.device) for _ in range(2))
    return 2.0 * side**3 / min(_seconds(lambda: left @ right, place) for _ in range(PEAK_TRIALS))


def _seconds(call: Callable[[], object], place: Place) -> float:
    if place.device == "cuda":
        torch.cuda.synchronize()
    start = time.perf_counter()
    call()
    if place.device == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - start
