"""Which port each part gets: the one that was set, else the one it had, else its usual one, else any free one."""

import contextlib
import socket
from collections.abc import Mapping

import psutil

from plait_console.stack.errors import StackError

HOST = "127.0.0.1"

# Outside the range that systems hand out by themselves (32768 and up), and beside the parts' well-known ports.
USUAL: Mapping[str, int] = {
    "kafka": 19092,
    "kafka_controller": 19093,
    "registry": 18081,
    "registry_management": 18082,
    "postgres": 15432,
    "ingest": 8101,
    "inference": 8102,
    "knowledge_graph": 8103,
    "notification": 8104,
}


def choose_ports(set_ports: Mapping[str, int], had: Mapping[str, int], *, usual: bool = True) -> dict[str, int]:
    """One free port for every name of ``USUAL``; raises StackError when a port that was set is taken or unknown."""
    unknown = sorted(set(set_ports) - set(USUAL))
    if unknown:
        raise StackError(f"PLAIT_PORTS names {unknown[0]}, which has no port", f"Those that have: {', '.join(USUAL)}.")
    chosen: dict[str, int] = {}
    with contextlib.ExitStack() as held:
        for name, port in set_ports.items():
            if not _hold(port, held):
                raise StackError(f"port {port} for {name} is taken{holder(port)}", "Set another in PLAIT_PORTS.")
            chosen[name] = port
        for name in USUAL:
            if name not in chosen:
                wishes = [had.get(name), USUAL[name] if usual else None, 0]
                chosen[name] = next(port for wish in wishes if wish is not None and (port := _hold(wish, held)))
    return chosen


def is_free(port: int) -> bool:
    """Whether a server could listen there now."""
    with contextlib.ExitStack() as held:
        return bool(_hold(port, held))


def holder(port: int) -> str:
    """Who listens on a port, as far as this user may know: " by postgres (pid 12)" or nothing."""
    with contextlib.suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (pid {connection.pid})"
    return ""


def _hold(port: int, held: contextlib.ExitStack) -> int:
    """Take a port until all are chosen, so that none is chosen twice; 0 if it is taken."""
    holding = held.enter_context(socket.socket())
    holding.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holding.bind((HOST, port))
        holding.listen()
    except OSError:
        return 0
    taken: int = holding.getsockname()[1]
    return taken
