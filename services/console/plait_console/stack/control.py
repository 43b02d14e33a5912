"""Orders to a running supervisor, over loopback TCP: one line of JSON each way, with the token of the state file.

Not a socket in the home folder: its path may be longer than a socket's may be.
"""

import asyncio
import hmac
import json
import signal
import socket
from collections.abc import Awaitable, Callable
from typing import Literal

from pydantic import BaseModel, ValidationError

from plait_console.stack.errors import StackError
from plait_console.stack.ports import HOST
from plait_console.stack.state import Control
from plait_console.stack.supervisor import Supervisor

Action = Literal["start", "stop", "restart", "kill"]
LONGEST_LINE = 4096


class Order(BaseModel):
    """What to do with one part."""

    token: str
    action: Action
    part: str
    signal: str = "SIGKILL"


class Answer(BaseModel):
    """Done, or why not."""

    ok: bool
    message: str = ""
    hint: str = ""


async def carry_out(supervisor: Supervisor, order: Order) -> None:
    """Do what an order says and wait for its end; raises StackError."""
    match order.action:
        case "start":
            await supervisor.start(order.part)
        case "stop":
            await supervisor.stop(order.part)
        case "restart":
            await supervisor.restart(order.part)
        case "kill":
            if order.signal not in signal.Signals.__members__:
                raise StackError(f"there is no signal {order.signal}", "For example SIGKILL or SIGSTOP.")
            await supervisor.kill(order.part, signal.Signals[order.signal])


async def serve(token: str, act: Callable[[Order], Awaitable[None]]) -> asyncio.Server:
    """Take orders on a free loopback port until the server is closed."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            order = Order.model_validate_json(await reader.readline())
            if not hmac.compare_digest(order.token, token):
                raise StackError("that is not the token of this stack", "plait status")
            await act(order)
            said = Answer(ok=True)
        except StackError as error:
            said = Answer(ok=False, message=error.message, hint=error.hint)
        except (ValidationError, ValueError):
            said = Answer(ok=False, message="that is no order")
        writer.write(said.model_dump_json().encode() + b"\n")
        writer.close()

    return await asyncio.start_server(answer, HOST, 0, limit=LONGEST_LINE)


def send(control: Control, action: Action, part: str, number: signal.Signals, timeout_s: float) -> None:
    """Give an order to the supervisor and wait until it is carried out; raises StackError with its answer."""
    order = {"token": control.token, "action": action, "part": part, "signal": number.name}
    try:
        with socket.create_connection((HOST, control.port), timeout=timeout_s) as connection:
            connection.sendall(json.dumps(order).encode() + b"\n")
            with connection.makefile("rb") as file:
                answer = Answer.model_validate_json(file.readline())
    except (OSError, ValidationError) as exc:
        raise StackError(f"the supervisor does not answer: {exc}", "plait status") from exc
    if not answer.ok:
        raise StackError(answer.message, answer.hint)
