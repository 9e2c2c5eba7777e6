"""One import, from the address to the Space's first build. The Space is made last: an import that fails leaves nothing."""

from __future__ import annotations

import contextlib
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import structlog

from spaces import actions, db
from spaces.access import Actor
from spaces.errors import DemodockError, NotFound
from spaces.fetch import addresses, git
from spaces.fetch.guard import Guard
from spaces.fetch.http import Client
from spaces.imports import large, ledger
from spaces.lifecycle import Reason
from spaces.models import Import, Owner, RepoKind
from spaces.models.owner import TokenScope
from spaces.quotas import storage
from spaces.repos import copy, disk, hosting, store
from spaces.repos.lfs import holdings
from spaces.repos.lfs.blobs import Incoming
from spaces.settings import get_settings

TELL_SECONDS = 0.5

log = structlog.get_logger()


def carry_out(row: Import, guard: Guard | None = None) -> None:
    """Brings a claimed import to its end; never raises."""
    try:
        with _Progress(row) as progress:
            ledger.finish(row, _take_in(row, guard or Guard(addresses.allowed(get_settings().import_hosts)), progress))
    except DemodockError as error:
        ledger.fail(row, Reason(code=error.code, message=error.message, hint=error.hint))
    except Exception:
        log.exception("an import broke", number=row.id)
        ledger.fail(row, Reason(code="internal", message="The platform made a mistake.", hint="Tell its admin."))


# -- private


class _Progress:
    """Tells the ledger from time to time, and so keeps the lease, until the block ends."""

    def __init__(self, row: Import) -> None:
        self.row, self.step, self.received = row, "asking", 0
        self.watched: Path | None = None
        """A folder whose growth is what was received."""
        self._done = threading.Event()

    def __enter__(self) -> _Progress:
        threading.Thread(target=self._tell, daemon=True, name=f"import-{self.row.id}").start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def enter(self, step: str) -> None:
        self.step = step
        ledger.progress(self.row, step, self.received)

    def _tell(self) -> None:
        while not self._done.wait(TELL_SECONDS):
            if self.watched:
                self.received = _size(self.watched)
            with contextlib.suppress(Exception):  # a locked database: the lease lasts
                ledger.progress(self.row, self.step, self.received)


def _take_in(row: Import, guard: Guard, progress: _Progress) -> int:
    settings = get_settings()
    seconds, limit = float(settings.import_timeout), settings.push_limit << 20
    client = Client(guard, seconds)
    disk.check_disk(0)
    with _repository(row) as repository:
        url = git.find(client, row.url)
        progress.watched = repository
        progress.enter("fetching")
        sha = git.fetch(guard, url, row.branch, repository, limit, seconds)
        progress.watched, progress.received = None, _size(repository)
        progress.enter("large files")
        fetched = progress.received

        def tell(count: int) -> None:
            progress.received = fetched + count

        with large.fetch(client, url, large.pointers(repository, sha), tell) as contents:
            progress.enter("publishing")
            return _publish(row, repository, sha, contents)


def _publish(row: Import, repository: Path, sha: str, contents: list[Incoming]) -> int:
    """The Space, its files, its first build."""
    with db.writing() as session:
        actor = _actor(session.get(Owner, row.actor_id))
        space = actions.create_space(session, actor, row.owner, row.name, visibility=row.visibility)
    assert space.id is not None
    try:
        store.create(space.id)
        for incoming in contents:
            holdings.keep(space.id, incoming)
        storage.check_repository(space.id, _size(repository))
        copy.take_in(repository, sha, space.id)
    except BaseException:
        with db.writing() as session:
            actions.delete_space(session, session.merge(space), actor)
        raise
    hosting.record_push(RepoKind.SPACE, space.id, sha, actor.name)
    return space.id


def _actor(owner: Owner | None) -> Actor:
    """Whoever asked, with the rights they have by now; their token is long gone."""
    if owner is None:
        raise NotFound("Whoever asked for this import is gone.")
    return Actor(owner_id=owner.id, name=owner.name, role=owner.role, scope=TokenScope.WRITE)


@contextlib.contextmanager
def _repository(row: Import) -> Iterator[Path]:
    """An empty repository that goes with the block."""
    where = get_settings().path("imports", f"{row.id}-{row.attempt}.git")
    shutil.rmtree(where, ignore_errors=True)
    store.make(where)
    try:
        yield where
    finally:
        shutil.rmtree(where, ignore_errors=True)


def _size(folder: Path) -> int:
    total = 0
    for file in folder.glob("objects/pack/*"):
        with contextlib.suppress(FileNotFoundError):
            total += file.stat().st_size
    return total
