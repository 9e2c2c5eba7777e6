"""The devices in the ledger: what a source tells at each look, and what admins order, become rows; rows become a fleet.

Every move of a device is made here, and stands in the audit log.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from sqlmodel import Session, col, select

from spaces import audit, db, doorbell
from spaces.access import Actor
from spaces.errors import Conflict, Invalid, NotFound
from spaces.gpus.devices import DeviceState, Health, Order, Standing, move
from spaces.gpus.fleet import Device
from spaces.gpus.source import Look, Seen, Source, SourceSilent
from spaces.lifecycle import Reason
from spaces.models import GpuDevice, Reservation
from spaces.models.types import now

MOST_SLOTS = 64
SILENCE = 60
"""Seconds that a driver may say nothing before its devices count as failed."""
DRAIN = 3600
"""Seconds until the busy holders of a draining device go too, where an admin names no other time."""


def devices(session: Session) -> Sequence[GpuDevice]:
    """Every device ever seen and not forgotten, in the driver's order."""
    return session.exec(select(GpuDevice).order_by(col(GpuDevice.index), col(GpuDevice.uuid))).all()


def fleet(session: Session) -> list[Device]:
    """What the scheduler decides about: each device that is there, well or not."""
    return [device(row) for row in devices(session) if row.state != DeviceState.GONE]


def device(row: GpuDevice) -> Device:
    """As the scheduler sees it."""
    return Device(row.uuid, row.model, row.memory, row.mig_profile, row.parent, row.slots, row.state.open)


def find(session: Session, name: str) -> GpuDevice:
    """The device with that UUID, or with the only UUID that begins so. Raises NotFound, and Invalid where several do."""
    found = [row for row in devices(session) if row.uuid == name] or [
        row for row in devices(session) if name and row.uuid.startswith(name)
    ]
    if not found:
        raise NotFound("There is no such GPU.", hint="`demodock admin gpu list` tells of all.", code="no_gpu")
    if len(found) > 1:
        raise Invalid(f"{len(found)} GPUs begin with {name[:60]}.", hint="Write more of the UUID.")
    return found[0]


def sync(source: Source) -> bool:
    """One look, written down. True where a device came, went, failed or came back."""
    try:
        look: Look | SourceSilent = source.look()
    except SourceSilent as error:
        look = error
    with db.writing() as session:
        if isinstance(look, SourceSilent):
            return _bear(session, look)
        return _note(session, look, source.simulated)


def summary(rows: Sequence[GpuDevice]) -> str:
    """`4 x A100, 2 x T4`; what is broken or gone is left out."""
    kinds = Counter(f"{row.model} {row.mig_profile or ''}".strip() for row in rows if row.state.holds)
    told = ", ".join(f"{count} x {kind}" for kind, count in kinds.items())
    return f"{told}, simulated" if told and any(row.simulated for row in rows) else told


def order(
    session: Session, row: GpuDevice, word: Order, actor: Actor | str, why: str = "", within: int = DRAIN
) -> None:
    """An admin's word: READY, CORDONED (no new holder), or DRAINING (holders go, those in use after `within` seconds)."""
    name = actor if isinstance(actor, str) else actor.name
    reason = Reason(code=f"gpu_{word}", message=why[:500] or f"{word.capitalize()} by {name}.", actor=name)
    row.drain_until = now() + dt.timedelta(seconds=max(within, 0)) if word == Order.DRAINING else None
    _step(session, row, word, None if word == Order.READY else reason, actor)
    doorbell.ring_after(session, None)


def cut(session: Session, row: GpuDevice, slots: int, actor: Actor) -> None:
    """Divides the device among `slots` holders at a time, who are not kept from each other in any way; 1: one has it alone.
    Raises Conflict while somebody holds it."""
    if not 1 <= slots <= MOST_SLOTS:
        raise Invalid(f"A GPU has 1 to {MOST_SLOTS} slots.")
    _refuse_held(session, row, "Drain it first.")
    before, row.slots = _told(row), slots
    session.add(row)
    audit.record(session, actor, "gpu.cut", ("gpu", row.uuid), before, _told(row))
    doorbell.ring_after(session, None)


