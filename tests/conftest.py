"""Fixtures that several kinds of tests share."""

from __future__ import annotations

import logging
from socket import socket
from typing import TYPE_CHECKING

import pytest
import structlog
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from plait_console.stack.testing import RunningStack


settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")


class ClosedWhenDropped(socket):
    """A socket that nobody needs to close."""

    def __del__(self) -> None:
        self.close()


@pytest.fixture(scope="session", autouse=True)
def forgotten_connections_close() -> Iterator[None]:
    """Close the sockets that kafka-python forgets.

    3.0.12 drops the socket of a connection that fails while it connects, or is closed then. Python warns when it is
    collected, at any later time, and the warning would fail whichever test runs then. This also hides a consumer or
    producer that a test forgets to close.
    """
    from kafka.net import KafkaNetSocket

    def made(_: KafkaNetSocket, *kind: Any) -> ClosedWhenDropped:
        return ClosedWhenDropped(*kind)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(KafkaNetSocket, "socket", made)
        yield


@pytest.fixture(autouse=True)
def logs_end_with_their_test() -> Iterator[None]:
    """Undo what a command that runs in the test's process does to its logs: they go to a stream that is closed then."""
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if type(handler) is logging.StreamHandler]:
        root.removeHandler(handler)


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The real Kafka, registry and PostgreSQL, with topics and schemas; started once, stopped at the end."""
    from plait_console.stack.testing import running_stack

    with running_stack(["postgres", "init"]) as running:
        yield running
