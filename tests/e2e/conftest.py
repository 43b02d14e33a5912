"""The whole stack, once for all tests that leave it as they found it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.e2e.world import World


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever needs the shared stack comes last: it lives from its first test to the end, and would slow others."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent == here and "world" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def world() -> Iterator[World]:
    """All services on a fresh stack."""
    from tests.e2e.world import whole_stack

    with whole_stack() as running:
        yield running
