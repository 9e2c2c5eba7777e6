"""What an owner's repositories take on disk: one's own, or those of an organization one belongs to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlmodel import Session, col, select

from spaces import db, links
from spaces.access import Actor, access_people, visible
from spaces.api.deps import Caller, Segment
from spaces.hub.wire import when
from spaces.lifecycle import Intent
from spaces.models import Owner, RepoKind, Repository, Space
from spaces.repos import usage

router = APIRouter(tags=["repositories"])

PAGE = 200
"""Repositories whose files are counted for one answer."""

Skip = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/api/settings/repositories")
def list_own(response: Response, actor: Caller, skip: Skip = 0) -> list[dict[str, Any]]:
    """The caller's own repositories of every kind, oldest first; `Link: <...>; rel="next"` leads on."""
    return _page(response, actor, actor.name, "/api/settings/repositories", skip)


@router.get("/api/organizations/{organization}/settings/repositories")
def list_of_organization(
    response: Response, organization: Segment, actor: Caller, skip: Skip = 0
) -> list[dict[str, Any]]:
    """The same of an organization that the caller belongs to."""
    path = f"/api/organizations/{organization}/settings/repositories"
    return _page(response, actor, organization, path, skip)


# -- private


def _page(response: Response, actor: Actor, owner: str, path: str, skip: int) -> list[dict[str, Any]]:
    with db.reading() as session:
        holder = access_people(session, actor, owner)
        found = _owned(session, actor, holder, skip)
    if len(found) > PAGE:
        response.headers["Link"] = f'<{links.here()}{path}?skip={skip + PAGE}>; rel="next"'
    return [
        {
            "id": f"{holder.name}/{row.name}",
            "type": kind.value,
            "updatedAt": when(row.changed_at),
            "visibility": row.visibility.value,
            "storage": usage.size(row.id or 0),
        }
        for kind, row in found[:PAGE]
    ]


def _owned(session: Session, actor: Actor, holder: Owner, skip: int) -> list[tuple[RepoKind, Space | Repository]]:
    """One more than a page, where there is more. Spaces come first: their numbers are the smaller ones."""
    spaces = select(Space).where(Space.owner_id == holder.id, Space.intent != Intent.GONE, visible(actor, Space))
    others = select(Repository).where(
        Repository.owner_id == holder.id, col(Repository.gone_at).is_(None), visible(actor, Repository)
    )
    first = session.exec(spaces.order_by(col(Space.id)).offset(skip).limit(PAGE + 1)).all()
    found: list[tuple[RepoKind, Space | Repository]] = [(RepoKind.SPACE, space) for space in first]
    if len(found) <= PAGE:
        before = len(session.exec(spaces.with_only_columns(Space.id)).all())  # type: ignore[call-overload]
        rest = others.order_by(col(Repository.id)).offset(max(0, skip - before)).limit(PAGE + 1 - len(found))
        found += [(row.kind, row) for row in session.exec(rest)]
    return found
