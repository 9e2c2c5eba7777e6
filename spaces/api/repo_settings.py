"""A repository's settings: who sees it; and whether the caller may come in at all."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter

from spaces import actions, db, repositories, templates
from spaces.access import Permission, access_repository
from spaces.api.deps import Caller, Kind, Segment, repository
from spaces.api.repos import Seen
from spaces.errors import BadRequest
from spaces.models import Space, Visibility

router = APIRouter(prefix="/api/{kind:kinds}/{owner}/{name}", tags=["repositories"])


class Settings(Seen):
    gated: Literal["auto", "manual", False] = False
    template: bool | None = None


@router.put("/settings")
def change_settings(kind: Kind, owner: Segment, name: Segment, actor: Caller, body: Settings) -> dict[str, Any]:
    """Changes what is named, and tells how it stands."""
    if body.gated:
        raise BadRequest(
            "Nobody asks for access here.",
            hint='Make it private: `"visibility": "private"`; its people are those of its organization.',
            code="no_gates",
        )
    with db.writing() as session:
        found = access_repository(session, actor, kind, owner, name, Permission.ADMIN)
        seen = body.wanted() or found.visibility
        if isinstance(found, Space):
            actions.set_visibility(session, found, seen, actor)
            if body.template is not None:
                templates.offer(session, found, body.template)
        else:
            repositories.set_visibility(session, found, seen, actor)
    return {"visibility": seen.value, "private": seen == Visibility.PRIVATE, "gated": False}


@router.get("/auth-check")
def check_reading(kind: Kind, owner: Segment, name: Segment, actor: Caller) -> dict[str, bool]:
    """200 where the caller may read the files."""
    repository(actor, kind, owner, name, Permission.READ)
    return {"success": True}


@router.get("/auth-check/write")
def check_writing(kind: Kind, owner: Segment, name: Segment, actor: Caller) -> dict[str, bool]:
    """200 where the caller may push."""
    repository(actor, kind, owner, name, Permission.WRITE)
    return {"success": True}
