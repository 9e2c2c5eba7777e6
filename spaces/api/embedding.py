"""Which sites may show a Space in a frame. Ours, not the Hub's, which knows `disable_embedding` in the card alone."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel
from sqlmodel import Session

from spaces import actions, audit, db, embedding
from spaces.access import Permission, access_space
from spaces.api.deps import Caller, Segment
from spaces.models import Revision, Space
from spaces.moves import full_name

router = APIRouter(prefix="/api/spaces/{owner}/{name}", tags=["embedding"])


class Sites(BaseModel):
    sites: list[str] | None
    """Such as `https://example.com` and `https://*.example.com`; null: all; none: the Space's own page alone."""


@router.get("/embedding")
def show_sites(owner: Segment, name: Segment, actor: Caller) -> dict[str, Any]:
    """The sites, and whether the card closes the Space to all of them (`disable_embedding`)."""
    with db.reading() as session:
        return _shown(session, access_space(session, actor, owner, name, Permission.VISIT))


@router.put("/embedding")
def change_sites(owner: Segment, name: Segment, actor: Caller, body: Sites) -> dict[str, Any]:
    """Which sites may, at once and without a restart."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.WRITE)
        before = _shown(session, space)
        actions.set_sites(session, space, None if body.sites is None else embedding.checked_sites(body.sites))
        shown = _shown(session, space)
        audit.record(session, actor, "space.embedding", ("space", full_name(session, space)), before, shown)
        return shown


# -- private --------------------------------------------------------------------------------------


def _shown(session: Session, space: Space) -> dict[str, Any]:
    revision = session.get(Revision, space.revision_id or space.next_revision_id or 0)
    return {
        "sites": None if space.sites is None else space.sites.split(),
        "disabled": revision is not None and revision.config.disable_embedding,
    }
