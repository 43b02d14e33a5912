"""Ways from texts to tags and vectors, or to a part of that: the service's own, and what one would write without it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

import torch
from transformers import pipeline

from plait_inference.cli_parts import SHIPPED_DATA
from plait_inference.models.backbone import Trunk, load_trunk
from plait_inference.models.device import PRECISIONS
from plait_inference.models.heads import masked_mean
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.models.tokens import PREFIX
from plait_inference.passes import read_all
from plait_inference.training.examples import read_parts

PASS_TOKENS = 512
RESULTS = 7
"""What the model gives for a text: intents, entities, sentiment, urgency, topic, harm and the vector."""
SORTED_BATCH = 32
Way = Callable[[Sequence[str]], object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where all ways are measured: cpu or cuda, float32 or bfloat16."""

    device: str
    precision: str


def sample(model: Tagger, count: int) -> list[str]:
    """Messages that the model did not learn from, evenly out of all of them; again and again where they are fewer."""
    _, dev = read_parts(SHIPPED_DATA, float(model.manifest.recipe["dev_share"]))
    texts = [example.text for example in dev[:: max(len(dev) // count, 1)]]
    return list(islice(cycle(texts), count))


def tagger(engine: str, place: Place) -> Tagger:
    """The shipped model."""
    return load_tagger(device=place.device, precision=place.precision, engine=engine)


def bare_trunk(place: Place) -> Trunk:
    """The shipped model's encoder, as one would load it with transformers."""
    trunk = load_trunk()
    trunk.model.to(place.device, PRECISIONS[place.precision])
    return trunk


def batched(model: Tagger) -> Way:
    """What the service does with the texts of a poll."""
    return lambda texts: read_all(model, texts, model.budget(PASS_TOKENS))


def one_at_a_time(model: Tagger) -> Way:
    """The same model, a text a pass."""
    return lambda texts: [model.encode([text]) for text in texts]


def pipelines(trunk: Trunk, count: int) -> Way:
    """Hidden states by ``count`` feature-extraction pipelines of transformers, one text at a time, no tags."""
    load: Any = pipeline
    model: Any = trunk.model
    extract = load("feature-extraction", model=model, tokenizer=trunk.tokenizer, device=model.device)

    def read(texts: Sequence[str]) -> None:
        for text in texts:
            for _ in range(count):
                extract(PREFIX + text, truncation=True, return_tensors=True)[0, 0, 0].item()

    return read


def sorted_batches(trunk: Trunk) -> Way:
    """Unit vectors as sentence-transformers makes them: longest first, in batches of 32, mean over tokens; no tags."""
    model: Any = trunk.model

    @torch.inference_mode()
    def read(texts: Sequence[str]) -> None:
        ordered = sorted(texts, key=len, reverse=True)
        for start in range(0, len(ordered), SORTED_BATCH):
            given = [PREFIX + text for text in ordered[start : start + SORTED_BATCH]]
            batch = trunk.tokenizer(given, padding=True, truncation=True, return_tensors="pt").to(model.device)
            hidden = model(**batch).last_hidden_state
            torch.nn.functional.normalize(masked_mean(hidden, batch["attention_mask"]), dim=-1).cpu()

    return read
