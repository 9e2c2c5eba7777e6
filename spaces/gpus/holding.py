"""The end of a hold, and its way from one instance to the next; what was used goes into the ledger on the way."""

from __future__ import annotations

import datetime as dt

from sqlmodel import Session, col, select

from spaces import doorbell
from spaces.gpus import reservations
from spaces.gpus.devices import DeviceState
from spaces.gpus.reservations import Hold
from spaces.models import GpuDevice
from spaces.models.types import now
from spaces.quotas import ledger

STARTABLE = (DeviceState.READY, DeviceState.CORDONED)
"""States of a device with which whoever holds it may start again."""


def release(session: Session, instance: str) -> Hold | None:
    """What the instance held is free for others; nothing where it held nothing. Only for one that is known not to run."""
    hold = reservations.of_instance(session, instance)
    if hold is None:
        return None
    ledger.settle(session, hold)
    reservations.free(session, hold)
    doorbell.ring_after(session, hold.space_id)
    return hold


def hand_on(session: Session, hold: Hold, instance: str) -> Hold:
    """The devices go to another instance of the same Space. Only where the one before is known not to run."""
    if hold.used_since:
        ledger.settle(session, hold)
    return reservations.pass_on(session, hold, instance)


def follow_owner(session: Session, hold: Hold, owner_id: int) -> None:
    """The Space has moved to another owner, who uses the GPUs from now on."""
    if hold.used_since:
        ledger.settle(session, hold)
    used = now() if hold.used_since else None
    reservations.note(session, hold, owner_id=owner_id, token=reservations.new_token(), used_since=used)


def began(session: Session, hold: Hold, seconds: float) -> bool:
    """Its instance answers, so many seconds after its launch, from which on they count. False where the hold was revoked
    meanwhile."""
    if not reservations.stands(session, hold):
        return False
    since = hold.used_since or now() - dt.timedelta(seconds=seconds)
    reservations.note(session, hold, used_since=since, idle_since=None, warned_at=None)
    return True


def startable(session: Session, hold: Hold) -> bool:
    """All its devices may be started with."""
    return {state for _, state in _states(session, hold)} <= set(STARTABLE)


def broken(session: Session, hold: Hold) -> list[str]:
    """Those of its devices that nobody can hold any more."""
    return [device for device, state in _states(session, hold) if not state.holds]


# -- private --------------------------------------------------------------------------------------


def _states(session: Session, hold: Hold) -> list[tuple[str, DeviceState]]:
    """What each device is good for now; one that nobody knows is gone."""
    rows = session.exec(select(GpuDevice.uuid, GpuDevice.state).where(col(GpuDevice.uuid).in_(hold.devices)))
    known = dict(rows.all())
    return [(device, known.get(device, DeviceState.GONE)) for device in hold.devices]
