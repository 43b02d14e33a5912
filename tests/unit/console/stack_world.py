"""Children of the supervisor that are objects."""

import asyncio
import signal
from collections.abc import Iterable
from pathlib import Path

from plait_console.stack.keeper import Patience
from plait_console.stack.part import Kind, Part
from plait_console.stack.process import Process
from plait_console.stack.supervisor import Supervisor

QUICK = Patience(
    ready_timeout_s=0.05,
    stop_grace_s=0.05,
    service_restarts=3,
    restart_backoff_s=0,
    steady_after_s=60,
    probe_every_s=0.001,
    retry_after_s=0,
)


class FakeProcess(Process):
    """Ends when told to: by ``end``, by a signal it heeds, or at once with its ``code``."""

    def __init__(self, world: "World", name: str, code: int | None) -> None:
        self._world = world
        self._name = name
        self._ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if code is not None:
            self.end(code)

    @property
    def pid(self) -> int:
        return 1

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)

    def end(self, code: int) -> None:
        if not self._ended.done():
            self._ended.set_result(code)

    def send(self, number: signal.Signals) -> None:
        self._world.said.append(f"{self._name} {number.name}")
        if number == signal.SIGKILL or number not in self._world.deaf:
            self.end(-number)

    def kill_tree(self) -> None:
        self.end(-signal.SIGKILL)


class World:
    """A launcher that notes what happens, and what each start of a part is to end with at once."""

    def __init__(self, codes: dict[str, list[int | None]] | None = None, deaf: Iterable[signal.Signals] = ()) -> None:
        self.said: list[str] = []
        self.codes = codes or {}
        self.deaf = set(deaf)
        self.running: dict[str, FakeProcess] = {}

    async def launch(self, part: Part, log: Path) -> Process:
        self.said.append(f"{part.name} start")
        codes = self.codes.get(part.name, [])
        process = FakeProcess(self, part.name, codes.pop(0) if codes else None)
        self.running[part.name] = process
        return process


def part(name: str, kind: Kind = "service", needs: tuple[str, ...] = ()) -> Part:
    return Part(name=name, kind=kind, command=(name,), cwd=Path("/"), depends_on=needs)


BASE, TASK = part("base", "infrastructure"), part("init", "task", ("base",))


ALL = (BASE, TASK, part("a", needs=("init",)), part("b", needs=("init",)))


def supervisor(world: World, logs: Path, parts: Iterable[Part] = ALL, patience: Patience = QUICK) -> Supervisor:
    return Supervisor(tuple(parts), logs, world, patience)


async def settle(condition: str, keeper_state: "Supervisor", name: str) -> None:
    async with asyncio.timeout(1):
        while keeper_state.keepers[name].state != condition:
            await asyncio.sleep(0)


async def never() -> bool:
    return False


async def ready_unless_ended(world: World) -> bool:
    return not any(process._ended.done() for process in world.running.values())
