"""Who has which GPU, looked at every few seconds and at every ring: gives what is free, asks back what was borrowed, takes
from who may not hold it any more.

Level-triggered like everything here: a start that died between its reservation and its launch, a Space deleted while it
waited, a device that broke, are found by looking at the rows, and never by having heard of it.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import structlog
from sqlmodel import Session, col, select

from proxy import sleeper
from spaces import audit, db, moves
from spaces.gpus import allocation, holding, queue, reasons, reservations
from spaces.gpus.decision import Decision, Reclaim, Spare, Warn
from spaces.gpus.devices import DeviceState
from spaces.gpus.reservations import Hold
from spaces.lifecycle import Intent, Phase, Reason
from spaces.models import Flavor, GpuDevice, GpuRequest, Instance, Lease, Owner, Reservation, Space
from spaces.models.types import now
from spaces.settings import Settings

log = structlog.get_logger()

UNCLAIMED_SECONDS = 30
"""So long a Space that is to run may leave what it was given unused: its start is about to happen."""
FORSAKEN_SECONDS = 900
"""A Space that nobody visits while it waits is not kept in line for less than this."""


@dataclass(frozen=True)
class Evict:
    """Stop an instance that may not hold its GPUs any more; its Space then asks for others."""

    space_id: int
    instance: str
    reason: Reason


class Steward:
    """Looks after holds and the queue. `busy()` tells the Spaces with a job under way; `submit` takes evictions."""

    def __init__(
        self, settings: Settings, busy: Callable[[], Collection[int]], submit: Callable[[Evict], None]
    ) -> None:
        self.settings, self.busy, self.submit = settings, busy, submit
        self._unclaimed: dict[str, float] = {}

    def tick(self) -> None:
        """One look at all holds and requests."""
        busy = self.busy()
        with db.reading() as session:
            if not any(session.exec(select(table)).first() for table in (Reservation, GpuRequest)):
                return
        with db.writing() as session:
            self._end_requests(session)
            self._end_holds(session, busy)
            self._follow(session, allocation.run(session))
            evictions = list(self._evictions(session))
        for eviction in evictions:
            self.submit(eviction)

    # -- private ----------------------------------------------------------------------------------

    def _end_requests(self, session: Session) -> None:
        """Whoever does not want to run any more, or needs no GPU, leaves the line."""
        for request in session.exec(select(GpuRequest)).all():
            space = session.get(Space, request.space_id)
            if space is None or space.intent != Intent.AWAKE or not allocation.needs_devices(session, space):
                queue.leave(session, request.space_id)
            elif self._forsaken(session, space, request):
                queue.leave(session, request.space_id)
                space.intent = Intent.ASLEEP
                space.reason = Reason(code="idle", message="Nobody waited for it any more; the next visit asks again.")
                session.add(space)
            else:
                queue.join(session, space)
                if space.phase in _STARTING and not _being_worked_on(session, request.space_id):
                    queue.wait(session, space)  # whoever began to start it died

    def _forsaken(self, session: Session, space: Space, request: GpuRequest) -> bool:
        _, sleep = sleeper.times(space, session.get(Flavor, space.hardware), self.settings)
        idle = (now() - max(space.active_at, request.asked_at)).total_seconds()
        return sleep >= 0 and idle > max(sleep, FORSAKEN_SECONDS) and space.next_revision_id is None

    def _end_holds(self, session: Session, busy: Collection[int]) -> None:
        """Nobody holds a GPU without an instance that runs or is about to."""
        unclaimed = {}
        for hold in reservations.every(session):
            if hold.space_id in busy or _being_worked_on(session, hold.space_id):
                continue
            space, moment = session.get(Space, hold.space_id), time.monotonic()
            if _alive(session, hold):
                if space and space.owner_id != hold.owner_id:
                    holding.follow_owner(session, hold, space.owner_id)
                continue
            begun = self._unclaimed.get(hold.token, moment)
            wanted = space is not None and space.intent == Intent.AWAKE
            if wanted and moment - begun < UNCLAIMED_SECONDS:
                unclaimed[hold.token] = begun
                continue
            log.warning("nobody uses a reservation: it is given back", space_id=hold.space_id, devices=hold.devices)
            holding.release(session, hold.instance)
            audit.record(session, audit.PLATFORM, "gpu.release", _subject(session, hold), _told(hold), None)
        self._unclaimed = unclaimed

    def _follow(self, session: Session, decision: Decision) -> None:
        """Does what the scheduler wants of those who hold something."""
        held = {hold.token: hold for hold in reservations.every(session)}
        for warning in decision.warnings:
            self._warn(session, held[warning.hold.id], warning)
        for reclaim in decision.reclaims:
            self._reclaim(session, held[reclaim.hold.id], reclaim)
        for spare in decision.spared:
            self._spare(session, held[spare.hold.id], spare)

    def _warn(self, session: Session, hold: Hold, warning: Warn) -> None:
        space, moment = session.get_one(Space, hold.space_id), now()
        reservations.note(session, hold, warned_at=moment)
        reason = reasons.asked_back(warning, _owner(session, warning.request.owner_id), moment.timestamp())
        moves.move(session, space, space.stage, space.phase, reason)
        after = _told(hold) | {"for": _space(session, warning.request.space_id)}
        after |= {"idle_at": _moment(warning.idle_at), "busy_at": _moment(warning.busy_at)}
        audit.record(session, audit.PLATFORM, "gpu.warn", _subject(session, hold), None, after)

    def _reclaim(self, session: Session, hold: Hold, reclaim: Reclaim) -> None:
        space = session.get_one(Space, hold.space_id)
        if space.intent != Intent.AWAKE:
            return
        space.intent = Intent.ASLEEP
        space.reason = reasons.taken_back(reclaim, _owner(session, reclaim.request.owner_id))
        session.add(space)
        after = {"for": _space(session, reclaim.request.space_id), "in_use": reclaim.busy}
        audit.record(session, audit.PLATFORM, "gpu.reclaim", _subject(session, hold), _told(hold), after)

    def _spare(self, session: Session, hold: Hold, _spare: Spare) -> None:
        space = session.get_one(Space, hold.space_id)
        reservations.note(session, hold, warned_at=None)
        if space.reason and space.reason.code == reasons.ASKED_BACK:
            moves.move(session, space, space.stage, space.phase)
        audit.record(session, audit.PLATFORM, "gpu.spare", _subject(session, hold), None, _told(hold))

    def _evictions(self, session: Session) -> Iterator[Evict]:
        """Holders of devices that broke go now, and those of devices that are drained when nobody uses them, or it is time."""
        for hold in reservations.every(session):
            rows = {
                row.uuid: row for row in session.exec(select(GpuDevice).where(col(GpuDevice.uuid).in_(hold.devices)))
            }
            for device in hold.devices:
                if reason := self._why_not(hold, device, rows.get(device)):
                    yield Evict(hold.space_id, hold.instance, reason)
                    break

    def _why_not(self, hold: Hold, device: str, row: GpuDevice | None) -> Reason | None:
        """Why the holder may not keep the device; None: it may."""
        if row is None or not row.state.holds:
            return reasons.failed(device, row.reason.message if row and row.reason else "")
        if row.state != DeviceState.DRAINING:
            return None
        moment = now()
        idle = hold.idle_since is not None and moment - hold.idle_since >= dt.timedelta(seconds=self.settings.gpu_idle)
        over = row.drain_until is not None and moment >= row.drain_until
        return reasons.drained(device) if idle or over else None


# -- private --------------------------------------------------------------------------------------

_STARTING = (Phase.STARTING, Phase.PROBING)


def _alive(session: Session, hold: Hold) -> bool:
    row = session.exec(select(Instance).where(Instance.name == hold.instance)).first()
    return row is not None and row.status.alive


def _being_worked_on(session: Session, space_id: int) -> bool:
    lease = session.get(Lease, f"space:{space_id}")
    return lease is not None and lease.until > now()


def _owner(session: Session, owner_id: int) -> str:
    owner = session.get(Owner, owner_id)
    return owner.name if owner else "Somebody"


def _space(session: Session, space_id: int) -> str:
    space = session.get(Space, space_id)
    return moves.full_name(session, space) if space else ""


def _subject(session: Session, hold: Hold) -> tuple[str, str]:
    return "space", _space(session, hold.space_id)


def _told(hold: Hold) -> dict[str, object]:
    return {"flavor": hold.flavor, "devices": list(hold.devices)}


def _moment(seconds: float) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.UTC).isoformat(timespec="seconds")
