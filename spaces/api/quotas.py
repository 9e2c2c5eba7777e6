"""What people may hold and what they hold: their own, and that of organizations they belong to."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from spaces import db
from spaces.access import access_people
from spaces.api.deps import Caller, Segment
from spaces.quotas import standing

router = APIRouter(tags=["quotas"])


@router.get("/api/quota")
def show_own(actor: Caller) -> dict[str, Any]:
    """One's own quota, use, and what is left of it."""
    return _show(actor, actor.name)


@router.get("/api/organizations/{organization}/quota")
def show_of_organization(organization: Segment, actor: Caller) -> dict[str, Any]:
    """The same of an organization that the caller belongs to."""
    return _show(actor, organization)


# -- private --------------------------------------------------------------------------------------


def _show(actor: Caller, owner: str) -> dict[str, Any]:
    with db.reading() as session:
        return standing.of(session, access_people(session, actor, owner))
