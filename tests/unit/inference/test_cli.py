"""The command line without a model: help, and errors as one line."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from plait_inference import cli, cli_parts
from plait_inference.models.protocol import TagModel
from tests.unit.inference.packs import PACK


def test_every_command_has_help() -> None:
    result = CliRunner().invoke(cli.app, ["--help"])
    assert result.exit_code == 0
    for command in ("enrich", "summarize", "answer", "pack", "make-trunk", "train", "evaluate", "card"):
        assert command in result.output


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_what_is_shipped_is_the_default_and_no_path_of_this_machine(command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "the messages that are shipped" in result.output
    assert str(cli_parts.SHIPPED_DATA) not in result.output
    assert list(cli_parts.SHIPPED_DATA.glob("*.jsonl"))


@pytest.mark.parametrize("command", ["enrich", "summarize", "answer"])
def test_a_missing_input_is_one_line_and_status_2(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--input", str(tmp_path / "absent"), "--output", "-"])
    assert result.exit_code == 2
    assert result.output.startswith("error: cannot open")


def test_an_output_file_appears_only_when_it_is_complete(
    tmp_path: Path, model: TagModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "tagger", lambda *_: model)
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["enrich", "--input", str(source), "--output", str(sink)])
    assert result.exit_code == 0
    assert len(sink.read_text(encoding="utf-8").splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("command", [["pack", "check"], ["enrich", "--pack"]])
def test_a_pack_with_a_fault_is_a_line_before_any_model_is_loaded(tmp_path: Path, command: list[str]) -> None:
    pack = tmp_path / "desk.yaml"
    pack.write_text(PACK.replace("lunch two", '""'), encoding="utf-8")
    result = CliRunner().invoke(cli.app, [*command, str(pack)])
    assert result.exit_code == 2
    assert result.output == f"error: {pack}: label food, example 2: is empty: write a text, or remove the line\n"


def test_tags_of_packs_stand_on_each_line(tmp_path: Path, model: TagModel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "tagger", lambda *_: model)
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")
    (tmp_path / "desk.yaml").write_text(PACK, encoding="utf-8")
    (tmp_path / "arch.yaml").write_text(
        PACK.replace("desk", "arch").replace("kind: one", "kind: many"), encoding="utf-8"
    )
    packs = ["--pack", str(tmp_path / "desk.yaml"), "--pack", str(tmp_path / "arch.yaml")]
    result = CliRunner().invoke(cli.app, ["enrich", "--input", str(source), "--output", str(sink), *packs])
    assert result.exit_code == 0, result.output
    answer = json.loads(sink.read_text(encoding="utf-8"))
    assert list(answer["packs"]) == ["arch", "desk"]
    assert [sorted(tag) for tag in answer["packs"]["desk"]] == [["label", "score"]]
    assert answer["model"]["revision"].startswith("0+")
