"""Deleting a Space means gone: containers, network, volumes, repository, files, logs, secrets, rows; the row itself last,
so that a deletion cut short goes on at the next sweep. What remains are its events, and the tombstone
on its host name that `spaces.actions.delete_space` wrote."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from sqlmodel import col, delete, select

from spaces import analytics, db, likes, names, pulls, repo_cards
from spaces.engines.base import Engine
from spaces.gpus import holding, queue, reservations
from spaces.lifecycle import BuildStatus
from spaces.models import Build, EnvEntry, Instance, Revision, Space, SpaceInterface, Volume
from spaces.models.types import now
from spaces.oauth import clients
from spaces.repos import store
from spaces.repos.lfs import holdings
from spaces.settings import Settings


def erase(engine: Engine, settings: Settings, space_id: int, before: Callable[[], None] = lambda: None) -> None:
    """Removes all there is of the Space. Idempotent. `before` takes its route away."""
    with db.writing() as session:
        space = session.get(Space, space_id)
        if space is None:
            return
        for build in session.exec(select(Build).where(Build.space_id == space_id)):
            if not build.status.final:
                build.status, build.finished_at = BuildStatus.CANCELLED, now()
                session.add(build)
        space.instance_id = None
        session.add(space)
        containers = set(session.exec(select(Instance.name).where(Instance.space_id == space_id)))
    before()
    containers |= {seen.name for seen in engine.observe() if seen.space_id == space_id}
    for name in containers:
        engine.remove(name)
    # Once more with the id, for network and volume: also when no container was left.
    engine.remove(names.instance_name(settings.installation, space_id, 0), space_id=space_id)
    store.delete(space_id)
    holdings.release(space_id)
    for path in files_of(settings, space_id):
        shutil.rmtree(path, ignore_errors=True)
    with db.writing() as session:
        queue.leave(session, space_id)
        for hold in reservations.of_space(session, space_id):
            holding.release(session, hold.instance)
        clients.remove(session, space_id)
        for table in (EnvEntry, Volume, Instance, Revision, Build, SpaceInterface):
            session.exec(delete(table).where(col(table.space_id) == space_id))  # type: ignore[call-overload]
        repo_cards.forget(session, space_id)
        likes.forget(session, space_id)
        pulls.forget(session, space_id)
        analytics.forget(session, space_id)
        if space := session.get(Space, space_id):
            session.delete(space)


def files_of(settings: Settings, space_id: int) -> list[Path]:
    """Every folder of the data directory that holds only this Space's files, its repository apart."""
    number = str(space_id)
    return [
        settings.path(*parts) for parts in (("logs", "runs", number), ("logs", "builds", number), ("static", number))
    ]
