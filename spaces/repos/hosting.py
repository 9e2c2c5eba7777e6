"""What a push means to the platform: who may, which Space it makes, and the build it asks for."""

from __future__ import annotations

import structlog
from sqlmodel import col, select

from spaces import actions, db, owners, repo_cards
from spaces.access import (
    ANONYMOUS,
    Actor,
    Permission,
    access_owner,
    access_repository,
    access_space,
    find_owner,
    find_space,
)
from spaces.builds import request_build
from spaces.errors import Moved, NotFound
from spaces.gpus import allocation, reasons
from spaces.lifecycle import BuildStatus, Intent
from spaces.models import Build, RepoKind, Repository, Revision, Space
from spaces.models.types import now
from spaces.moves import full_name
from spaces.quotas import storage
from spaces.repos import store
from spaces.repos.receive import Credentials, Grant
from spaces.settings import get_settings

log = structlog.get_logger()


class DatabaseHosting:
    """`receive.Hosting` on the platform's own rows."""

    def resolve(self, kind: RepoKind, owner: str, name: str, credentials: Credentials | None, write: bool) -> Grant:
        actor = _actor(credentials)
        permission = Permission.WRITE if write else Permission.READ
        with db.reading() as session:
            try:
                found = access_repository(session, actor, kind, owner, name, permission)
            except Moved:
                raise
            except NotFound:
                if not write or kind != RepoKind.SPACE:
                    raise
                return Grant(None, kind, access_owner(session, actor, owner).name, name, actor.name, credentials)
            return Grant(found.id, kind, owner, found.name, actor.name, credentials)

    def create(self, grant: Grant) -> int:
        actor = _actor(grant.credentials)
        with db.writing() as session:
            if find_space(session, grant.owner, grant.name):
                space = access_space(session, actor, grant.owner, grant.name, Permission.WRITE)
            else:
                space = actions.create_space(session, actor, grant.owner, grant.name)
        assert space.id is not None
        return space.id

    def discard(self, space_id: int) -> None:
        with db.writing() as session:
            space = session.get(Space, space_id)
            if space is None or space.head or space.next_build > 1 or space.intent == Intent.GONE:
                return
            session.delete(space)
        store.delete(space_id, locked=True)

    def check_room(self, grant: Grant, size: int) -> None:
        with db.reading() as session:
            if owner := find_owner(session, grant.owner):
                storage.check_room(session, owner.id or 0, size / storage.MIB)

    def pushed(self, kind: RepoKind, number: int, sha: str, actor: str) -> list[str]:
        return record_push(kind, number, sha, actor)


def record_push(kind: RepoKind, number: int, sha: str, actor: str) -> list[str]:
    """The default branch of a repository is at `sha`, by a push or a commit over HTTP; returns what to tell the person.
    Telling it twice is telling it once."""
    told = _ask_for_build(number, sha, actor) if kind == RepoKind.SPACE else _note_head(kind, number, sha)
    try:
        repo_cards.record(kind, number, sha)
    except Exception:
        log.exception("could not read a card; it is read later", repository=number)
    return told


def record_commit(kind: RepoKind, number: int, actor: str) -> list[str]:
    """`record_push` for a commit that no push brought: of where the default branch stands by now, since somebody may have
    pushed in between."""
    with store.lock(number):
        head = store.head(number)
        return record_push(kind, number, head.sha, actor) if head else []


def catch_up() -> None:
    """Records the pushes that were taken by a process that died before it could. For now and then."""
    for kind, number, recorded in _all():
        try:
            if _behind(number, recorded):
                with store.lock(number):
                    head = store.head(number)
                if head and head.sha != recorded:
                    record_push(kind, number, head.sha, "platform")
        except Exception:
            log.exception("could not catch up with a push", repository=number)
    repo_cards.catch_up()


def tidy() -> None:
    """Packs the repositories where much has gathered, without what no revision and no build needs. For now and then."""
    for kind, number, _ in _all():
        try:
            if store.exists(number) and store.untidy(number):
                store.let_go(number, _needed(number) if kind == RepoKind.SPACE else set())
                store.tidy(number)
        except Exception:
            log.exception("could not tidy a repository", repository=number)


# -- private


def _actor(credentials: Credentials | None) -> Actor:
    return owners.authenticate(credentials.secret) if credentials else ANONYMOUS


def _all() -> list[tuple[RepoKind, int, str | None]]:
    """Every repository that is not being deleted: its kind, its number, and the commit that is recorded as its head."""
    with db.reading() as session:
        spaces = session.exec(select(Space.id, Space.head).where(Space.intent != Intent.GONE))
        others = session.exec(
            select(Repository.kind, Repository.id, Repository.head).where(col(Repository.gone_at).is_(None))
        )
        found = [(RepoKind.SPACE, number, head) for number, head in spaces]
        return [(kind, number, head) for kind, number, head in [*found, *others] if number is not None]


def _ask_for_build(space_id: int, sha: str, actor: str) -> list[str]:
    with db.writing() as session:
        space = session.get(Space, space_id)
        if space is None or space.intent == Intent.GONE:
            raise NotFound("The Space is being deleted.", hint="Nothing more is built for it.")
        space.head, space.changed_at = sha, now()
        session.add(space)
        build = request_build(session, space, sha, actor)
        name, paused = full_name(session, space), space.intent == Intent.PAUSED
        subdomain, gap = space.subdomain, allocation.makes_way(session, space)
    return _told(build, name, get_settings().space_url(subdomain), paused, gap)


def _note_head(kind: RepoKind, number: int, sha: str) -> list[str]:
    with db.writing() as session:
        found = session.get(Repository, number)
        if found is None or found.gone_at:
            raise NotFound(f"The {kind.value} is being deleted.")
        found.head, found.changed_at = sha, now()
        session.add(found)
    return []


def _behind(space_id: int, recorded: str | None) -> bool:
    if not store.exists(space_id):
        return False
    head = store.head(space_id)
    return head is not None and head.sha != recorded


def _needed(space_id: int) -> set[str]:
    """The commits that something may be made of again, whether or not a branch still holds them."""
    with db.reading() as session:
        revisions = session.exec(select(Revision.commit).where(Revision.space_id == space_id))
        open_builds = [status for status in BuildStatus if not status.final]
        builds = session.exec(
            select(Build.commit).where(Build.space_id == space_id, col(Build.status).in_(open_builds))
        )
        return {*revisions, *builds}


def _told(build: Build, name: str, url: str, paused: bool, gap: bool) -> list[str]:
    state = {
        BuildStatus.QUEUED: "queued",
        BuildStatus.RUNNING: "running already",
        BuildStatus.SUCCEEDED: "done already",
    }.get(build.status, build.status.value)
    lines = [
        "",
        f"Build #{build.number} of {name} {state}.",
        f"Follow: demodock logs {name} --build -f",
        f"URL: {url}",
        "",
    ]
    if paused:
        lines.insert(-1, f"It is paused; start it: demodock restart {name}")
    if gap:
        lines.insert(-1, reasons.AHEAD)
    return lines
