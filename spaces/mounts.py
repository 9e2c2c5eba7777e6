"""What a Space's next instance gets mounted: its volumes, each at the commit that its revision names by now."""

from __future__ import annotations

import json

import structlog
from sqlmodel import Session, select

from spaces import db, names, volumes
from spaces.engines.base import Mount
from spaces.errors import Busy, DemodockError, ImageMissing, NotFound, StartFailed
from spaces.models import Instance, Revision, Space, Volume
from spaces.repos import revisions, rules
from spaces.shelf import folders
from spaces.shelf import sweep as shelf

log = structlog.get_logger()


def lay_out(space_id: int, revision_id: int) -> tuple[Mount, ...]:
    """Makes sure that all of it lies on the shelf. May take as long as copying the files, once for each commit; outside any
    transaction. Raises StartFailed where a volume cannot be had, ImageMissing where what was preloaded is lost."""
    with db.reading() as session:
        wanted = _wanted(session, space_id)
        revision = session.get(Revision, revision_id)
    mounts = []
    if revision and revision.preload:
        if not folders.present(revision.preload):
            raise ImageMissing("The files that were preloaded are gone.", hint="They are fetched again by a build.")
        mounts.append(Mount(folder=revision.preload, target=names.PRELOAD_MOUNT))
    for volume, number in wanted:
        try:
            mounts.append(_mount(volume, number))
        except Busy:
            raise
        except DemodockError as error:
            raise _failed(volume, error) from error
    return tuple(mounts)


def sweep() -> None:
    """Takes off the shelf what no instance has mounted, and no revision may need. For now and then."""
    with db.reading() as session:
        held = [folder for row in session.exec(select(Instance.folders)) for folder in json.loads(row)]
        held += session.exec(select(Revision.preload))
    try:
        shelf.sweep(set(held))
    except OSError:
        log.exception("the shelf could not be swept")


# -- private


def _wanted(session: Session, space_id: int) -> list[tuple[Volume, int]]:
    space = session.get(Space, space_id)
    if space is None:
        raise NotFound("The Space is gone.")
    wanted = []
    for volume in volumes.of(session, [space]):
        try:
            wanted.append((volume, volumes.source(session, volume, space.owner_id).id or 0))
        except NotFound as error:
            raise StartFailed(error.message, code="volume", hint=error.hint) from error
    return wanted


def _mount(volume: Volume, number: int) -> Mount:
    sha = revisions.commit_at(number, volume.revision)
    folder = folders.commit(number, sha)
    if volume.folder:
        folder = folders.within(folder, rules.check_path(volume.folder))
    return Mount(folder=folder, target=volume.mount_path)


def _failed(volume: Volume, error: DemodockError) -> StartFailed:
    where = f"The {volume.kind} {volume.source} cannot be mounted at {volume.mount_path}"
    return StartFailed(f"{where}: {error.message}", code="volume", hint=error.hint)
