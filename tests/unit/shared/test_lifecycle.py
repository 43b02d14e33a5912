"""A service's life: what ends it, in which order, with which code."""

import threading
from collections.abc import Mapping
from contextlib import ExitStack

import pytest

from plait_shared.errors import Fatal, Misconfigured, PlaitError, Retryable
from plait_shared.lifecycle import Lifecycle, Part, main


def waits(stop: threading.Event) -> None:
    stop.wait(5)


def fails(stop: threading.Event) -> None:
    raise Fatal("fenced")


def run(parts: Mapping[str, Part], resources: ExitStack | None = None) -> int:
    return Lifecycle(parts, resources or ExitStack(), drain_timeout_s=0.2).run()


def test_first_failure_stops_all_and_closes_in_reverse_order() -> None:
    closed: list[str] = []
    resources = ExitStack()
    resources.callback(closed.append, "first opened")
    resources.callback(closed.append, "last opened")

    assert run({"waits": waits, "fails": fails}, resources) == 1
    assert closed == ["last opened", "first opened"]


def test_part_that_ends_by_itself_is_a_failure() -> None:
    assert run({"waits": waits, "ends": lambda stop: None}) == 1


def test_part_that_does_not_stop_in_time_is_a_failure() -> None:
    release = threading.Event()

    def hangs(stop: threading.Event) -> None:
        release.wait(10)

    code = run({"hangs": hangs, "fails": fails})
    release.set()
    assert code == 1


def test_resource_that_does_not_close_is_reported_not_raised() -> None:
    resources = ExitStack()
    resources.callback(_raise, Retryable("broker away"))
    assert run({"fails": fails}, resources) == 1


@pytest.mark.parametrize(("error", "code"), [(Misconfigured("PLAIT_X: set it"), 2), (Fatal("fenced"), 1)])
def test_entry_point_says_one_line(error: PlaitError, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(lambda: _raise(error))
    assert ended.value.code == code
    assert capsys.readouterr().err == f"plait: {error}\n"


def test_entry_point_waits_for_a_part_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda seconds: None)
    answers: list[Exception | int] = [Retryable("Kafka is away"), Retryable("still"), 0]

    def service() -> int:
        answer = answers.pop(0)
        return answer if isinstance(answer, int) else _raise(answer)

    with pytest.raises(SystemExit) as ended:
        main(service)
    assert (ended.value.code, answers) == (0, [])


def _raise(error: Exception) -> int:
    raise error
