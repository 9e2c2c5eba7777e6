"""GPUs: which there are, how they are, who holds them; and an admin's orders."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session, select

from spaces import db
from spaces.access import access_admin
from spaces.api.deps import Caller, Segment
from spaces.gpus import inventory
from spaces.gpus.devices import Order
from spaces.hub.wire import when
from spaces.models import GpuDevice, Owner, Reservation, Space

router = APIRouter(prefix="/api/admin/gpus", tags=["admin"])


class GpuOrder(BaseModel):
    """What is not named stays."""

    model_config = ConfigDict(extra="forbid")

    order: Order | None = Field(
        default=None,
        description="`ready`; `cordoned`: no new holder; `draining`: holders go, the idle now, those in use after `within`.",
    )
    reason: str = Field(default="", max_length=500, description="Why, for whoever looks at it.")
    within: Annotated[int, Field(ge=0, le=30 * 86400)] = inventory.DRAIN
    slots: int | None = Field(
        default=None, description="How many may hold it at a time, without isolation; 1: one alone."
    )


@router.get("")
def list_gpus(actor: Caller) -> list[dict[str, Any]]:
    """Every device that was ever seen and not forgotten, with its holders."""
    access_admin(actor)
    with db.reading() as session:
        holders = _holders(session)
        return [_shown(row, holders.get(row.uuid, [])) for row in inventory.devices(session)]


@router.get("/{gpu}")
def show_gpu(actor: Caller, gpu: Segment) -> dict[str, Any]:
    """One, by its UUID or the beginning of it."""
    access_admin(actor)
    with db.reading() as session:
        row = inventory.find(session, gpu)
        return _shown(row, _holders(session).get(row.uuid, []))


@router.patch("/{gpu}")
def order_gpu(actor: Caller, gpu: Segment, body: GpuOrder) -> dict[str, Any]:
    """Cordons, drains or readies a device, or divides it into slots. Nobody who holds it is stopped at once."""
    access_admin(actor)
    with db.writing() as session:
        row = inventory.find(session, gpu)
        if body.slots is not None and body.slots != row.slots:
            inventory.cut(session, row, body.slots, actor)
        if body.order is not None:
            inventory.order(session, row, body.order, actor, body.reason, body.within)
        session.flush()
        return _shown(row, _holders(session).get(row.uuid, []))


@router.delete("/{gpu}")
def forget_gpu(actor: Caller, gpu: Segment) -> dict[str, bool]:
    """Strikes a device from the list that is gone."""
    access_admin(actor)
    with db.writing() as session:
        inventory.forget(session, inventory.find(session, gpu), actor)
    return {"success": True}


# -- private --------------------------------------------------------------------------------------


def _holders(session: Session) -> dict[str, list[dict[str, Any]]]:
    rows = select(Reservation, Space, Owner).where(
        Reservation.space_id == Space.id, Space.owner_id == Owner.id
    )  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {}
    for row, space, owner in session.exec(rows.order_by(Reservation.device, Reservation.slot)):  # type: ignore[arg-type]
        holder = {
            "space": f"{owner.name}/{space.name}",
            "slot": row.slot,
            "since": when(row.since),
            "usedSince": _moment(row.used_since),
            "idleSince": _moment(row.idle_since),
            "warnedAt": _moment(row.warned_at),
        }
        found.setdefault(row.device, []).append(holder)
    return found


def _moment(time: dt.datetime | None) -> str | None:
    return when(time) if time else None


def _shown(row: GpuDevice, holders: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "uuid": row.uuid,
        "index": row.index,
        "model": row.model,
        "product": row.product,
        "memory": row.memory,
        "migProfile": row.mig_profile,
        "parent": row.parent,
        "simulated": row.simulated,
        "slots": row.slots,
        "state": row.state.value,
        "order": row.order.value,
        "reason": row.reason.model_dump() if row.reason else None,
        "since": when(row.since),
        "drainUntil": _moment(row.drain_until),
        "usedMemory": row.used_memory,
        "busy": row.busy,
        "seenAt": when(row.seen_at),
        "holders": holders,
    }
