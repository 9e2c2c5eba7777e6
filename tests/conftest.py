"""Shared fixtures: `place` gives every test its own data directory, database and settings."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
import structlog
from sqlmodel import SQLModel

from spaces import db, doorbell
from spaces.settings import Settings, get_settings

# What the code under test logs must not mix with what a command prints.
structlog.configure(logger_factory=lambda *_: structlog.PrintLogger(sys.stderr))


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory) -> Path:
    """A database with every table and no row, to be copied: making the tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "demodock.db"
    engine = db.open_database(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture
def place(tmp_path, monkeypatch, empty_database) -> Settings:
    """An installation of its own: empty database, no process running."""
    monkeypatch.setenv("DEMODOCK_DATA", str(tmp_path / "data"))
    for cached in (get_settings, db.database, doorbell.connection):
        cached.cache_clear()
    shutil.copy(empty_database, get_settings().path("demodock.db"))
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


@pytest.fixture
def server(place, monkeypatch):
    """The control host's API on a real port; gives its address. The CLI and Hub clients find it by the environment."""
    import socket
    import threading

    import uvicorn

    from spaces.api.app import create_app

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"http://localhost:{listener.getsockname()[1]}"
        monkeypatch.setenv("DEMODOCK_PUBLIC_URL", address)
        get_settings.cache_clear()
        config = uvicorn.Config(create_app(), log_level="warning", timeout_graceful_shutdown=1)
        serving = uvicorn.Server(config)
        thread = threading.Thread(target=serving.run, args=([listener],), daemon=True)
        thread.start()
        try:
            while not serving.started and thread.is_alive():
                thread.join(0.01)
            monkeypatch.setenv("DEMODOCK_ENDPOINT", address)
            yield address
        finally:
            serving.should_exit = True
            thread.join(20)
