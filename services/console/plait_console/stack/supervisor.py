"""Starts parts in the order of their needs, as many at once as that allows; stops them in reverse.

How a crash is met: infrastructure (Kafka, the registry, PostgreSQL) that ends unasked, or a service that ends before it
was ever ready, stops everything, since a stack that half works misleads. A service that was ready is started again,
with a pause that doubles, up to ``service_restarts`` times in a row; then it too stops everything.
"""

import asyncio
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from plait_console.stack.errors import StackError
from plait_console.stack.keeper import Keeper, Patience
from plait_console.stack.part import Part
from plait_console.stack.process import Launcher


class Supervisor:
    """The running parts. Belongs to one event loop; ``changed`` is called after every change of any part."""

    def __init__(self, parts: Sequence[Part], logs: Path, launcher: Launcher, patience: Patience) -> None:
        self.keepers: Mapping[str, Keeper] = {
            part.name: Keeper(part, logs / f"{part.name}.log", launcher, patience) for part in parts
        }
        self._failure: asyncio.Event = asyncio.Event()
        self._error: StackError | None = None
        for keeper in self.keepers.values():
            keeper.failed = self.fail

    def on_change(self, changed: Callable[[], None]) -> None:
        """Call ``changed`` after every change of a part's state or detail."""
        for keeper in self.keepers.values():
            keeper.changed = changed

    async def up(self) -> None:
        """Start every part; raises the first StackError, with whatever runs left for ``down``."""
        needs = {name: keeper.part.depends_on for name, keeper in self.keepers.items()}
        await self._in_order(needs, lambda keeper: keeper.start())

    async def down(self) -> None:
        """Stop every part, each after those that need it."""
        needed_by: dict[str, tuple[str, ...]] = {
            name: tuple(other for other, keeper in self.keepers.items() if name in keeper.part.depends_on)
            for name in self.keepers
        }
        await self._in_order(needed_by, lambda keeper: keeper.stop())

    async def failure(self) -> StackError:
        """Wait for a part that crashed and can't be helped."""
        await self._failure.wait()
        assert self._error is not None
        return self._error

    def fail(self, error: StackError) -> None:
        """Let ``failure`` return this error, unless there was one before."""
        self._error = self._error or error
        self._failure.set()

    def hurry(self) -> None:
        """SIGKILL everything at once; ``down`` then has nothing to wait for."""
        for keeper in self.keepers.values():
            if keeper.process:
                keeper.process.kill_tree()

    async def start(self, name: str) -> None:
        """Start one part and wait until it is ready; nothing if it runs."""
        await self._keeper(name).start()

    async def stop(self, name: str) -> None:
        """Stop one part; the others stay, and have to bear it."""
        await self._keeper(name).stop()

    async def restart(self, name: str) -> None:
        """Stop and start one part."""
        await self.stop(name)
        await self.start(name)

    async def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        """Send one part a signal; it is not started again by itself."""
        await self._keeper(name).kill(number)

    def _keeper(self, name: str) -> Keeper:
        if name not in self.keepers:
            raise StackError(f"there is no part named {name}", f"The parts are {', '.join(self.keepers)}.")
        return self.keepers[name]

    async def _in_order(self, after: Mapping[str, Sequence[str]], act: Callable[[Keeper], Awaitable[None]]) -> None:
        done = {name: asyncio.Event() for name in self.keepers}

        async def one(name: str) -> None:
            for other in after[name]:
                if other in done:
                    await done[other].wait()
            await act(self.keepers[name])
            done[name].set()

        try:
            async with asyncio.TaskGroup() as group:
                for name in self.keepers:
                    group.create_task(one(name), name=f"{name}-in-order")
        except BaseExceptionGroup as errors:
            raise errors.exceptions[0] from errors
