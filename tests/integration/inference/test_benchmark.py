"""`benchmark`: each public set is read, measured on what training leaves out, and stands beside its baseline."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.training.public import held_out
from plait_inference.training.public_scores import PACK_EXAMPLES, sampled

pytestmark = [pytest.mark.model, pytest.mark.integration]


def of_the_measured_tenth(*texts: str) -> list[str]:
    """Variants of texts that training leaves out."""
    return [next(one for n in range(500) if held_out(one := f"{text} {n}")) for text in texts]


@pytest.fixture
def public(tmp_path: Path) -> Path:
    asks, tells = of_the_measured_tenth("can you fix it ?", "the bug is done .")
    clean, rude = of_the_measured_tenth("the deck", "you bug")
    meeting = {
        "meeting_transcripts": [
            {"speaker": "A", "content": "I will send the deck ."}, {"speaker": "B", "content": "fix the bug"}
        ],
        "general_query_list": [{"query": "all", "answer": "A will send the deck"}],
    }  # fmt: skip
    files = {
        "email_intent/train.txt": f"Yes\t{asks}\nNo\t{tells}\nNo\tleft out of measuring , as training has it\n",
        "hate_speech_en/labeled_data.csv": (
            f",count,hate_speech,offensive_language,neither,class,tweet\n0,3,0,0,3,2,{clean}\n1,3,0,3,0,1,{rude}\n"
        ),
        "goemotions/labels.txt": "joy\nanger\nneutral\n",
        "goemotions/dev.tsv": "the deck is done .\t0\ta\nthe bug\t1\tb\n",
        "wnut17/dev.conll": "Mara\tB-person\nwill\tO\nfix\tO\n\n",
        "banking77/train.csv": "text,category\n"
        + "".join(f"send the deck {n},deck\nfix the bug {n},bug\n" for n in range(PACK_EXAMPLES + 3)),
        "qmsum/val/one.json": json.dumps(meeting),
        "convosumm/val.source": 'Name: "Ada"   Email: "a@b.example"   To: x   Subject: "deck"     I will send it .'
        '   It is done .</s>Name: "Bo"   Email: "b@b.example"   To: x   Subject: "RE: deck"     the bug</s>\n',
        "convosumm/val.target": "Ada will send the deck\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def benchmark(folder: Path, model: Path) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, ["benchmark", "--public", str(folder), "--model", str(model)])
    return done.exit_code, done.output


def test_each_set_that_is_there_gets_its_rows(public: Path, tiny_models: Path) -> None:
    code, output = benchmark(public, tiny_models / "good")
    assert code == 0, output
    rows = {line.split(" | ")[0].strip("| "): line for line in output.splitlines() if line.startswith("|")}
    assert rows["request or commitment, accuracy"].endswith("| 0.500 | 2 |"), "the third stays in training"
    assert rows["accuracy, 10 examples a class"].endswith("| 0.500 | 6 |")
    for name in ("names F1 (exact span and label)", "offensive F1", "sentiment macro-F1"):
        assert name in rows
    assert output.count("summary ROUGE-1") == 2
    assert "cold_zh" not in output, "it is not there"


def test_without_any_set_it_says_which_there_are(tmp_path: Path, tiny_models: Path) -> None:
    code, output = benchmark(tmp_path, tiny_models / "good")
    assert code == 2
    assert "has none of the public sets: msra_zh, wikiann_en" in output


def test_a_sample_is_the_same_in_any_order() -> None:
    texts = [f"text {n}" for n in range(50)]
    assert sampled(texts, str, 5) == sampled(reversed(texts), str, 5)
    assert set(sampled(texts, str, 5)) < set(sampled([*texts, "another"], str, 6))
