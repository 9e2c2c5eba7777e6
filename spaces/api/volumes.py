"""What a Space has mounted: repositories, read-only, and storage of its own."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from spaces import db, volumes
from spaces.access import Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.errors import BadRequest
from spaces.hub.facts import runtime_of
from spaces.hub.volumes import Asked, wishes

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["volumes"])

Runtime = dict[str, Any]


class Volumes(BaseModel):
    volumes: list[Asked] = Field(max_length=100)


class Storage(BaseModel):
    tier: str


@router.put("/volumes")
def set_volumes(owner: Segment, name: Segment, actor: Caller, body: Volumes) -> Runtime:
    """These and no others; the Space restarts with them."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        rows = volumes.checked(session, actor, space.owner_id, wishes(body.volumes))
        volumes.put(session, space, rows)
        return runtime_of(session, space, actor)


@router.delete("/volumes")
def remove_volumes(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    """Takes all of them away."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        if not volumes.of(session, [space]):
            raise BadRequest("The Space has no volumes.", code="no_volumes")
        volumes.put(session, space, [])
        return runtime_of(session, space, actor)


@router.post("/storage")
def set_storage(owner: Segment, name: Segment, actor: Caller, body: Storage) -> Runtime:
    """Storage of its own at /data, which outlives every instance and a change of name."""
    return _set_storage(actor, owner, name, body.tier)


@router.delete("/storage")
def remove_storage(owner: Segment, name: Segment, actor: Caller) -> Runtime:
    """No /data any more. What lies there comes back with the next storage, and goes when the Space is deleted."""
    return _set_storage(actor, owner, name, None)


def _set_storage(actor: Caller, owner: str, name: str, tier: str | None) -> Runtime:
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        volumes.set_storage(session, space, tier)
        return runtime_of(session, space, actor)
