"""A Space's builds and revisions. Ours: the Hub has no such thing."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from sqlmodel import col, select

from spaces import builds, db
from spaces.access import Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.errors import Conflict, NotFound
from spaces.hub import wire
from spaces.models import Build, Revision

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["builds"])

Limit = Annotated[int, Query(ge=1, le=500)]


@router.get("/builds")
def list_builds(owner: Segment, name: Segment, actor: Caller, limit: Limit = 20) -> list[dict[str, Any]]:
    """Newest first."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        own = select(Build).where(Build.space_id == space.id).order_by(col(Build.number).desc())
        return [wire.build(row) for row in session.exec(own.limit(limit))]


@router.get("/builds/{number}")
def show_build(owner: Segment, name: Segment, number: int, actor: Caller) -> dict[str, Any]:
    with db.reading() as session:
        return wire.build(_find(session, actor, owner, name, number, Permission.INSPECT))


@router.post("/builds/{number}/cancel")
def cancel_build(owner: Segment, name: Segment, number: int, actor: Caller) -> dict[str, Any]:
    """Stops a build that waits or runs."""
    with db.reading() as session:
        build = _find(session, actor, owner, name, number, Permission.WRITE)
    if not builds.cancel(build.id or 0, actor.name):
        raise Conflict(f"Build {number} has ended already.", code="build_ended")
    with db.reading() as session:
        return wire.build(session.get_one(Build, build.id))


@router.get("/revisions")
def list_revisions(owner: Segment, name: Segment, actor: Caller, limit: Limit = 20) -> list[dict[str, Any]]:
    """Built commits that can serve, newest first; any but the present one may be rolled back to."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.INSPECT)
        own = select(Revision).where(Revision.space_id == space.id).order_by(col(Revision.id).desc())
        return [wire.revision(row, space) for row in session.exec(own.limit(limit))]


def _find(session, actor, owner: str, name: str, number: int, permission: Permission) -> Build:  # type: ignore[no-untyped-def]
    space = access_space(session, actor, owner, name, permission)
    found = session.exec(select(Build).where(Build.space_id == space.id, Build.number == number)).one_or_none()
    if found is None:
        raise NotFound(f"There is no build {number}.", hint="List them: `demodock status`.")
    return found
