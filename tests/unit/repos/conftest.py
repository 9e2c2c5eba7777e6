"""Fixtures of the repository tests: a data directory without a database, and git that does not wait for the disk."""

from __future__ import annotations

import pytest

from spaces.repos import git
from spaces.settings import Settings, get_settings


@pytest.fixture
def data(tmp_path, monkeypatch) -> Settings:
    """An installation's settings; nothing but files."""
    monkeypatch.setenv("DEMODOCK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(git, "CONFIG", (*git.CONFIG, "core.fsync=none"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()
