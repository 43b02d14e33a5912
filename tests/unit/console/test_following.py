"""A log is followed through restarts: nothing is missing, nothing comes twice."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from plait_console.following import follow_file
from plait_console.stack.logs import rotate


class Over(Exception):
    """Nothing more happens to the file."""


def followed(log: Path, happens: Sequence[Callable[[], object]], last: int = 0) -> list[str]:
    """The lines that a follower yields, where each of its pauses makes the next thing happen."""
    rest, heard = iter(happens), list[str]()

    def pause(seconds: float) -> None:
        action = next(rest, None)
        if action is None:
            raise Over
        action()

    with pytest.raises(Over):
        heard.extend(follow_file(log, last, pause))
    return heard


def write(log: Path, content: bytes) -> Callable[[], object]:
    def append() -> None:
        with log.open("ab") as file:
            file.write(content)

    return append


def together(*actions: Callable[[], object]) -> Callable[[], object]:
    return lambda: [action() for action in actions]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "ingest.log"
    path.write_text("one\ntwo\n", "utf-8")
    return path


@pytest.mark.parametrize(("last", "lines"), [(0, []), (1, ["two"]), (9, ["one", "two"])])
def test_begins_with_the_last_lines(log: Path, last: int, lines: list[str]) -> None:
    assert followed(log, [write(log, b"three\n")], last) == [*lines, "three"]


def test_a_line_is_whole_before_it_is_shown(log: Path) -> None:
    umlaut = "für\n".encode()
    assert followed(log, [write(log, umlaut[:2]), write(log, umlaut[2:])]) == ["für"]
    assert followed(log, [write(log, b"\xff\n")]) == ["�"]


def test_everything_around_a_restart_is_shown(log: Path) -> None:
    restart = together(write(log, b"last word\nhalf a wo"), lambda: rotate(log), write(log, b"first\nsecond\n"))
    assert followed(log, [restart, write(log, b"third\n")]) == ["last word", "half a wo", "first", "second", "third"]


def test_a_new_log_is_waited_for(log: Path) -> None:
    assert followed(log, [lambda: rotate(log), lambda: None, write(log, b"first\n")]) == ["first"]


def test_many_restarts_do_not_pile_up(log: Path) -> None:
    restarts = [together(lambda: rotate(log), write(log, f"run {n}\n".encode())) for n in range(1500)]
    opened = len(os.listdir("/proc/self/fd"))
    assert followed(log, restarts) == [f"run {n}" for n in range(1500)]
    assert len(os.listdir("/proc/self/fd")) == opened
