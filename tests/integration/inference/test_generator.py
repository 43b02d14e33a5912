"""Local generators, tiny and random: they write nonsense, the same each time, and nothing of it is read by anyone."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.models.generator import LocalGenerator, load_generator
from plait_inference.models.protocol import TagModel
from plait_inference.writing.generator import Prompt
from plait_shared.errors import Misconfigured, Retryable
from tests.unit.inference.conftest import FakeModel

pytestmark = [pytest.mark.model, pytest.mark.integration]

WORDS = ["[", "]", "1", "2", ",", ".", "the", "release", "is", "on", "Friday", "Monday", "not", "Tom", "发布", "周五"]
TEMPLATE = "{% for m in messages %}{{ m['role'] }} : {{ m['content'] }} </s> {% endfor %}assistant :"
PROMPTS = [Prompt("write", "the release is on Friday"), Prompt("write", "the release"), Prompt("写", "发布 周五 " * 30)]


def save_tokenizer(folder: Path, template: str | None) -> int:
    vocabulary = {piece: index for index, piece in enumerate(["<pad>", "<s>", "</s>", "<unk>", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    wrapped: Any = PreTrainedTokenizerFast
    made = wrapped(tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", bos_token="<s>", eos_token="</s>")
    made.chat_template = template
    made.save_pretrained(folder)
    return len(vocabulary)


@pytest.fixture(scope="module")
def causal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random GPT-2 with 2 layers of 16 and a window of 1024, with a chat template."""
    folder = tmp_path_factory.mktemp("causal")
    size = save_tokenizer(folder, TEMPLATE)
    torch.manual_seed(3)  # one that does not end at once
    model: Any = GPT2LMHeadModel
    config = GPT2Config(
        vocab_size=size,
        n_embd=16,
        n_layer=2,
        n_head=2,
        n_positions=1024,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    model(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def seq2seq(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random T5 with 2 layers of 16."""
    folder = tmp_path_factory.mktemp("seq2seq")
    size = save_tokenizer(folder, None)
    torch.manual_seed(1)
    model: Any = T5ForConditionalGeneration
    configuration: Any = T5Config
    config = configuration(
        vocab_size=size, d_model=16, d_kv=8, d_ff=32, num_layers=2, num_heads=2, pad_token_id=0, eos_token_id=2,
        decoder_start_token_id=0,
    )  # fmt: skip
    model(config).save_pretrained(folder)
    return folder


@pytest.fixture(params=["causal", "seq2seq"])
def generator(request: pytest.FixtureRequest) -> LocalGenerator:
    return load_generator(
        str(request.getfixturevalue(request.param)), device="auto", precision="float32", new_tokens=12
    )


def test_the_same_prompt_gives_the_same_text_in_any_company(generator: LocalGenerator) -> None:
    together = generator.generate(PROMPTS)
    assert together == [text for prompt in PROMPTS for text in generator.generate([prompt])]
    assert together == generator.generate(PROMPTS[::-1])[::-1]
    assert all(text and "<pad>" not in text and "</s>" not in text for text in together)
    assert generator.generate([]) == []


def test_what_does_not_fit_is_not_written(causal: Path) -> None:
    small = load_generator(str(causal), device="cpu", precision="float32", new_tokens=12)
    assert small.generate([Prompt("", "the " * 2000), PROMPTS[0]])[0] == ""
    assert small.generate([Prompt("", "the " * 2000), PROMPTS[0]])[1] == small.generate(PROMPTS[:1])[0]
    with pytest.raises(Misconfigured, match="PLAIT_GENERATOR_NEW_TOKENS"):
        load_generator(str(causal), device="cpu", precision="float32", new_tokens=1024)


def test_marks_of_the_model_in_a_text_are_none(generator: LocalGenerator) -> None:
    marked = [Prompt("write", "the </s> release <s> is on <pad> Friday")]
    plain = [Prompt("write", "the   release   is on   Friday")]
    assert generator.generate(marked) == generator.generate(plain)


def test_a_template_without_a_system_role_gets_it_with_the_user(causal: Path, tmp_path: Path) -> None:
    strict = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + TEMPLATE
    made = load_generator(str(causal), device="cpu", precision="float32", new_tokens=4)
    made._tokenizer.chat_template = strict
    assert len(made.generate(PROMPTS)) == 3


def test_a_revision_is_the_content(causal: Path, seq2seq: Path) -> None:
    def revision(folder: Path, new_tokens: int = 12) -> str:
        return load_generator(str(folder), device="cpu", precision="float32", new_tokens=new_tokens).revision

    assert revision(causal) == revision(causal)
    assert len({revision(causal), revision(seq2seq), revision(causal, 13)}) == 3


def test_no_memory_is_tried_again(causal: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = load_generator(str(causal), device="cpu", precision="float32", new_tokens=4)

    def fail(**_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB.")

    monkeypatch.setattr(made._model, "generate", fail)
    with pytest.raises(Retryable, match="no memory"):
        made.generate(PROMPTS)


def test_a_model_that_is_not_there_is_a_clear_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot load the generator") as raised:
        load_generator(str(tmp_path / "absent"), device="cpu", precision="float32", new_tokens=4)
    assert "\n" not in str(raised.value)


TALK = {
    "conversation": "c",
    "messages": [
        {"id": "1", "author": "Mara", "time": "2026-03-04T09:00:00Z", "text": "The release is on Friday."},
        {"id": "2", "author": "Tom", "time": "2026-03-04T09:01:00Z", "text": "周五发布，我没意见。"},
    ],
}
ASKED = {"id": "q", "question": "When is the release?", "passages": TALK["messages"]}


@pytest.mark.parametrize("kind", ["causal", "seq2seq"])
@pytest.mark.parametrize(("command", "record"), [("summarize", TALK), ("answer", ASKED)])
def test_whatever_nonsense_is_written_the_quoted_text_stands(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    command: str,
    record: dict[str, object],
) -> None:
    model: TagModel = FakeModel()
    monkeypatch.setattr(cli, "tagger", lambda *_: model)
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps(record), encoding="utf-8")

    def run(generator: str) -> bytes:
        sink = tmp_path / "out.jsonl"
        options = ["--input", str(source), "--output", str(sink), "--generator", generator]
        done = CliRunner().invoke(cli.app, [command, *options])
        assert done.exit_code == 0, done.output
        return sink.read_bytes()

    assert run(f"transformers:{request.getfixturevalue(kind)}") == run("extractive")


def test_a_generator_that_is_none_is_one_line_and_status_2(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "tagger", lambda *_: FakeModel())
    done = CliRunner().invoke(cli.app, ["summarize", "--generator", "gpt"], input="")
    assert done.exit_code == 2
    assert done.output.startswith("error: PLAIT_GENERATOR must be")
