"""Shared fixtures: `place` gives every test its own data directory, database and settings."""

from __future__ import annotations

import pytest
from sqlmodel import SQLModel

from spaces import db, doorbell
from spaces.settings import Settings, get_settings


@pytest.fixture
def place(tmp_path, monkeypatch) -> Settings:
    """An installation of its own: empty database, no process running."""
    monkeypatch.setenv("DEMODOCK_DATA", str(tmp_path / "data"))
    for cached in (get_settings, db.database, doorbell.connection):
        cached.cache_clear()
    SQLModel.metadata.create_all(db.database())
    yield get_settings()
    db.database().dispose()
    for cached in (get_settings, db.database, doorbell.connection):
        cached.cache_clear()
