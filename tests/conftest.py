"""Fixtures that several kinds of tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from socket import socket
    from typing import Any

    from plait_console.stack.testing import RunningStack


@pytest.fixture(scope="session", autouse=True)
def failed_connections_close() -> Iterator[None]:
    """Close the socket of a Kafka connection that fails, or is given up, while it connects.

    kafka-python 3.0.12 drops such a socket as it is. It then warns when it is collected, at any later time, and the
    warning would fail whichever test runs then. Giving up throws GeneratorExit into ``sock_connect``.
    """
    from kafka.net import KafkaNetSocket

    connect = KafkaNetSocket.sock_connect

    async def closing(self: KafkaNetSocket, net: Any, sock: socket, *args: Any, **kwargs: Any) -> Any:
        try:
            return await connect(self, net, sock, *args, **kwargs)
        except BaseException:
            sock.close()
            raise

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaNetSocket, "sock_connect", closing)
        yield


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The real Kafka, registry and PostgreSQL, with topics and schemas; started once, stopped at the end."""
    from plait_console.stack.testing import running_stack

    with running_stack(["postgres", "init"]) as running:
        yield running
