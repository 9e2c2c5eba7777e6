"""Likes of models, datasets and Spaces, on the Hub's paths."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import col, select

from spaces import db, likes, links
from spaces.access import Permission, access_liking, find_owner, visible
from spaces.api.deps import Caller, Kind, Segment, repository
from spaces.hub import people
from spaces.hub.wire import when
from spaces.models import Owner, RepoKind, Repository, Space

router = APIRouter(tags=["repositories"])

PAGE = 100


@router.post("/api/{kind:kinds}/{owner}/{name}/like")
def like(kind: Kind, owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """One like a person, however often it is sent."""
    with db.writing() as session:
        liked, me = access_liking(session, actor, kind, owner, name)
        return {"success": True, "likes": likes.like(session, me, liked.id or 0)}


@router.delete("/api/{kind:kinds}/{owner}/{name}/like")
def unlike(kind: Kind, owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """What was never liked is not liked."""
    with db.writing() as session:
        liked, me = access_liking(session, actor, kind, owner, name)
        return {"success": True, "likes": likes.unlike(session, me, liked.id or 0)}


@router.get("/api/{kind:kinds}/{owner}/{name}/likers")
def list_likers(
    request: Request,
    response: Response,
    kind: Kind,
    owner: Segment,
    name: Segment,
    actor: Caller,
    p: Annotated[int, Query(ge=0, le=100_000)] = 0,
) -> list[dict[str, Any]]:
    """Who likes it, the last one first; `Link: <...>; rel="next"` leads on."""
    found = repository(actor, kind, owner, name, Permission.VISIT)
    with db.reading() as session:
        rows = likes.likers(session, found.number, PAGE + 1, p * PAGE)
        if len(rows) > PAGE:
            response.headers["Link"] = f'<{links.here()}{request.url.path}?p={p + 1}>; rel="next"'
        return [people.liker(session, row) for row in rows[:PAGE]]


@router.get("/api/users/{user}/likes")
def list_likes(user: Segment, actor: Caller) -> list[dict[str, Any]]:
    """What a person likes, of that which the caller may see; the newest first."""
    with db.reading() as session:
        person = find_owner(session, user)
        rows = likes.of(session, person.id) if person else []
        numbers = [row.number for row in rows]
        there: dict[int, dict[str, str]] = {}
        for table in (Space, Repository):
            named = select(table, Owner).join(Owner, col(Owner.id) == table.owner_id)
            for found, owner in session.exec(named.where(col(table.id).in_(numbers), visible(actor, table))):
                kind = RepoKind.SPACE if isinstance(found, Space) else found.kind
                there[found.id or 0] = {"name": f"{owner.name}/{found.name}", "type": kind.value}
        return [{"createdAt": when(row.at), "repo": there[row.number]} for row in rows if row.number in there]
