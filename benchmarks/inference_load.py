"""The model stage under load: several processes at once, and messages that arrive on their own time."""

import multiprocessing
import random
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from itertools import accumulate

import torch

from benchmarks.inference_ways import PASS_TOKENS, Place, Way, batched, tagger
from plait_inference.models.tagger import Tagger
from plait_inference.passes import read_all

POLL = 64
"""Messages that the service takes at once."""
_ways: list[Way] = []
"""What a worker process reads with."""


@contextmanager
def workers(count: int, engine: str, place: Place) -> Iterator[list[ProcessPoolExecutor]]:
    """Processes with a model of their own and one thread each."""
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        yield [stack.enter_context(ProcessPoolExecutor(1, context, _begin, (engine, place))) for _ in range(count)]


def together(pools: Sequence[ProcessPoolExecutor], texts: Sequence[str]) -> float:
    """Messages a second of these workers, each of which reads all texts."""
    start = time.perf_counter()
    running: list[Future[None]] = [pool.submit(_read, list(texts)) for pool in pools]
    for future in running:
        future.result()
    return len(pools) * len(texts) / (time.perf_counter() - start)


def open_loop(model: Tagger, texts: Sequence[str], rate: float, seconds: float, seed: int) -> list[float]:
    """Milliseconds from when each message was due until it was read; arrivals are a Poisson process.

    Whatever waits is read together, as by the service. A stall shows, since arrivals don't wait.
    """
    source = random.Random(seed)
    pauses = [source.expovariate(rate) for _ in range(max(1, round(rate * seconds)))]
    due = [(at, source.choice(texts)) for at in accumulate(pauses)]
    took: list[float] = []
    start = time.perf_counter()
    while len(took) < len(due):
        now = time.perf_counter() - start
        waiting = [one for one in due[len(took) : len(took) + POLL] if one[0] <= now]
        if not waiting:
            time.sleep(due[len(took)][0] - now)
            continue
        read_all(model, [text for _, text in waiting], model.budget(PASS_TOKENS))
        done = time.perf_counter() - start
        took += [(done - at) * 1000 for at, _ in waiting]
    return took


def _begin(engine: str, place: Place) -> None:
    torch.set_num_threads(1)
    _ways.append(batched(tagger(engine, place)))


def _read(texts: list[str]) -> None:
    _ways[0](texts)
