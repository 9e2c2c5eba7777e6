"""Describing and listing Spaces."""

from __future__ import annotations

import base64
import binascii
import dataclasses
import datetime as dt
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response
from sqlmodel import Session, col, select

from spaces import db, hardware, links
from spaces.access import Actor, Permission, access_space, find_owner, not_found, visible
from spaces.api.deps import Caller, Segment
from spaces.errors import BadRequest
from spaces.hub import repository, wire
from spaces.hub.facts import gather
from spaces.lifecycle import Intent
from spaces.models import Owner, Space
from spaces.repos import revisions
from spaces.repos.lfs import view
from spaces.settings import get_settings

router = APIRouter(prefix="/api/spaces", tags=["spaces"])

PAGE = 100
LONGEST_PAGE = 1000

Expand = Annotated[list[str] | None, Query()]
Sort = Literal["createdAt", "lastModified", "likes", "trendingScore"]


@router.get("")
def list_spaces(
    request: Request,
    response: Response,
    actor: Caller,
    author: str | None = None,
    search: str | None = None,
    filter: Annotated[list[str] | None, Query()] = None,
    sort: Sort = "createdAt",
    direction: str | None = None,
    limit: int = PAGE,
    cursor: str | None = None,
    expand: Expand = None,
    full: bool = False,
    linked: bool = False,
) -> list[dict[str, Any]]:
    """Spaces, newest first; `Link: <...>; rel="next"` leads on."""
    _check_expand(expand)
    limit = min(max(limit, 1), LONGEST_PAGE)
    wanted = [tag for entry in filter or [] for tag in entry.split(",") if tag]
    found: list[wire.Facts] = []
    with db.reading() as session:
        after = _read_cursor(cursor)
        while len(found) <= limit:
            rows = _page(session, actor, author, search, sort, after)
            found += [facts for facts in gather(session, rows, actor) if set(wanted) <= set(wire.tags(facts))]
            if len(rows) < PAGE:
                break
            after = _position(rows[-1], sort)
    if len(found) > limit:
        found = found[:limit]
        query = [(key, value) for key, value in request.query_params.multi_items() if key != "cursor"]
        query.append(("cursor", _write_cursor(_position(found[-1].space, sort))))
        response.headers["Link"] = f'<{links.here()}/api/spaces?{urlencode(query)}>; rel="next"'
    keep = {"models", "datasets"} if not (full or linked) else set()
    infos = [wire.space_info(facts, expand) for facts in found]
    return [{key: value for key, value in info.items() if key not in keep or expand} for info in infos]


@router.get("/hardware")
def list_hardware() -> list[dict[str, Any]]:
    """The sizes a Space may have, smallest first."""
    with db.reading() as session:
        return [wire.flavor(flavor) for flavor in hardware.list_flavors(session)]


@router.get("/by-subdomain/{subdomain}")
def by_subdomain(subdomain: str, actor: Caller) -> dict[str, Any]:
    """The Space that answers at a host."""
    with db.reading() as session:
        row = session.exec(select(Space).where(Space.subdomain == subdomain.lower())).one_or_none()
        owner = session.get(Owner, row.owner_id) if row else None
        if row is None or owner is None:
            raise not_found("subdomain", subdomain)
        return _describe(session, actor, owner.name, row.name, None)


@router.get("/{name}")
def describe_bare(name: str) -> dict[str, Any]:
    """A name without its owner is nobody's Space."""
    raise not_found("", name)


@router.get("/{owner}/{name}")
def describe_space(owner: Segment, name: Segment, actor: Caller, expand: Expand = None) -> dict[str, Any]:
    """A Space at its head."""
    _check_expand(expand)
    with db.reading() as session:
        return _describe(session, actor, owner, name, expand)


@router.get("/{owner}/{name}/revision/{rev}")
def describe_revision(
    owner: Segment, name: Segment, rev: Segment, actor: Caller, expand: Expand = None
) -> dict[str, Any]:
    """A Space with the files of one revision; what it runs is said as it is now."""
    _check_expand(expand)
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.READ)
        (facts,) = gather(session, [space], actor)
    assert space.id is not None
    sha = revisions.commit_at(space.id, rev)
    listed = expand is None or "siblings" in expand
    siblings = repository.siblings(view.listed(space.id, sha)) if listed else None
    info = wire.space_info(dataclasses.replace(facts, siblings=siblings), expand)
    return info | ({"sha": sha} if "sha" in info else {})


@router.get("/{owner}/{name}/host")
def describe_host(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Where it answers."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.READ)
        return {"host": get_settings().space_url(space.subdomain), "subdomain": space.subdomain}


# -- private --------------------------------------------------------------------------------------

Position = tuple[dt.datetime | None, int]
"""Where a page ends: the sorted time, where that is not the id, and the id."""


def _describe(session: Session, actor: Actor, owner: str, name: str, expand: list[str] | None) -> dict[str, Any]:
    space = access_space(session, actor, owner, name, Permission.READ)
    (facts,) = gather(session, [space], actor, files=expand is None or "siblings" in expand)
    return wire.space_info(facts, expand)


def _check_expand(expand: list[str] | None) -> None:
    if any(key not in wire.EXPANDABLE and key not in wire.TOLERATED for key in expand or []):
        raise BadRequest(f'"expand" must be one of [{", ".join(wire.EXPANDABLE)}]', code="bad_expand")


def _page(
    session: Session, actor: Actor, author: str | None, search: str | None, sort: Sort, after: Position | None
) -> list[Space]:
    statement = select(Space).where(Space.intent != Intent.GONE, visible(actor, Space))
    if author is not None:
        owner = find_owner(session, author)
        statement = statement.where(Space.owner_id == (owner.id if owner else -1))
    if search:
        text = search.lower().rpartition("/")[2]
        statement = statement.where(
            col(Space.name_key).contains(text, autoescape=True) | col(Space.title).icontains(search, autoescape=True)
        )
    if after:
        at, last = after
        older = col(Space.id) < last
        if at:
            older = (col(Space.changed_at) < at) | ((col(Space.changed_at) == at) & older)
        statement = statement.where(older)
    if sort == "lastModified":
        statement = statement.order_by(col(Space.changed_at).desc())
    return list(session.exec(statement.order_by(col(Space.id).desc()).limit(PAGE)).all())


def _position(space: Space, sort: Sort) -> Position:
    return (space.changed_at if sort == "lastModified" else None, space.id or 0)


def _write_cursor(position: Position) -> str:
    at, last = position
    return base64.urlsafe_b64encode(f"{at.isoformat() if at else ''},{last}".encode()).decode()


def _read_cursor(cursor: str | None) -> Position | None:
    if cursor is None:
        return None
    try:
        at, _, last = base64.urlsafe_b64decode(cursor).decode().partition(",")
        return (dt.datetime.fromisoformat(at) if at else None, int(last))
    except (binascii.Error, ValueError):
        raise BadRequest("No such page.", hint="Follow the Link header of the page before.") from None
