"""What people see and say: progress, orders, refusals of the registry, the doctor."""

import io
import shutil
from pathlib import Path

import pytest
from rich.console import Console

from plait_console.stack.control import Order, carry_out
from plait_console.stack.doctor import doctor
from plait_console.stack.errors import StackError
from plait_console.stack.part import PartState
from plait_console.stack.progress import RichProgress, Silent, address_table
from plait_console.stack.provision import fields_of
from plait_console.stack.settings import StackSettings
from plait_console.stack.state import PartStatus, Phase, StackStatus
from plait_console.stack.supervise import Run


def stack(phase: Phase, state: PartState, detail: str = "") -> StackStatus:
    part = PartStatus("kafka", "infrastructure", state, "127.0.0.1:1", "kafka.log", 15, detail=detail)
    return StackStatus("/home", phase, parts=(part,))


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_shows_each_change_and_the_parts_own_words(terminal: bool) -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with RichProgress(console) as progress:
        progress.changed(stack("starting", PartState.WAITING))
        progress.changed(stack("starting", PartState.PREPARING, "formatting"))
        progress.changed(stack("starting", PartState.READY))
        progress.changed(stack("ready", PartState.READY))
        progress.line("kafka", "[hello]")
        progress.changed(stack("stopping", PartState.STOPPED))
        progress.changed(stack("stopped", PartState.STOPPED))
    assert isinstance(console.file, io.StringIO)
    said = console.file.getvalue()
    assert "[hello]" in said
    assert "ready" in said
    if not terminal:
        lines = [" ".join(line.split()) for line in said.splitlines()]
        assert lines == ["kafka preparing: formatting", "kafka ready", "kafka [hello]", "kafka stopped"]


def test_the_table_has_every_address() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(address_table(stack("ready", PartState.READY)))
    assert isinstance(console.file, io.StringIO)
    assert "127.0.0.1:1" in console.file.getvalue()


async def test_orders_that_make_no_sense(tmp_path: Path) -> None:
    run = Run(StackSettings(home=tmp_path), [], StackStatus(str(tmp_path)), Silent())
    with pytest.raises(StackError, match="no signal SIGNOT"):
        await carry_out(run.supervisor, Order(token="", action="kill", part="a", signal="SIGNOT"))
    for action in ("start", "stop", "restart", "kill"):
        with pytest.raises(StackError, match="no part named a"):
            await carry_out(run.supervisor, Order.model_validate({"token": "", "action": action, "part": "a"}))


def field(name: str, kind: object = "string") -> dict[str, object]:
    return {"name": name, "type": kind}


INNER = {"type": "record", "name": "Inner", "fields": [field("q")]}
SCHEMA = {"type": "record", "name": "R", "fields": [field("id"), field("inner", INNER)]}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ("list of diff types: [colour at /fields/2]", ["colour"]),
        ("types: [reader type: INT not compatible with writer type: STRING at /fields/0/type]", ["id"]),
        ("types: [id at /fields/0, ident at /fields/0, id at /fields/0]", ["id", "ident"]),
        ("types: [reader type: A not compatible with B at /fields/1/type/fields/0/type]", ["inner.q"]),
        ("types: [gone at /fields/1/type/fields/3]", ["inner.gone"]),
        ("types: [expected: n.A at /name, expected: B at /name]", []),
        ("types: [reader type: A not compatible with B at /fields/9/type]", ["/fields/9/type"]),
    ],
)
def test_a_refusal_is_read_for_the_fields_it_is_about(said: str, fields: list[str]) -> None:
    assert fields_of(said, SCHEMA) == fields


def test_the_doctor_finds_what_is_wrong_and_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    settings = StackSettings(home=tmp_path / "new", parts_cache=tmp_path, min_free_disk_mb=10**9, ports={"kafka": 1})
    checks = {check.name: check for check in doctor(settings)}
    assert checks["python"].ok
    assert not checks["maven"].ok
    assert "apt-get install maven" in checks["maven"].what_to_do
    assert not checks["disk"].ok
    assert checks["home"].ok
    assert checks["state"].why == "never started"
    assert all(check.what_to_do for check in checks.values() if not check.ok)
    assert not (tmp_path / "new").exists()
