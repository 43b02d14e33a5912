"""A generator of this process: a Hugging Face model, causal or sequence to sequence, by id or folder."""

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import torch
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from plait_inference.models.backbone import fingerprint, quiet
from plait_inference.models.device import choose_device, choose_dtype, device_failures, first_line
from plait_inference.writing.generator import Prompt
from plait_shared.errors import Misconfigured

USUAL_WINDOW: Final = 2048
SENSIBLE: Final = 10**6
"""Tokenizers without a limit say some number far above this."""
SAMPLING: Final = {"temperature": None, "top_p": None, "top_k": None, "min_p": None, "typical_p": None}


class LocalGenerator:
    """Greedy, in batches: the same prompt gives the same text, in single precision whatever its company.

    Not thread-safe.
    """

    def __init__(self, name: str, model: Any, tokenizer: Any, new_tokens: int) -> None:
        self._name = name
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._seq2seq = bool(model.config.is_encoder_decoder)
        self._config = _greedy(model, tokenizer, new_tokens)
        self._room = _window(model.config, tokenizer) - (0 if self._seq2seq else new_tokens)
        if self._room <= 0:
            raise Misconfigured(f"{name} has no room for {new_tokens} new tokens: set PLAIT_GENERATOR_NEW_TOKENS lower")
        self._revision = fingerprint(model, tokenizer, f"{new_tokens}\n{tokenizer.chat_template}\n")[:12]

    @property
    def name(self) -> str:
        """The last part of the id or folder."""
        return self._name

    @property
    def revision(self) -> str:
        """Hash of weights, vocabulary, chat template and the number of new tokens."""
        return self._revision

    @device_failures()
    def generate(self, prompts: Sequence[Prompt]) -> list[str]:
        """A text for each prompt; "" for one that does not fit into the model's window.

        Without memory it raises ``Retryable``, on a device that failed ``Fatal``.
        """
        rows = [self._encode(prompt) for prompt in prompts]
        fitting = [place for place, row in enumerate(rows) if 0 < len(row) <= self._room]
        texts = self._run([rows[place] for place in fitting]) if fitting else []
        found = dict(zip(fitting, texts, strict=True))
        return [found.get(place, "") for place in range(len(prompts))]

    def _encode(self, prompt: Prompt) -> list[int]:
        """Token ids; the marks of the model's own language are taken out of the texts first."""
        system, user = self._plain(prompt.system), self._plain(prompt.user)
        if not self._tokenizer.chat_template:
            ids: list[int] = self._tokenizer(f"{system}\n\n{user}\n\n", verbose=False)["input_ids"]
            return ids
        given: list[dict[str, str]] = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        try:
            text = self._chat(given)
        except Exception:  # some templates know no system role, and each says so in its own way
            text = self._chat([{"role": "user", "content": f"{system}\n\n{user}"}])
        templated: list[int] = self._tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return templated

    def _chat(self, messages: list[dict[str, str]]) -> str:
        text: str = self._tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=True, enable_thinking=False
        )
        return text

    def _plain(self, text: str) -> str:
        for mark in self._tokenizer.all_special_tokens:
            text = text.replace(mark, " ") if mark.strip() else text
        return text

    @torch.inference_mode()
    def _run(self, rows: Sequence[list[int]]) -> list[str]:
        width = max(map(len, rows))
        pad = int(self._config.pad_token_id)
        ids, mask = [], []
        for row in rows:
            padding, own = [pad] * (width - len(row)), [1] * len(row)
            none = [0] * len(padding)
            if self._seq2seq:
                ids.append(row + padding)
                mask.append(own + none)
            else:  # new tokens follow the last column
                ids.append(padding + row)
                mask.append(none + own)
        device = self._model.device
        out = self._model.generate(
            input_ids=torch.tensor(ids, device=device),
            attention_mask=torch.tensor(mask, device=device),
            generation_config=self._config,
        )
        new = out if self._seq2seq else out[:, width:]
        texts: list[str] = self._tokenizer.batch_decode(new, skip_special_tokens=True)
        return texts


def load_generator(source: str, *, device: str, precision: str, new_tokens: int) -> LocalGenerator:
    """Load an id or a folder; raises ``Misconfigured`` with what to do."""
    quiet()
    target = choose_device(device)
    try:
        config: Any = AutoConfig.from_pretrained(source)
        kind: Any = AutoModelForSeq2SeqLM if config.is_encoder_decoder else AutoModelForCausalLM
        model: Any = kind.from_pretrained(source, dtype=choose_dtype(precision, target))
        tokenizer: Any = AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError, ImportError) as error:
        raise Misconfigured(f"cannot load the generator {source!r}: {first_line(error)}") from error
    return LocalGenerator(Path(source).name, model.to(target), tokenizer, new_tokens)


def _greedy(model: Any, tokenizer: Any, new_tokens: int) -> Any:
    """The model's own settings but for those of chance and length."""
    config = copy.deepcopy(model.generation_config)
    config.update(**SAMPLING, do_sample=False, num_beams=1, max_length=None, max_new_tokens=new_tokens)
    if config.pad_token_id is None:
        config.pad_token_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else 0
    return config


def _window(config: Any, tokenizer: Any) -> int:
    limits = [getattr(config, name, None) for name in ("max_position_embeddings", "n_positions")]
    sizes = [int(size) for size in (*limits, tokenizer.model_max_length) if size and 0 < size < SENSIBLE]
    return min(sizes, default=USUAL_WINDOW)
