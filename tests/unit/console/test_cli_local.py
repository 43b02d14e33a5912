"""The commands of the local stack, and what every command does without one."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

from plait_console.stack.errors import StackError
from plait_console.stack.part import PartState
from plait_console.stack.state import PartStatus, StackStatus, write_state
from tests.unit.console.world import Fake, plait

HELPS = (
    "up", "down", "status", "where", "logs", "doctor", "init", "demo", "token", "send", "tail", "topics", "search",
    "facts", "show", "digest", "import jsonl", "import slack-export", "import mbox", "import vtt", "dlq list",
    "dlq show", "dlq replay",
)  # fmt: skip


@pytest.mark.parametrize("command", HELPS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = plait(*command.split(), "--help")
    assert result.exit_code == 0
    assert "Example:" in result.output


@pytest.mark.parametrize(
    "command",
    [
        ["topics"],
        ["tail", "message"],
        ["dlq", "list"],
        ["token", "--for", "ines"],
        ["search", "x", "--for", "ines"],
        ["facts", "--for", "ines"],
        ["digest", "--for", "ines"],
        ["show", "entity", "x", "--for", "ines"],
        ["send", "hi", "--conversation", "c", "--author", "a"],
        ["init"],
        ["where", "api_key"],
    ],
)
def test_without_a_stack_every_command_says_how_to_start_one(nothing: None, command: list[str]) -> None:
    result = plait(*command)
    assert result.exit_code == 1
    assert "plait up" in result.output
    assert "Traceback" not in result.output
    assert len(result.output.strip().splitlines()) == 1


@pytest.mark.parametrize(("command", "code"), [(["down"], 0), (["status"], 1), (["logs", "ingest"], 1)])
def test_a_stack_that_never_ran(nothing: None, command: list[str], code: int) -> None:
    result = plait(*command)
    assert result.exit_code == code
    assert "Traceback" not in result.output


def test_where_writes_one_value_and_nothing_else(nothing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_INGEST_URL", "http://ingest.test")
    assert plait("where", "ingest_url").output == "http://ingest.test\n"
    unknown = plait("where", "the_moon")
    assert unknown.exit_code == 2
    assert "registry_url" in unknown.output


def test_status_as_json(nothing: None) -> None:
    result = plait("status", "--json")
    assert json.loads(result.stdout)["phase"] == "never started"


def test_logs_shows_the_last_lines_and_names_those_that_exist(nothing: None, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "logs"
    folder.mkdir(parents=True)
    (folder / "ingest.log").write_text("one\ntwo\n", "utf-8")
    assert plait("logs", "ingest").stdout == "one\ntwo\n"
    assert "there are: ingest" in plait("logs", "nobody").output


def failed(home: Path, error: str, hint: str) -> None:
    home.mkdir()
    part = PartStatus("ingest", "service", PartState.FAILED, "http://127.0.0.1:1", "ingest.log", 15, detail=error)
    write_state(home / "state.json", StackStatus(str(home), "failed", parts=(part,), error=error, hint=hint))


def test_status_shows_a_logs_last_lines_as_they_are(nothing: None, tmp_path: Path) -> None:
    lines = "The last lines of ingest.log:\nGET [/readyz] [bold]503[/] :smile: " + "x" * 200
    failed(tmp_path / "home", "ingest [/a] ended", lines)
    result = plait("status")
    assert result.exit_code == 1
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.stderr == f"ingest [/a] ended\n{lines}\n"
    assert "ingest" in result.stdout


def test_an_errors_hint_is_said_once(nothing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **named: object) -> StackStatus:
        raise StackError("kafka ended [/x]", "The last lines:\nout of [/heap]")

    monkeypatch.setattr("plait_console.stack.commands.up", fails)
    result = plait("up", "--detach")
    assert result.exit_code == 1
    assert result.stderr == "plait: kafka ended [/x]\nThe last lines:\nout of [/heap]\n"


def test_logs_goes_on_with_new_lines(nothing: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "logs"
    folder.mkdir(parents=True)
    (folder / "ingest.log").write_text("one\ntwo\n", "utf-8")

    def ctrl_c(seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", ctrl_c)
    assert plait("logs", "ingest", "-f").stdout == "one\ntwo\n"


def test_a_bad_setting_is_named(nothing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAIT_KAFKA_HEAP_MB", "1")
    result = plait("status")
    assert result.exit_code == 1
    assert "PLAIT_KAFKA_HEAP_MB" in result.output


@pytest.mark.parametrize("broken", [lambda: plait("tail", "nonsense")])
def test_an_unknown_topic_names_those_that_exist(
    fake: Fake, monkeypatch: pytest.MonkeyPatch, broken: Callable[[], Result]
) -> None:
    monkeypatch.setenv("PLAIT_KAFKA_BOOTSTRAP", "127.0.0.1:9")
    monkeypatch.setenv("PLAIT_REGISTRY_URL", "http://127.0.0.1:9")
    result = broken()
    assert result.exit_code == 1
    assert "enrichment" in result.output
