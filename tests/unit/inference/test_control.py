"""Which of the commands so far holds."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plait_inference.control import CONFIGURED, Wanted, standing, wanted
from plait_schemas.records import Control, ControlCommand
from plait_shared.errors import BadRecord
from tests.builders import NOON
from tests.unit.inference.control_world import command

A, B, OFF = Wanted(1, "a"), Wanted(2, "b", "r2"), Wanted(3)


@pytest.mark.parametrize(
    ("commands", "failed", "holds"),
    [
        ([], set(), CONFIGURED),
        ([A], set(), A),
        ([A], {1}, CONFIGURED),
        ([A, B], set(), B),
        ([A, B], {2}, A),
        ([A, B], {1, 2}, CONFIGURED),
        ([A, B, OFF], set(), OFF),
        ([A, B, OFF], {3}, B),
        ([B, OFF, Wanted(4, "a")], {4}, OFF),
    ],
)
def test_the_latest_command_that_did_not_fail_holds(commands: list[Wanted], failed: set[int], holds: Wanted) -> None:
    assert standing(commands, failed) == holds


@given(st.lists(st.tuples(st.sampled_from(["a", "b", None]), st.booleans()), max_size=8), st.integers(0, 8))
def test_who_comes_late_follows_the_same_command(given_: Sequence[tuple[str | None, bool]], late: int) -> None:
    """One replica hears each command when it is given, another the first ``late`` of them at once."""
    commands = [Wanted(number, artefact) for number, (artefact, _) in enumerate(given_, 1)]
    broken = {number for number, (_, works) in enumerate(given_, 1) if not works}

    def follow(steps: Sequence[Sequence[Wanted]]) -> Wanted:
        holds = CONFIGURED
        for step in steps:
            holds = standing([holds, *step], broken)
        return holds

    assert follow([[one] for one in commands]) == follow([commands[:late], commands[late:]])


def test_commands_for_inference_are_read() -> None:
    assert wanted(command(" office-2 ", revision="r2"), 7) == Wanted(7, "office-2", "r2")
    assert wanted(command("office-2"), 8) == Wanted(8, "office-2")
    assert wanted(command(None), 9) == Wanted(9)
    assert wanted(command("office-2", service="ingest"), 10) is None


@pytest.mark.parametrize(("kind", "said"), [("activate_model", "artefact"), ("none", "does not know the command")])
def test_a_command_that_says_too_little_is_refused(kind: str, said: str) -> None:
    given_ = Control(id="c", service="inference", command=ControlCommand(kind), occurred_at=NOON)
    with pytest.raises(BadRecord, match=said):
        wanted(given_, 1)
