"""Share links of private Spaces. Ours, not the Hub's."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from spaces import db, shares
from spaces.access import Permission, access_space
from spaces.api.deps import Caller, Segment

router = APIRouter(prefix="/api/spaces/{owner}/{name}/shares", tags=["embedding"])


class Wish(BaseModel):
    label: str = ""
    seconds: int = Field(default=shares.USUAL, description="How long it works.")
    most: int | None = Field(default=None, description="How many browsers it lets in; null: all that come.")


@router.get("")
def list_shares(owner: Segment, name: Segment, actor: Caller) -> list[dict[str, Any]]:
    """Those that work, newest first."""
    with db.reading() as session:
        space = access_space(session, actor, owner, name, Permission.ADMIN)
        return [_shown(share) for share in shares.living(session, space)]


@router.post("", status_code=201)
def make_share(owner: Segment, name: Segment, actor: Caller, body: Wish) -> dict[str, Any]:
    """A new one. `url` is told this once."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.ADMIN)
        share, url = shares.make(session, actor, space, body.label, body.seconds, body.most)
        return _shown(share) | {"url": url}


@router.delete("/{share_id}")
def end_share(owner: Segment, name: Segment, share_id: int, actor: Caller) -> dict[str, bool]:
    """Takes it back; what was opened with it closes within seconds."""
    with db.writing() as session:
        space = access_space(session, actor, owner, name, Permission.ADMIN)
        shares.take_back(session, actor, space, share_id)
    return {"success": True}


# -- private --------------------------------------------------------------------------------------


def _shown(share: shares.Share) -> dict[str, Any]:
    return {
        "id": share.id,
        "label": share.label,
        "maker": share.maker,
        "uses": share.uses,
        "most": share.most,
        "createdAt": share.created_at.isoformat(),
        "expiresAt": share.expires_at.isoformat(),
        "usedAt": share.used_at.isoformat() if share.used_at else None,
    }
