"""Browsers on one application, with password hashes that cost next to nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from spaces import passwords
from spaces.api.app import create_app
from tests.unit.web.kit import Browser


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Real argon2 with small parameters; what the real ones are is a test of its own."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobodys.cache_clear()
    yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def browsers(place) -> Callable[..., Browser]:
    """Makes one more person's browser."""
    app = create_app()

    def more(**how: str) -> Browser:
        return Browser(app, **how)

    return more


@pytest.fixture
def browser(browsers) -> Browser:
    return browsers()