def forget(session: Session, row: GpuDevice, actor: Actor) -> None:
    """Strikes a device that is gone from the list. Raises Conflict where it is not, or somebody still holds it."""
    if row.state != DeviceState.GONE:
        raise Conflict("Only a GPU that is gone can be forgotten.", hint="Cordon it to keep Spaces away.")
    _refuse_held(session, row, "It is released in a moment: try again.")
    audit.record(session, actor, "gpu.forget", ("gpu", row.uuid), _told(row), None)
    session.delete(row)


# -- private --------------------------------------------------------------------------------------


def _note(session: Session, look: Look, simulated: bool) -> bool:
    known, changed = {row.uuid: row for row in devices(session)}, False
    for seen in look.devices:
        row = known.pop(seen.uuid, None)
        was = row.state if row else None
        row = _update(row or GpuDevice(uuid=seen.uuid, **_nature(seen), simulated=simulated), seen)
        session.add(row)
        _hear(session, row, seen)
        if was is None:
            audit.record(session, audit.PLATFORM, "gpu.found", ("gpu", row.uuid), None, _told(row))
        changed |= row.state != was
    for row in known.values():
        if row.state != DeviceState.GONE:
            reason = Reason(code="gpu_gone", message=look.obstacle or "The driver does not tell of it any more.")
            _step(session, row, Health.MISSING, reason)
            changed = True
    return changed


def _bear(session: Session, silence: SourceSilent) -> bool:
    """A driver that says nothing for a moment changes nothing: who holds a device keeps it. One that stays silent has failed."""
    late = now() - dt.timedelta(seconds=SILENCE)
    lost = [row for row in devices(session) if row.state.holds and row.seen_at < late]
    for row in lost:
        _step(session, row, Health.FAILED, Reason(code="gpu_failed", message=silence.message, hint=silence.hint))
    return bool(lost)


def _nature(seen: Seen) -> dict[str, object]:
    """What hardly ever changes about a device. One that has failed may not know its memory any more."""
    kept = {"index": seen.index, "model": seen.model, "product": seen.product}
    return kept | {"mig_profile": seen.mig_profile, "parent": seen.parent, "memory": seen.memory}


def _update(row: GpuDevice, seen: Seen) -> GpuDevice:
    memory = seen.memory or row.memory
    row.sqlmodel_update(_nature(seen) | {"memory": memory, "used_memory": seen.used_memory, "busy": seen.busy})
    row.seen_at = now()
    return row


def _hear(session: Session, row: GpuDevice, seen: Seen) -> None:
    """The driver's word. What fails for a moment and looks well the next is kept back until an admin has looked at it."""
    if not seen.failure:
        if not row.state.holds:
            _step(session, row, Health.WELL, _standing_reason(row))
        return
    reason = Reason(code="gpu_failed", message=seen.failure)
    if seen.once and row.order == Order.READY:
        _step(session, row, Order.CORDONED, reason)
    _step(session, row, Health.FAILED, reason)


def _standing_reason(row: GpuDevice) -> Reason | None:
    """Why a device that is well again is not used: what it failed of, where that is why."""
    if row.order == Order.READY:
        return None
    why = row.reason.message if row.reason else ""
    hint = f"Look at it, then: demodock admin gpu ready {row.uuid}"
    return Reason(code=f"gpu_{row.order}", message=f"{row.order.capitalize()}. {why}".strip(), hint=hint)


def _step(
    session: Session, row: GpuDevice, word: Order | Health, reason: Reason | None, actor: Actor | str = audit.PLATFORM
) -> None:
    was, before = Standing(row.state, row.order), _told(row)
    stands = move(was, word)
    if stands == was:
        return
    row.reason = reason if stands.state != was.state else row.reason
    if stands.state != was.state:
        row.since = now()
    row.state, row.order = stands
    session.add(row)
    verb = word if isinstance(word, Order) else {Health.MISSING: "gone", Health.WELL: "back"}.get(word, "failed")
    audit.record(session, actor, f"gpu.{verb}", ("gpu", row.uuid), before, _told(row))


def _told(row: GpuDevice) -> dict[str, object]:
    reason = row.reason.message if row.reason else None
    kind = {"model": row.model, "mig_profile": row.mig_profile, "slots": row.slots}
    return kind | {"state": row.state, "order": row.order, "reason": reason}


def _refuse_held(session: Session, row: GpuDevice, hint: str) -> None:
    if session.exec(select(Reservation.id).where(Reservation.device == row.uuid)).first():
        raise Conflict("Somebody holds this GPU.", hint=hint, code="gpu_held")
