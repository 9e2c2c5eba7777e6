"""Live tests share one platform a module; what they leave on the engine is removed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import Platform, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/live" in str(item.path):
            item.add_marker("live")


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    """A running platform without samples."""
    with running() as started:
        yield started
