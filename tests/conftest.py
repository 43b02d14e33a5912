"""Fixtures that several kinds of tests share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from plait_console.stack.testing import RunningStack


@pytest.fixture(scope="session")
def stack() -> Iterator[RunningStack]:
    """The real Kafka, registry and PostgreSQL, with topics and schemas; started once, stopped at the end."""
    from plait_console.stack.testing import running_stack

    with running_stack(["postgres", "init"]) as running:
        yield running
