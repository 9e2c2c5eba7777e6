"""What is asked of Spaces alone: sizes, and where they answer."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlmodel import select

from spaces import db, hardware, passes
from spaces.access import Permission, access_space, not_found
from spaces.api.deps import Caller, Segment
from spaces.errors import NotFound, Unauthorized
from spaces.hub import facts, wire
from spaces.models import PassKind, Space
from spaces.moves import full_name
from spaces.settings import get_settings

router = APIRouter(prefix="/api/spaces", tags=["spaces"])


@router.get("/hardware")
def list_hardware(actor: Caller) -> list[dict[str, Any]]:
    """The sizes a Space may have, smallest first. Some may be for some owners alone."""
    with db.reading() as session:
        return [wire.flavor(flavor) for flavor in hardware.offered(session, actor)]


@router.get("/by-subdomain/{subdomain}")
def by_subdomain(subdomain: str, actor: Caller) -> dict[str, Any]:
    """The Space that answers at a host, without its files."""
    with db.reading() as session:
        row = session.exec(select(Space).where(Space.subdomain == subdomain.lower())).one_or_none()
        if row is None:
            raise not_found("subdomain", subdomain)
        try:
            space = access_space(session, actor, *full_name(session, row).split("/"), Permission.VISIT)
        except NotFound:
            raise not_found("subdomain", subdomain) from None  # its name would say whose it is
        return wire.space_info(facts.gather(session, [space], actor)[0])


@router.get("/{owner}/{name}/jwt")
def sign_for_program(owner: Segment, name: Segment, actor: Caller) -> dict[str, str]:
    """What a page's program puts into the Space's addresses as `__sign`, for an hour: it can send no header everywhere."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.VISIT)
        if actor.token_id is None:
            raise Unauthorized("This needs a token.", hint="Send it as `Authorization: Bearer TOKEN`.")
        return {"token": passes.issue(session, actor, space, PassKind.PROGRAM)}


@router.get("/{owner}/{name}/host")
def describe_host(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """Where it answers."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.VISIT)
        return {"host": get_settings().space_url(space.subdomain), "subdomain": space.subdomain}
