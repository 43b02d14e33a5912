"""The supervisor with children that are objects: order, crashes, restarts, orders."""

import asyncio
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from plait_console.stack.errors import StackError
from plait_console.stack.keeper import how_it_ended
from plait_console.stack.part import Note, PartState, with_dependencies
from tests.unit.console.stack_world import ALL, BASE, QUICK, World, never, part, ready_unless_ended, settle, supervisor


async def test_starts_in_order_of_needs_and_stops_in_reverse(tmp_path: Path) -> None:
    world = World({"init": [0]})
    stack = supervisor(world, tmp_path)
    await stack.up()
    assert world.said == ["base start", "init start", "a start", "b start"]
    assert [keeper.state for keeper in stack.keepers.values()] == ["ready", "done", "ready", "ready"]
    await stack.down()
    assert world.said[4:] == ["a SIGTERM", "b SIGTERM", "base SIGTERM"]
    assert {keeper.state for keeper in stack.keepers.values()} == {PartState.STOPPED}


async def test_a_failed_task_keeps_the_services_from_starting(tmp_path: Path) -> None:
    (tmp_path / "init.log").write_text("the registry refuses\n")
    world = World({"init": [2]})
    with pytest.raises(StackError, match="init ended with exit code 2 before it was ready") as caught:
        await supervisor(world, tmp_path).up()
    assert "the registry refuses" in caught.value.hint
    assert world.said == ["base start", "init start"]


async def test_a_service_that_ends_before_it_was_ready_is_an_error_at_once(tmp_path: Path) -> None:
    world = World({"a": [1]})
    lame = replace(part("a"), ready=never)
    with pytest.raises(StackError, match="a ended with exit code 1 before"):
        await supervisor(world, tmp_path, [lame]).up()


async def test_a_part_that_is_never_ready_is_ended(tmp_path: Path) -> None:
    world = World()
    stack = supervisor(world, tmp_path, [replace(part("a"), ready=never)])
    with pytest.raises(StackError, match=r"a was not ready after 0\.05 s"):
        await stack.up()
    assert world.said == ["a start", "a SIGTERM"]
    assert stack.keepers["a"].state == "failed"


async def test_a_crashed_service_is_started_again_until_it_has_had_its_tries(tmp_path: Path) -> None:
    world = World({"init": [0]})
    stack = supervisor(world, tmp_path)
    await stack.up()
    for crash in range(1, QUICK.service_restarts + 1):
        world.running["a"].end(-signal.SIGSEGV)
        while stack.keepers["a"].restarts < crash:
            await asyncio.sleep(0)
        await settle("ready", stack, "a")
    world.running["a"].end(9)
    error = await stack.failure()
    assert error.message == "a ended with exit code 9 unasked"
    assert stack.keepers["a"].state == "failed"
    await stack.down()


async def test_a_service_that_crashes_while_it_starts_again_uses_up_its_tries(tmp_path: Path) -> None:
    world = World({"a": [None, 7, 7, 7]})
    flaky = replace(part("a"), ready=lambda: ready_unless_ended(world))
    stack = supervisor(world, tmp_path, [flaky])
    await stack.up()
    world.running["a"].end(1)
    error = await stack.failure()
    assert error.message == "a ended with exit code 7 before it was ready"
    assert world.said.count("a start") == 1 + QUICK.service_restarts


async def test_crashed_infrastructure_is_a_failure_at_once(tmp_path: Path) -> None:
    world = World()
    stack = supervisor(world, tmp_path, [BASE])
    await stack.up()
    world.running["base"].end(137)
    assert (await stack.failure()).message == "base ended by SIGKILL unasked"


async def test_a_part_that_heeds_no_signal_is_killed_after_the_grace_time(tmp_path: Path) -> None:
    world = World(deaf=[signal.SIGTERM])
    stack = supervisor(world, tmp_path, [BASE])
    await stack.up()
    await stack.down()
    assert world.said == ["base start", "base SIGTERM", "base SIGKILL"]


async def test_a_kill_by_order_is_no_crash_and_the_part_can_be_started_again(tmp_path: Path) -> None:
    world = World()
    stack = supervisor(world, tmp_path, [BASE])
    await stack.up()
    await stack.kill("base")
    assert (stack.keepers["base"].state, stack.keepers["base"].pid) == ("stopped", None)
    await stack.start("base")
    await stack.start("base")
    assert stack.keepers["base"].state == "ready"
    await stack.restart("base")
    assert world.said == ["base start", "base SIGKILL", "base start", "base SIGTERM", "base start"]
    await stack.down()


async def test_freezing_leaves_the_state_alone(tmp_path: Path) -> None:
    world = World(deaf=[signal.SIGSTOP])
    stack = supervisor(world, tmp_path, [BASE])
    await stack.up()
    await stack.kill("base", signal.SIGSTOP)
    assert stack.keepers["base"].state == "ready"
    await stack.down()


async def test_orders_to_a_part_that_is_not_there(tmp_path: Path) -> None:
    stack = supervisor(World(), tmp_path, [BASE])
    with pytest.raises(StackError, match="no part named nothing"):
        await stack.start("nothing")
    with pytest.raises(StackError, match="base does not run"):
        await stack.kill("base")


async def test_a_start_may_be_tried_again_where_the_part_says_so(tmp_path: Path) -> None:
    world = World({"base": [1, 1, None]})
    stubborn = replace(BASE, ready=lambda: ready_unless_ended(world), start_tries=3)
    stack = supervisor(world, tmp_path, [stubborn])
    await stack.up()
    assert world.said == ["base start"] * 3
    await stack.down()


async def test_hooks_run_before_the_start_and_after_readiness(tmp_path: Path) -> None:
    world = World()

    async def prepare(note: Note) -> None:
        note("preparing")
        world.said.append("prepare")

    async def make_databases(note: Note) -> None:
        world.said.append("settle")

    stack = supervisor(world, tmp_path, [replace(BASE, prepare=prepare, settle=make_databases)])
    states: list[str] = []
    stack.on_change(lambda: states.append(f"{stack.keepers['base'].state} {stack.keepers['base'].detail}".strip()))
    await stack.up()
    assert world.said == ["prepare", "base start", "settle"]
    assert states == ["preparing", "preparing preparing", "starting", "ready"]
    await stack.down()


async def test_hurrying_kills_what_a_stop_would_wait_for(tmp_path: Path) -> None:
    world = World(deaf=[signal.SIGTERM])
    stack = supervisor(world, tmp_path, [BASE], replace(QUICK, stop_grace_s=60))
    await stack.up()
    stopping = asyncio.create_task(stack.down())
    await settle("stopping", stack, "base")
    stack.hurry()
    async with asyncio.timeout(1):
        await stopping
    assert "base SIGKILL" not in world.said


def test_exit_codes_in_words() -> None:
    assert how_it_ended(143) == how_it_ended(-15) == "ended by SIGTERM"
    assert how_it_ended(1) == "ended with exit code 1"


def test_parts_come_with_what_they_need() -> None:
    assert [part.name for part in with_dependencies(ALL, ["b"])] == ["base", "init", "b"]
    with pytest.raises(StackError, match="no part named c"):
        with_dependencies(ALL, ["c"])
