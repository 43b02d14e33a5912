"""The command line without a model: help, and errors as one line."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from plait_inference import cli
from plait_inference.models.protocol import TagModel


def test_every_command_has_help() -> None:
    result = CliRunner().invoke(cli.app, ["--help"])
    assert result.exit_code == 0
    for command in ("enrich", "summarize", "answer", "make-trunk", "train", "evaluate", "card"):
        assert command in result.output


@pytest.mark.parametrize("command", ["train", "evaluate"])
def test_what_is_shipped_is_the_default_and_no_path_of_this_machine(command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--help"], env={"COLUMNS": "200"})
    assert result.exit_code == 0
    assert "the messages that are shipped" in result.output
    assert str(cli.SHIPPED_DATA) not in result.output
    assert list(cli.SHIPPED_DATA.glob("*.jsonl"))


@pytest.mark.parametrize("command", ["enrich", "summarize", "answer"])
def test_a_missing_input_is_one_line_and_status_2(tmp_path: Path, command: str) -> None:
    result = CliRunner().invoke(cli.app, [command, "--input", str(tmp_path / "absent"), "--output", "-"])
    assert result.exit_code == 2
    assert result.output.startswith("error: cannot open")


def test_an_output_file_appears_only_when_it_is_complete(
    tmp_path: Path, model: TagModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "_tagger", lambda *_: model)
    source, sink = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"id": "1", "text": "hello"}\n', encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["enrich", "--input", str(source), "--output", str(sink)])
    assert result.exit_code == 0
    assert len(sink.read_text(encoding="utf-8").splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
