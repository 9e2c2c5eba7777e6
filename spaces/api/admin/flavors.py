"""Hardware flavors: all there are, offered or not; made, changed and removed."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import Field

from spaces import db, flavors, hardware
from spaces.access import access_admin
from spaces.api.deps import Caller, Segment
from spaces.flavors import Wish

router = APIRouter(prefix="/api/admin/flavors", tags=["admin"])


class NewFlavor(Wish):
    name: str = Field(max_length=100)


@router.get("")
def list_flavors(actor: Caller) -> list[dict[str, Any]]:
    """All of them, smallest first."""
    access_admin(actor)
    with db.reading() as session:
        return [flavors.described(session, flavor) for flavor in hardware.list_flavors(session)]


@router.post("", status_code=201)
def create_flavor(actor: Caller, body: NewFlavor) -> dict[str, Any]:
    """A new one; `warnings` say what its admin should know."""
    access_admin(actor)
    wish = Wish.model_validate(body.model_dump(exclude_unset=True, exclude={"name"}))
    with db.writing() as session:
        flavor, warnings = flavors.create(session, actor, body.name, wish)
        return flavors.described(session, flavor) | {"warnings": warnings}


@router.get("/{flavor}")
def show_flavor(actor: Caller, flavor: Segment) -> dict[str, Any]:
    access_admin(actor)
    with db.reading() as session:
        return flavors.described(session, flavors.find(session, flavor))


@router.patch("/{flavor}")
def change_flavor(actor: Caller, flavor: Segment, body: Wish) -> dict[str, Any]:
    """Changes what is named; instances get it at their next start."""
    access_admin(actor)
    with db.writing() as session:
        found, warnings = flavors.change(session, actor, flavor, body)
        return flavors.described(session, found) | {"warnings": warnings}


@router.delete("/{flavor}")
def remove_flavor(actor: Caller, flavor: Segment) -> dict[str, bool]:
    """Refused while a Space has it."""
    access_admin(actor)
    with db.writing() as session:
        flavors.remove(session, actor, flavor)
    return {"success": True}
