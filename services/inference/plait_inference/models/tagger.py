"""The tag model: tokens in, readings out. One encoder pass a window gives everything."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from plait_inference.batching import LOOK_AHEAD, BatchBudget
from plait_inference.labels import INTENT_TASK, INTENTS, SINGLE
from plait_inference.language import language_of
from plait_inference.models import merge
from plait_inference.models.artefact import Manifest
from plait_inference.models.choice import OPENVINO, TORCH, check_engine
from plait_inference.models.device import choose_device, choose_dtype, device_failures
from plait_inference.models.engines import Engine, TorchEngine
from plait_inference.models.folders import cache_folder
from plait_inference.models.openvino_engine import load_openvino
from plait_inference.models.spans import decode
from plait_inference.models.tokens import Tokens, Window, tokenize, windows_of
from plait_inference.models.trained import find_trained
from plait_inference.reading import Reading, Scored
from plait_shared.errors import BadRecord

MAX_RUN_TOKENS: Final = 16384
"""Padded tokens of one run of the network: bounds memory when one text has many windows."""


class Tagger:
    """A ``TagModel`` over a trunk and an artefact. Not thread-safe; one a worker."""

    def __init__(self, engine: Engine, tokenizer: Any, manifest: Manifest, window: int) -> None:
        self.manifest = manifest
        self.engine = engine
        self.tokenizer = tokenizer
        self.window = window

    @property
    def name(self) -> str:
        """The artefact's name, e.g. ``office-2.2.0``."""
        return self.manifest.name

    @property
    def revision(self) -> str:
        """Hash of weights, thresholds and trunk."""
        return self.manifest.revision

    def budget(self, max_tokens: int, look_ahead: int = LOOK_AHEAD) -> BatchBudget:
        """For passes of so many tokens; to look far ahead is dear where lengths must be grouped, and not done there."""
        pads = self.engine.pads
        return BatchBudget(max_tokens, LOOK_AHEAD if pads else max(look_ahead, LOOK_AHEAD), padded=pads)

    @device_failures()
    def lengths(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, prefix included, at most one window each."""
        return [min(len(item.ids) + len(item.prefix_ids) + 2, self.window) for item in tokenize(self.tokenizer, texts)]

    @device_failures()
    def encode(self, texts: Sequence[str]) -> list[Reading]:
        """One reading a text, in order; raises ``BadRecord`` for an empty text.

        Without memory it raises ``Retryable``, on a device that failed ``Fatal``.
        """
        if any(not text.strip() for text in texts):
            raise BadRecord("the text is empty", field="text")
        items = tokenize(self.tokenizer, texts)
        grouped: list[list[merge.Piece]] = [[] for _ in items]
        for window, piece in self._run(windows_of(self.tokenizer, items, self.window)):
            grouped[window.item].append(piece)
        return [self._reading(text, item, pieces) for text, item, pieces in zip(texts, items, grouped, strict=True)]

    def _run(self, windows: Sequence[Window]) -> Iterable[tuple[Window, merge.Piece]]:
        order = sorted(range(len(windows)), key=lambda index: len(windows[index].ids))
        found: dict[int, merge.Piece] = {}
        chunk: list[int] = []
        for index in order:
            if chunk and (len(chunk) + 1) * len(windows[index].ids) > MAX_RUN_TOKENS:
                found.update(zip(chunk, self._forward([windows[i] for i in chunk]), strict=True))
                chunk = []
            chunk.append(index)
        if chunk:
            found.update(zip(chunk, self._forward([windows[i] for i in chunk]), strict=True))
        return [(windows[index], found[index]) for index in range(len(windows))]

    @torch.inference_mode()
    def _forward(self, windows: Sequence[Window]) -> list[merge.Piece]:
        width = max(len(window.ids) for window in windows)
        pad = int(self.tokenizer.pad_token_id or 0)
        rows = [[*window.ids, *[pad] * (width - len(window.ids))] for window in windows]
        lengths = torch.tensor([len(window.ids) for window in windows])
        out, pooled = self.engine.run(torch.tensor(rows), torch.arange(width)[None, :] < lengths[:, None])
        intents = (out.intents / self.manifest.temperatures[INTENT_TASK]).sigmoid().float().cpu().numpy()
        tokens = out.tokens.log_softmax(-1).float().cpu().numpy()
        singles = {
            task: (logits / self.manifest.temperatures[task]).softmax(-1).float().cpu().numpy()
            for task, logits in out.singles.items()
        }
        support, means = out.support.float().cpu().numpy(), pooled.float().cpu().numpy()
        pieces: list[merge.Piece] = []
        for row, window in enumerate(windows):
            own = slice(window.lead, window.lead + window.stop - window.start)
            pieces.append(
                merge.Piece(
                    window=window,
                    intents=intents[row],
                    tokens=tokens[row, own],
                    singles={task: values[row] for task, values in singles.items()},
                    support=support[row, own],
                    pooled=means[row],
                )
            )
        return pieces

    def _reading(self, text: str, tokens: Tokens, pieces: Sequence[merge.Piece]) -> Reading:
        language = language_of(text)
        probabilities = merge.merge_intents(pieces)
        evidence = merge.Evidence(text, tokens, pieces)
        chosen = merge.best_intents(probabilities, self.manifest.thresholds[language])
        singles = {task: merge.merge_singles(pieces, task) for task in SINGLE}

        def intent(index: int) -> Scored:
            span = evidence.of(index, lambda piece: float(piece.intents[index]))
            return Scored(INTENTS[index], round(float(probabilities[index]), 4), *span)

        def single(task: str) -> Scored:
            best = int(np.argmax(singles[task]))
            query = len(INTENTS) + list(SINGLE).index(task)

            def loud(piece: merge.Piece) -> float:  # a window's support is for what it says itself
                said = piece.singles[task]
                return float(said[best]) + float(int(np.argmax(said)) == best)

            span = evidence.of(query, loud)
            return Scored(SINGLE[task][best], round(float(singles[task][best]), 4), *span)

        weighed = tuple(map(intent, range(len(INTENTS))))
        return Reading(
            language=language,
            intents=tuple(weighed[index] for index in chosen),
            entities=decode(text, tokens.spans, merge.merge_tokens(pieces, len(tokens.ids))),
            sentiment=single("sentiment"),
            urgency=single("urgency"),
            topic=single("topic"),
            topics=tuple(np.round(singles["topic"].astype(np.float64), 6).tolist()),
            harm=single("harm"),
            embedding=merge.merge_embedding(pieces),
            weighed=weighed,
        )


def load_tagger(
    folder: Path | None = None,
    *,
    trunk: str | None = None,
    cache: Path | None = None,
    device: str = "auto",
    precision: str = "float32",
    engine: str = TORCH,
) -> Tagger:
    """Check and load an artefact and its trunk; raises ``Misconfigured`` with what to do.

    ``trunk`` names where the trunk of the manifest is found, when not under its own name;
    ``device`` is auto, cpu or cuda; ``precision`` is auto, float32 or bfloat16; ``engine`` is torch or openvino.
    """
    check_engine(engine, device)
    trained = find_trained(folder, trunk, cache)
    runs: Engine
    if engine == OPENVINO:
        key = (trained.manifest.revision, trained.trunk.fingerprint)
        runs = load_openvino(trained.network, key, cache_folder(cache), precision)
    else:
        target = choose_device(device)
        network = trained.network().to(target)
        network.backbone.to(choose_dtype(precision, target))
        runs = TorchEngine(network)
    return Tagger(runs, trained.trunk.tokenizer, trained.manifest, trained.trunk.window)
