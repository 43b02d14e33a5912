"""Ports, state, secrets, logs: what the stack keeps in files."""

import os
import socket
import stat
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from plait_console.stack.artefacts import artefacts, asset
from plait_console.stack.errors import StackError
from plait_console.stack.logs import LogFollower, rotate, tail
from plait_console.stack.part import PartState
from plait_console.stack.ports import USUAL, choose_ports, is_free
from plait_console.stack.secrets import load_secrets
from plait_console.stack.settings import Layout, StackSettings
from plait_console.stack.state import Control, PartStatus, ProcessId, StackStatus, read_state, write_state


def listening() -> tuple[socket.socket, int]:
    server = socket.create_server(("127.0.0.1", 0))
    port: int = server.getsockname()[1]
    return server, port


def test_ports_are_distinct_and_free_and_stay_the_same() -> None:
    first = choose_ports({}, {}, usual=False)
    assert set(first) == set(USUAL)
    assert len(set(first.values())) == len(first)
    assert all(is_free(port) for port in first.values())
    assert choose_ports({}, first, usual=False) == first


def test_a_port_that_was_had_but_is_taken_now_is_replaced() -> None:
    server, port = listening()
    with server:
        assert choose_ports({}, {"kafka": port}, usual=False)["kafka"] != port


def test_a_port_that_was_set_but_is_taken_is_an_error_that_names_who_has_it() -> None:
    server, port = listening()
    with server, pytest.raises(StackError, match=rf"port {port} for kafka is taken.*pid {os.getpid()}"):
        choose_ports({"kafka": port}, {})


def test_a_port_for_a_part_that_has_none_is_an_error() -> None:
    with pytest.raises(StackError, match="names kafak"):
        choose_ports({"kafak": 1}, {})


def me() -> ProcessId:
    found = ProcessId.of(os.getpid())
    assert found is not None
    return found


def running(home: Path) -> StackStatus:
    base = PartStatus("base", "service", PartState.READY, "http://x", "base.log", 15, process=me())
    gone = replace(base, name="gone", process=ProcessId(me().pid, 1.0))
    control = Control(port=1, token="word")
    return StackStatus(str(home), "ready", me(), (base, gone), {"kafka": 5}, control)


def test_the_state_comes_back_as_it_was_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = Layout(tmp_path).state
    write_state(path, running(tmp_path))
    assert read_state(path) == running(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["state.json"]


def test_a_supervisor_whose_pid_another_process_has_now_is_gone(tmp_path: Path) -> None:
    path = Layout(tmp_path).state
    write_state(path, replace(running(tmp_path), supervisor=ProcessId(os.getpid(), psutil.boot_time() - 1000)))
    status = read_state(path)
    assert (status.phase, status.running, status.control) == ("lost", False, None)
    assert [part.state for part in status.parts] == ["ready", "stopped"]
    assert status.ports == {"kafka": 5}


def test_no_state_and_a_broken_one(tmp_path: Path) -> None:
    path = Layout(tmp_path).state
    assert read_state(path).phase == "never started"
    path.write_text("{")
    with pytest.raises(StackError, match="can't be read"):
        read_state(path)


def test_the_json_for_people_gives_addresses_and_no_token(tmp_path: Path) -> None:
    text = running(tmp_path).to_json()
    assert "http://x" in text
    assert "word" not in text


def test_an_address_of_a_part_that_does_not_run(tmp_path: Path) -> None:
    assert running(tmp_path).address("base") == "http://x"
    with pytest.raises(StackError, match="no kafka runs here"):
        running(tmp_path).address("kafka")


def test_secrets_are_made_once_for_their_owner_and_completed_later(tmp_path: Path) -> None:
    path = Layout(tmp_path).secrets
    first = load_secrets(path)
    assert load_secrets(path) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text(first.model_dump_json(exclude={"github_secret"}))
    completed = load_secrets(path)
    assert completed.api_key == first.api_key
    assert load_secrets(path) == completed
    path.write_text("[]")
    with pytest.raises(StackError, match="can't be read"):
        load_secrets(path)


def test_the_last_log_is_kept_and_only_that(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    rotate(log)
    for text in ("one\n", "two\n"):
        log.write_text(text)
        rotate(log)
    assert sorted(os.listdir(tmp_path)) == ["a.log.1"]
    assert tail(log) == "(it said nothing)"
    assert tail(tmp_path / "a.log.1") == "two"


def test_whole_lines_are_followed_as_they_are_written(tmp_path: Path) -> None:
    log, heard = tmp_path / "a.log", list[str]()
    follower = LogFollower({"a": log}, lambda part, text: heard.append(f"{part}: {text}"))
    follower.step()
    log.write_text("one\ntw")
    follower.step()
    assert heard == ["a: one"]
    with log.open("a") as file:
        file.write("o\n")
    follower.step()
    assert heard == ["a: one", "a: two"]
    follower.close()


def test_another_pom_has_another_place(tmp_path: Path) -> None:
    assert not artefacts(tmp_path).complete
    assert artefacts(tmp_path).folder.parent == tmp_path
    assert "4.4.0" in asset("pom.xml")


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PLAIT_HOME", str(tmp_path))
    monkeypatch.setenv("PLAIT_PORTS", '{"kafka": 9092}')
    settings = StackSettings()
    assert (settings.home, settings.ports) == (tmp_path, {"kafka": 9092})
    assert StackSettings(home=Path("here")).home == Path.cwd() / "here"
