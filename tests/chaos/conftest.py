"""Chaos tests have a platform of their own, which they hurt."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.harness import Platform, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/chaos" in str(item.path):
            item.add_marker("chaos")


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    with running() as started:
        yield started
