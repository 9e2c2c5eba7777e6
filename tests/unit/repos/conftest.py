"""Fixtures of the repository tests: a data directory without a database, git that does not wait for the disk, and a real
server with a hosting that remembers what it was told."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import pytest
import uvicorn
from fastapi import FastAPI

from spaces.errors import Forbidden, NotFound, Unauthorized
from spaces.models import RepoKind
from spaces.repos import git, smart_http, store
from spaces.repos.receive import Credentials, Grant
from spaces.settings import Settings, get_settings


@pytest.fixture
def data(tmp_path, monkeypatch) -> Settings:
    """An installation's settings; nothing but files."""
    monkeypatch.setenv("DEMODOCK_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(git, "CONFIG", (*git.CONFIG, "core.fsync=none"))
    get_settings.cache_clear()
    yield get_settings()
    get_settings.cache_clear()


@dataclass
class Books:
    """Alice owns what is under `alice`, with the token `good`; the token `read` is Bob's, who owns nothing here."""

    spaces: dict[tuple[str, str], int] = field(default_factory=dict)
    pushes: list[tuple[int, str, str]] = field(default_factory=list)
    discarded: list[int] = field(default_factory=list)
    trouble: Exception | None = None
    gate: threading.Event | None = None
    """Where there is one, `pushed` waits for it."""

    def resolve(self, kind: RepoKind, owner: str, name: str, credentials: Credentials | None, write: bool) -> Grant:
        if credentials and credentials.secret not in ("good", "read"):
            raise Unauthorized("Invalid credentials in Authorization header")
        actor = {"good": "alice", "read": "bob"}[credentials.secret] if credentials else "anonymous"
        grant = Grant(self.spaces.get((owner, name)), kind, owner, name, actor, credentials)
        if write and actor != owner:
            raise Forbidden(f"{actor} may not push to {owner}/{name}.", hint="Ask its owner.")
        if not write and grant.number is None:
            raise NotFound("Repository not found.")
        return grant

    def create(self, grant: Grant) -> int:
        return self.spaces.setdefault((grant.owner, grant.name), len(self.spaces) + len(self.discarded) + 1)

    def discard(self, space_id: int) -> None:
        self.discarded.append(space_id)
        self.spaces = {key: value for key, value in self.spaces.items() if value != space_id}
        store.delete(space_id, locked=True)

    def check_room(self, grant, size: int) -> None:
        pass

    def pushed(self, kind: RepoKind, space_id: int, sha: str, actor: str) -> list[str]:
        if self.gate:
            self.gate.wait(60)
        if self.trouble:
            raise self.trouble
        self.pushes.append((space_id, sha, actor))
        return [f"Build #{len(self.pushes)} queued."]


@dataclass(frozen=True)
class Site:
    port: int
    books: Books

    def url(self, path: str = "alice/demo", token: str | None = "good") -> str:
        who = f"anyone:{token}@" if token else ""
        return f"http://{who}127.0.0.1:{self.port}/spaces/{path}"


@pytest.fixture
def site(data):
    """The routes on a real port."""
    books = Books()
    app = FastAPI()
    app.include_router(smart_http.router(books))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", timeout_graceful_shutdown=5))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield Site(listener.getsockname()[1], books)
    server.should_exit = True
    thread.join()
    listener.close()
