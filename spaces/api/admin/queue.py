"""Who waits for a GPU: where each stands, for how long yet, and why."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from sqlmodel import col, select

from spaces import db
from spaces.access import access_admin
from spaces.api.deps import Caller
from spaces.hub.wire import when
from spaces.models import GpuRequest, Owner, Space
from spaces.models.types import now

router = APIRouter(prefix="/api/admin/queue", tags=["admin"])


@router.get("")
def list_queue(actor: Caller) -> list[dict[str, Any]]:
    """Next first; those who cannot be served as things are come last, with the reason."""
    access_admin(actor)
    waiting = (
        select(GpuRequest, Space, Owner)
        .where(GpuRequest.space_id == Space.id, Space.owner_id == Owner.id)
        .order_by(col(GpuRequest.place).is_(None), col(GpuRequest.place), col(GpuRequest.asked_at))
    )
    with db.reading() as session:
        return [
            {
                "space": f"{owner.name}/{space.name}",
                "flavor": row.flavor,
                "place": row.place,
                "askedAt": when(row.asked_at),
                "waited": max(0, round((now() - row.asked_at).total_seconds())),
                "estimate": row.estimate,
                "reason": row.reason.model_dump() if row.reason else None,
            }
            for row, space, owner in session.exec(waiting)
        ]
