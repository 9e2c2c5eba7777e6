"""What owners hold now, under the names of `terms.Usage`. Counted from rows whenever somebody asks: no counter can drift."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from spaces.lifecycle import BuildStatus, InstanceStatus, Intent
from spaces.models import Build, Flavor, Instance, Space
from spaces.models.types import now
from spaces.quotas import ledger, periods, storage
from spaces.quotas.ledger import Spent
from spaces.quotas.terms import Usage

AWAKE = tuple(status for status in InstanceStatus if status.alive)
"""Instances in these hold memory on the engine."""
WORKING = tuple(status for status in AWAKE if status != InstanceStatus.FROZEN)
"""A frozen one gives way to another of its owner's, and does not stand in the way of a start."""


@dataclass(frozen=True)
class Running:
    """A Space with an instance, and what its hardware comes to. However many instances a redeploy has, it counts once."""

    space_id: int
    owner_id: int
    cpus: float
    memory: float
    frozen: bool
    active_at: dt.datetime
    """Its last visit."""


def of(session: Session, owner_id: int, moment: dt.datetime | None = None) -> Usage:
    """What one owner holds, its storage included."""
    return by_owner(session, [owner_id], moment, stored=True)[owner_id]


def by_owner(
    session: Session, owner_ids: Iterable[int], moment: dt.datetime | None = None, stored: bool = False
) -> dict[int, Usage]:
    """The same for many. `stored`: what their files take, too, which means looking at the disk."""
    wanted, moment = list(owner_ids), moment or now()
    gpus, spent = ledger.held_gpus(session, wanted), ledger.spent(session, wanted, moment)
    spaces: dict[int, list[Running]] = defaultdict(list)
    for space in running(session, wanted):
        spaces[space.owner_id].append(space)
    building = _builds(session, wanted, col(Build.status) == BuildStatus.RUNNING)
    built = _builds(session, wanted, col(Build.started_at) >= periods.start_of(periods.day_of(moment)))
    return {
        owner_id: Usage(
            gpus=gpus.get(owner_id, 0.0),
            gpu_seconds_per_day=spent.get(owner_id, Spent()).day,
            gpu_seconds_per_month=spent.get(owner_id, Spent()).month,
            cpus=sum(space.cpus for space in spaces[owner_id]),
            memory=sum(space.memory for space in spaces[owner_id]),
            running_spaces=len(spaces[owner_id]),
            storage=storage.mebibytes(session, owner_id) if stored else 0.0,
            builds=building.get(owner_id, 0),
            builds_per_day=built.get(owner_id, 0),
        )
        for owner_id in wanted
    }


def running(session: Session, owner_ids: Iterable[int] | None = None) -> list[Running]:
    """Spaces that have an instance, of those owners or of all."""
    rows = (
        select(Space, Flavor, Instance.status)
        .join(Instance, col(Instance.space_id) == Space.id)
        .join(Flavor, col(Flavor.name) == Space.hardware, isouter=True)
        .where(col(Instance.status).in_(AWAKE), Space.intent != Intent.GONE)
    )
    if owner_ids is not None:
        rows = rows.where(col(Space.owner_id).in_(list(owner_ids)))
    found: dict[int, Running] = {}
    for space, flavor, status in session.exec(rows):
        number = space.id or 0
        before = found.get(number)
        frozen = status not in WORKING and (before is None or before.frozen)
        cpus, memory = (flavor.cpus, flavor.memory) if flavor else (0.0, 0.0)
        found[number] = Running(number, space.owner_id, cpus, memory, frozen, space.active_at)
    return list(found.values())


# -- private --------------------------------------------------------------------------------------


def _builds(session: Session, owner_ids: list[int], which: object) -> dict[int, int]:
    counts = (
        select(Space.owner_id, func.count())
        .select_from(Build)
        .join(Space, col(Space.id) == Build.space_id)
        .where(col(Space.owner_id).in_(owner_ids), which)  # type: ignore[arg-type]
        .group_by(col(Space.owner_id))
    )
    return dict(session.exec(counts).all())
