"""GPU time: reserved by a hold, settled when it ends, given back where it gave nobody anything.

Only seconds count in which an instance ran with the device: waiting in the queue and starts that fail are free. The hold
itself (`spaces.gpus.reservations`) is what is reserved, and counts up to now while it is open; its end is written into an
append-only table, split by UTC days, so that a day's or a month's sum is a sum of rows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlmodel import Session, col, func, select

from spaces import db
from spaces.gpus.fleet import GPU, part
from spaces.models import GpuDevice, GpuUse, Owner, Reservation, Space
from spaces.models.types import now
from spaces.quotas import periods

REMEMBERED_HALF_LIVES = 8
"""What is older is less than a two-hundredth of itself, and forgotten."""


class Held(Protocol):
    """What `spaces.gpus.reservations.Hold` has of it."""

    @property
    def token(self) -> str: ...

    @property
    def slots(self) -> tuple[tuple[str, int], ...]: ...

    @property
    def space_id(self) -> int: ...

    @property
    def owner_id(self) -> int: ...

    @property
    def since(self) -> dt.datetime: ...

    @property
    def used_since(self) -> dt.datetime | None: ...


@dataclass(frozen=True)
class Spent:
    """GPU-seconds of the present day and month."""

    day: float = 0.0
    month: float = 0.0


def settle(session: Session, hold: Held, ended_at: dt.datetime | None = None, refund: str = "") -> float:
    """Writes down what a hold came to, in the transaction that ends it; returns its GPU-seconds. With `refund`, which says
    why, or where no instance ever ran with it, nothing is counted. Settling twice is settling once."""
    ended_at = ended_at or now()
    started_at = hold.used_since or hold.since
    if hold.used_since is None:
        refund = refund or "It never ran."
    parts = list(periods.split(started_at, ended_at)) if not refund else []
    if not parts:  # refunded, or shorter than nothing, since the clock was set back
        parts = [(periods.day_of(started_at), started_at, started_at)]
    who = _names(session, hold)
    total = 0.0
    for uuid, slot in hold.slots:
        device = session.get(GpuDevice, uuid)
        part_of = _share(device)
        for day, start, end in parts:
            seconds = (end - start).total_seconds() * part_of
            total += seconds
            db.insert_missing(
                session,
                GpuUse,
                token=hold.token,
                device=uuid,
                slot=slot,
                model=device.model if device else "",
                share=part_of,
                day=day,
                started_at=start,
                ended_at=end,
                seconds=seconds,
                middle=periods.middle(start, end),
                refunded=refund,
                written_at=now(),
                **who,
            )
    return total


def spent(
    session: Session, owner_ids: Iterable[int] | None = None, moment: dt.datetime | None = None
) -> dict[int, Spent]:
    """What those owners, or all who used any, have used in the present day and month; open holds count up to now."""
    moment = moment or now()
    today = periods.day_of(moment)
    found = {}
    for owner_id, days in by_day(session, owner_ids, periods.first_of_month(moment), moment).items():
        # A day of the future, which a clock set wrongly has written, belongs to its own period.
        found[owner_id] = Spent(days.get(today, 0.0), sum(used for day, used in days.items() if day <= today))
    return found


def by_day(
    session: Session,
    owner_ids: Iterable[int] | None = None,
    since: dt.date | None = None,
    moment: dt.datetime | None = None,
) -> dict[int, dict[dt.date, float]]:
    """GPU-seconds by owner and UTC day; open holds count up to `moment`, which is now."""
    moment = moment or now()
    wanted = None if owner_ids is None else list(owner_ids)
    sums = select(GpuUse.owner_id, GpuUse.day, func.sum(GpuUse.seconds)).group_by(col(GpuUse.owner_id), col(GpuUse.day))
    if since is not None:
        sums = sums.where(col(GpuUse.day) >= since)
    if wanted is not None:
        sums = sums.where(col(GpuUse.owner_id).in_(wanted))
    found: dict[int, dict[dt.date, float]] = defaultdict(lambda: defaultdict(float))
    for owner_id, day, seconds in session.exec(sums):
        found[owner_id][day] += seconds
    for row, device in _open(session, wanted):
        assert row.used_since is not None
        for day, start, end in periods.split(row.used_since, moment):
            if since is None or day >= since:
                found[row.owner_id][day] += (end - start).total_seconds() * _share(device)
    return {owner_id: dict(days) for owner_id, days in found.items()}


def decayed(
    session: Session, half_life: float, owner_ids: Iterable[int] | None = None, moment: dt.datetime | None = None
) -> dict[int, float]:
    """GPU-seconds of those owners, or of all, older ones counting less: half for every `half_life` seconds. Who has less
    comes first. A day's closed holds count as if they had all been around their common middle, which is true to a few
    hundredths for half-lives of a day or more."""
    moment = moment or now()
    wanted = None if owner_ids is None else list(owner_ids)
    since = periods.day_of(moment - dt.timedelta(seconds=REMEMBERED_HALF_LIVES * half_life))
    weight = func.sum(GpuUse.seconds * GpuUse.middle)
    sums = (
        select(GpuUse.owner_id, func.sum(GpuUse.seconds), weight)
        .where(col(GpuUse.day) >= since, col(GpuUse.seconds) > 0)
        .group_by(col(GpuUse.owner_id), col(GpuUse.day))
    )
    if wanted is not None:
        sums = sums.where(col(GpuUse.owner_id).in_(wanted))
    used: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for owner_id, seconds, weighed in session.exec(sums):
        used[owner_id].append((seconds, weighed / seconds))
    for row, device in _open(session, wanted):
        assert row.used_since is not None
        for _, start, end in periods.split(row.used_since, moment):
            used[row.owner_id].append(((end - start).total_seconds() * _share(device), periods.middle(start, end)))
    return {owner_id: periods.decayed(parts, moment, half_life) for owner_id, parts in used.items()}


def held_gpus(session: Session, owner_ids: Iterable[int] | None = None) -> dict[int, float]:
    """GPUs that each of those owners holds now, running or about to."""
    rows = select(Reservation, GpuDevice).join(GpuDevice, col(GpuDevice.uuid) == Reservation.device, isouter=True)
    if owner_ids is not None:
        rows = rows.where(col(Reservation.owner_id).in_(list(owner_ids)))
    found: dict[int, float] = defaultdict(float)
    for row, device in session.exec(rows):
        found[row.owner_id] += _share(device)
    return dict(found)


# -- private --------------------------------------------------------------------------------------


def _open(session: Session, owner_ids: Sequence[int] | None) -> Sequence[tuple[Reservation, GpuDevice | None]]:
    rows = (
        select(Reservation, GpuDevice)
        .join(GpuDevice, col(GpuDevice.uuid) == Reservation.device, isouter=True)
        .where(col(Reservation.used_since).is_not(None))
    )
    if owner_ids is not None:
        rows = rows.where(col(Reservation.owner_id).in_(owner_ids))
    return session.exec(rows).all()


def _share(device: GpuDevice | None) -> float:
    """A device that the inventory does not know counts as a whole one."""
    return part(device.mig_profile, device.slots) / GPU if device else 1.0


def _names(session: Session, hold: Held) -> Mapping[str, object]:
    owner, space = session.get(Owner, hold.owner_id), session.get(Space, hold.space_id)
    name = owner.name if owner else ""
    return {
        "owner_id": hold.owner_id,
        "owner": name,
        "space_id": hold.space_id,
        "space": f"{name}/{space.name}" if space else name,
    }
