"""What a part of the stack is: a process to start, to find ready and to stop. Nothing here runs anything."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from graphlib import TopologicalSorter
from pathlib import Path
from signal import SIGTERM, Signals
from typing import Literal

from plait_console.stack.errors import StackError

Kind = Literal["infrastructure", "task", "service"]

Probe = Callable[[], Awaitable[bool]]
"""True once the part does its work; asked again and again, and quick to say no."""

Note = Callable[[str], None]
"""Says in a few words what is being done, for a person who waits."""

Hook = Callable[[Note], Awaitable[None]]
"""Work before the start or after the first readiness; idempotent, raises StackError."""


class PartState(StrEnum):
    """The life of a part, in its order."""

    WAITING = "waiting"
    PREPARING = "preparing"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


async def always() -> bool:
    """The probe of a part that is ready as soon as it runs."""
    return True


@dataclass(frozen=True)
class Part:
    """One process.

    ``infrastructure`` that ends unasked stops the stack; a ``service`` is started again a few times;
    a ``task`` is done, and its dependents may start, when it has ended with exit code 0.
    """

    name: str
    kind: Kind
    command: tuple[str, ...]
    cwd: Path
    address: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    depends_on: tuple[str, ...] = ()
    ready: Probe = always
    prepare: Hook | None = None
    settle: Hook | None = None
    stop_signal: Signals = SIGTERM
    user: str | None = None
    start_tries: int = 1
    """How often a start may end before readiness; more than 1 where the end of the last run may still be going on."""


def with_dependencies(parts: Iterable[Part], names: Iterable[str]) -> tuple[Part, ...]:
    """The named parts and all that they need, dependencies first; raises StackError for an unknown name."""
    known = {part.name: part for part in parts}
    needed: set[str] = set()
    pending = list(names)
    while pending:
        name = pending.pop()
        if name not in known:
            raise StackError(f"there is no part named {name}", f"The parts are {', '.join(known)}.")
        if name not in needed:
            needed.add(name)
            pending.extend(known[name].depends_on)
    order = TopologicalSorter({name: known[name].depends_on for name in known if name in needed}).static_order()
    return tuple(known[name] for name in order)
