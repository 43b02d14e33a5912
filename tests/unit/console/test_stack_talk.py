"""What people see and say: progress, orders, refusals of the registry, the doctor."""

import asyncio
import io
import shutil
import signal
from pathlib import Path

import pytest
from rich.console import Console

from plait_console.stack import artefacts
from plait_console.stack.control import Order, carry_out, send, serve
from plait_console.stack.doctor import doctor
from plait_console.stack.errors import StackError
from plait_console.stack.part import PartState
from plait_console.stack.ports import choose_ports
from plait_console.stack.progress import RichProgress, Silent, address_table
from plait_console.stack.provision import fields_of
from plait_console.stack.settings import StackSettings
from plait_console.stack.state import Control, PartStatus, Phase, StackStatus
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
        progress.changed(stack("starting", PartState.RESTARTING, "[/readyz] is away"))
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
        assert lines == [
            "kafka preparing: formatting",
            "kafka restarting: [/readyz] is away",
            "kafka ready",
            "kafka [hello]",
            "kafka stopped",
        ]


def test_a_terminal_shows_a_parts_words_as_they_are() -> None:
    console = Console(file=io.StringIO(), width=100, force_terminal=True)
    with RichProgress(console) as progress:
        progress.changed(stack("starting", PartState.FAILED, "[/readyz] is [bold]away[/]"))
    assert isinstance(console.file, io.StringIO)
    assert "failed: [/readyz] is [bold]away[/]" in console.file.getvalue()


def test_the_table_has_every_address() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(address_table(stack("ready", PartState.READY)))
    assert isinstance(console.file, io.StringIO)
    assert "127.0.0.1:1" in console.file.getvalue()


def test_an_error_shows_its_hint_wherever_it_is_read() -> None:
    assert str(StackError("kafka ended", "The last lines:\nboom")) == "kafka ended\nThe last lines:\nboom"
    assert str(StackError("kafka ended")) == "kafka ended"


async def test_orders_that_make_no_sense(tmp_path: Path) -> None:
    run = Run(StackSettings(home=tmp_path), [], StackStatus(str(tmp_path)), Silent())
    with pytest.raises(StackError, match="no signal SIGNOT"):
        await carry_out(run.supervisor, Order(token="", action="kill", part="a", signal="SIGNOT"))
    for action in ("start", "stop", "restart", "kill"):
        with pytest.raises(StackError, match="no part named a"):
            await carry_out(run.supervisor, Order.model_validate({"token": "", "action": action, "part": "a"}))


async def test_an_order_goes_over_the_wire_and_needs_the_token() -> None:
    heard: list[str] = []

    async def act(order: Order) -> None:
        heard.append(f"{order.action} {order.part} {order.signal}")
        if order.part == "bad":
            raise StackError("no", "never")

    server = await serve("word", act)
    port = server.sockets[0].getsockname()[1]
    try:
        for token, part, refusal in (("word", "kafka", ""), ("word", "bad", "no"), ("guess", "kafka", "not the token")):
            sending = asyncio.to_thread(send, Control(port, token), "kill", part, signal.SIGSTOP, 5)
            if refusal:
                with pytest.raises(StackError, match=refusal):
                    await sending
            else:
                await sending
    finally:
        server.close()
    assert heard == ["kill kafka SIGSTOP", "kill bad SIGSTOP"]


def test_an_order_to_a_supervisor_that_is_gone() -> None:
    with pytest.raises(StackError, match="does not answer"):
        send(Control(choose_ports({}, {}, usual=False)["kafka"], "word"), "stop", "kafka", signal.SIGKILL, 1)


async def test_kafka_and_the_registry_are_fetched_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[str]] = []

    async def maven(command: list[str]) -> str:
        commands.append(command)
        await asyncio.sleep(0)
        parts = Path(command[-2].removeprefix("-Dparts="))
        (parts / "registry").mkdir(parents=True)
        (parts / "registry" / "quarkus-run.jar").touch()
        return ""

    monkeypatch.setattr(artefacts, "run_once", maven)
    monkeypatch.setattr(shutil, "which", lambda name: f"/bin/{name}")
    wanted, said = artefacts.artefacts(tmp_path), list[str]()
    await asyncio.gather(artefacts.fetch(wanted, said.append), artefacts.fetch(wanted, said.append))
    assert wanted.complete
    assert [command[:4] for command in commands] == [["/bin/mvn", "-C", "-B", "-q"]]
    assert said == ["fetching Kafka and the registry from Maven Central, once"] * 2
    assert not list(tmp_path.glob("fetching-*"))


async def test_without_maven_or_its_java_nothing_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(StackError, match="Maven is not installed"):
        await artefacts.fetch(artefacts.artefacts(tmp_path), print)
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/mvn" if name == "mvn" else None)
    with pytest.raises(StackError, match="Maven needs a Java"):
        await artefacts.fetch(artefacts.artefacts(tmp_path), print)


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
