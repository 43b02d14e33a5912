"""A tiny trunk and tiny data, made once; and two threads for torch."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

from plait_inference.models import artefact
from plait_inference.training.recipe import Recipe
from plait_inference.training.train import Job, train

WORDS = ["I", "you", "will", "can", "send", "fix", "the", "deck", "bug", "?", ".", "done", "query", ":", "我", "发"]


@pytest.fixture(scope="module", autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_trunk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT with 4 layers of 32 and a window of 40, as a Hugging Face folder."""
    folder = tmp_path_factory.mktemp("tiny-trunk")
    vocabulary = {piece: index for index, piece in enumerate(["<pad>", "<s>", "</s>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    wrapped: Any = PreTrainedTokenizerFast
    wrapped(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>"
    ).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=80,
    )
    model: Any = BertModel
    model(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty messages in twenty conversations: questions about bugs, promises of decks."""
    folder = tmp_path_factory.mktemp("tiny-data")
    rows: list[dict[str, Any]] = []
    for number in range(40):
        asks = number % 2 == 0
        text = "can you fix the bug ?" if asks else "I will send the deck ."
        surface, label = ("bug", "WORK") if asks else ("deck", "REPORT")
        start = text.index(surface)
        rows.append(
            {
                "id": str(number),
                "conversation": f"c{number // 2}",
                "text": text,
                "language": "en",
                "intents": ["request"] if asks else ["commitment"],
                "entities": [{"start": start, "end": start + len(surface), "label": label, "text": surface}],
                "sentiment": "neutral",
                "urgency": "high" if asks else "normal",
                "topic": "engineering" if asks else "sales",
                "harm": "none",
            }
        )
    (folder / "tiny.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def tiny_models(tiny_trunk: Path, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``weak``, ``good``, and two that must be refused: ``tampered`` and ``broken`` of good."""
    folder = tmp_path_factory.mktemp("models")
    for name, epochs in (("weak", 1), ("good", 12)):
        recipe = Recipe(epochs=epochs, teachers=0, batch_size=8, rank=8, learning_rate=1e-3, head_learning_rate=1e-2)
        train(Job(tiny_data, folder / name, trunk=str(tiny_trunk)), recipe, lambda _: None)
    tampered = Path(shutil.copytree(folder / "good", folder / "tampered")) / artefact.WEIGHTS
    tampered.write_bytes(tampered.read_bytes()[:-1] + b"\x01")
    broken = Path(shutil.copytree(folder / "good", folder / "broken"))
    weights = {name: tensor * float("nan") for name, tensor in artefact.read_weights(broken).items()}
    artefact.write(broken, artefact.read(broken), weights)
    return folder
