"""The whole stack, once for all tests that leave it as they found it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.world import World


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """All services on a fresh stack."""
    from tests.e2e.world import whole_stack

    with whole_stack() as running:
        yield running
