"""``plait-inference answer`` with the shipped model: both languages, and the numbers that ``weights.json`` promises."""

import json
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.answers.choice import texts
from plait_inference.answers.weights import shipped
from plait_inference.batching import BatchBudget
from plait_inference.models.tagger import load_tagger
from plait_inference.passes import read_all
from plait_inference.reading import Reading
from plait_inference.training.answers import answered, tables
from plait_inference.training.answers_data import fitted_on, read

pytestmark = [pytest.mark.model, pytest.mark.integration]

SAID = [
    {
        "id": "1",
        "author": "Mara",
        "time": "2026-03-04T09:00:00Z",
        "text": "The review of the budget deck is on Tuesday.",
    },
    {"id": "2", "author": "Tom", "time": "2026-03-04T09:05:00Z", "text": "I'll send PAY-231 to Harbour Foods tonight."},
    {"id": "3", "author": "Mara", "time": "2026-03-04T09:09:00Z", "text": "The review of the deck moves to Thursday."},
    {"id": "4", "author": "李倩", "time": "2026-03-04T09:12:00Z", "text": "登录超时的问题是因为证书过期了。"},
    {"id": "5", "author": "葛明", "time": "2026-03-04T09:15:00Z", "text": "我来更新证书，今晚八点上线。"},
]


def test_questions_in_both_languages(tmp_path: Path) -> None:
    asked = {
        "When is the review of the budget deck?": ("Thursday", "3"),
        "Who sends PAY-231 to Harbour Foods?": ("Tom", "2"),
        "谁来更新证书？": ("葛明", "5"),
        "登录超时是什么原因？": ("登录超时的问题是因为证书过期了。", "4"),
        "When was PAY-900 closed?": (None, None),
    }
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [json.dumps({"id": question, "question": question, "passages": SAID}) for question in asked]
    source.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["answer", "--input", str(source), "--output", str(sink), "--threads", "1"])
    assert result.exit_code == 0, result.output
    answers = [json.loads(line) for line in sink.read_text(encoding="utf-8").splitlines()]
    given = {item["id"]: (item["answer"], next(iter(item["evidence"]), None)) for item in answers}
    assert given == asked


def test_the_measured_numbers_are_those_that_are_promised() -> None:
    items = [item for item in read() if not fitted_on(item)]
    wanted = list(dict.fromkeys(text for item in items for text in texts(item.question, item.passages)))
    outcomes = read_all(load_tagger(precision="float32"), wanted, BatchBudget(max_tokens=1024))
    readings = {text: found for text, found in zip(wanted, outcomes, strict=True) if isinstance(found, Reading)}
    promised = json.loads((files("plait_inference") / "answers" / "weights.json").read_text(encoding="utf-8"))[
        "measured"
    ]
    for part, row in tables(answered(items, readings, shipped())).items():
        assert row == pytest.approx(promised[part], abs=0.03)
