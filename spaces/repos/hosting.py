"""What a push means to the platform: who may, which Space it makes, and the build it asks for."""

from __future__ import annotations

import structlog
from sqlmodel import col, select

from spaces import actions, db, owners
from spaces.access import ANONYMOUS, Actor, Permission, access_owner, access_space, find_space
from spaces.builds import request_build
from spaces.errors import NotFound
from spaces.lifecycle import BuildStatus, Intent
from spaces.models import Build, Revision, Space
from spaces.models.types import now
from spaces.moves import full_name
from spaces.repos import store
from spaces.repos.receive import Credentials, Grant
from spaces.settings import get_settings

log = structlog.get_logger()


class DatabaseHosting:
    """`receive.Hosting` on the platform's own rows."""

    def resolve(self, owner: str, name: str, credentials: Credentials | None, write: bool) -> Grant:
        actor = _actor(credentials)
        permission = Permission.WRITE if write else Permission.READ
        with db.reading() as session:
            try:
                space = access_space(session, actor, owner, name, permission)
            except NotFound:
                if not write:
                    raise
                return Grant(None, access_owner(session, actor, owner).name, name, actor.name, credentials)
            return Grant(space.id, owner, space.name, actor.name, credentials)

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

    def pushed(self, space_id: int, sha: str, actor: str) -> list[str]:
        return record_push(space_id, sha, actor)


def record_push(space_id: int, sha: str, actor: str) -> list[str]:
    """The default branch of a Space is at `sha`, by a push or a commit over HTTP: asks for its build, and returns what to
    tell the person. Telling it twice is telling it once."""
    with db.writing() as session:
        space = session.get(Space, space_id)
        if space is None or space.intent == Intent.GONE:
            raise NotFound("The Space is being deleted.", hint="Nothing more is built for it.")
        space.head, space.changed_at = sha, now()
        session.add(space)
        build = request_build(session, space, sha, actor)
        name, paused = full_name(session, space), space.intent == Intent.PAUSED
        subdomain = space.subdomain
    return _told(build, name, get_settings().space_url(subdomain), paused)


def record_commit(space_id: int, actor: str) -> list[str]:
    """`record_push` for a commit that no push brought: of where the default branch stands by now, since somebody may have
    pushed in between."""
    with store.lock(space_id):
        head = store.head(space_id)
        return record_push(space_id, head.sha, actor) if head else []


def catch_up() -> None:
    """Asks for the builds of pushes that were taken by a process that died before it could. For now and then."""
    with db.reading() as session:
        known = list(session.exec(select(Space.id, Space.head).where(col(Space.intent) != Intent.GONE)))
    for space_id, recorded in known:
        try:
            if space_id is not None and _behind(space_id, recorded):
                with store.lock(space_id), db.reading() as session:
                    space = session.get(Space, space_id)
                    head = store.head(space_id)
                if space and head and space.head != head.sha:
                    record_push(space_id, head.sha, "platform")
        except Exception:
            log.exception("could not catch up with a push", space=space_id)


def tidy() -> None:
    """Packs the repositories where much has gathered, without what no revision and no build needs. For now and then."""
    with db.reading() as session:
        numbers = [
            number for number in session.exec(select(Space.id).where(col(Space.intent) != Intent.GONE)) if number
        ]
    for space_id in numbers:
        try:
            if store.exists(space_id) and store.untidy(space_id):
                store.let_go(space_id, _needed(space_id))
                store.tidy(space_id)
        except Exception:
            log.exception("could not tidy a repository", space=space_id)


# -- private


def _actor(credentials: Credentials | None) -> Actor:
    return owners.authenticate(credentials.secret) if credentials else ANONYMOUS


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


def _told(build: Build, name: str, url: str, paused: bool) -> list[str]:
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
    return lines
