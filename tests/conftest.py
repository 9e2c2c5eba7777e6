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


@pytest.fixture
def client(place):
    """The control host's API over an installation of its own; no other process runs."""
    from fastapi.testclient import TestClient

    from spaces.api.app import create_app

    with TestClient(create_app(), base_url="http://localhost:8000", raise_server_exceptions=False) as client:
        yield client
