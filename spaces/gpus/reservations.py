"""Holds: which instance has which devices. Every function works in the caller's transaction.

A hold is given to an instance before its start and ends when that instance is known not to run. Its token is a fence: a
start that was thought dead finds its token gone, and must neither launch nor go on with what it launched.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from spaces.errors import Busy
from spaces.models import Reservation, Space
from spaces.models.types import now

Slot = tuple[str, int]
"""A device's UUID, and which of its slots."""


class Taken(Busy):
    """Another was quicker: the database refused a second holder of a slot."""

    code = "gpu_taken"


@dataclass(frozen=True)
class Hold:
    """What one grant gave: devices of one instance."""

    token: str
    slots: tuple[Slot, ...]
    space_id: int
    owner_id: int
    flavor: str
    instance: str
    since: dt.datetime
    used_since: dt.datetime | None = None
    idle_since: dt.datetime | None = None
    warned_at: dt.datetime | None = None

    @property
    def devices(self) -> tuple[str, ...]:
        """UUIDs, as the engine is told."""
        return tuple(device for device, _ in self.slots)


def take(session: Session, space: Space, instance: str, slots: Sequence[Slot]) -> Hold:
    """Gives the slots to the instance that `instance` names. Raises Taken, with nothing written, where one is held."""
    token, moment = new_token(), now()
    rows = [
        Reservation(
            device=device,
            slot=slot,
            space_id=space.id or 0,
            owner_id=space.owner_id,
            flavor=space.hardware,
            instance=instance,
            token=token,
            since=moment,
        )
        for device, slot in slots
    ]
    try:
        with session.begin_nested():
            session.add_all(rows)
    except IntegrityError as error:
        raise Taken("The GPU was given to another a moment ago.", hint="It is asked for again.") from error
    return _hold(rows)


def every(session: Session) -> list[Hold]:
    """All holds there are."""
    return _holds(session.exec(select(Reservation)))


def of_space(session: Session, space_id: int | None) -> list[Hold]:
    """What the instances of a Space hold: two holds during a redeploy without a gap, else one at most."""
    return _holds(session.exec(select(Reservation).where(Reservation.space_id == space_id)))


def of_instance(session: Session, instance: str) -> Hold | None:
    """What the instance may be started with."""
    found = _holds(session.exec(select(Reservation).where(Reservation.instance == instance)))
    return found[0] if found else None


def stands(session: Session, hold: Hold) -> bool:
    """The hold is still in force, whole, and this instance's."""
    found = of_instance(session, hold.instance)
    return found is not None and (found.token, set(found.slots)) == (hold.token, set(hold.slots))


def pass_on(session: Session, hold: Hold, instance: str) -> Hold:
    """The same devices for another instance of the Space, under a new token: the one before must not use them again."""
    changes = {"instance": instance, "token": new_token(), "used_since": None, "idle_since": None, "warned_at": None}
    note(session, hold, **changes)
    found = of_instance(session, instance)
    assert found is not None
    return found


def new_token() -> str:
    """A fence that was never there before."""
    return secrets.token_hex(8)


def note(session: Session, hold: Hold, **values: object) -> None:
    """Writes something down on all rows of the hold."""
    session.execute(update(Reservation).where(col(Reservation.token) == hold.token).values(**values))
    session.expire_all()


def free(session: Session, hold: Hold) -> None:
    """Ends the hold: whoever comes next may have its devices."""
    for row in session.exec(select(Reservation).where(Reservation.token == hold.token)):
        session.delete(row)
    session.flush()


# -- private --------------------------------------------------------------------------------------


def _holds(rows: Iterable[Reservation]) -> list[Hold]:
    ordered = sorted(rows, key=lambda row: (row.token, row.id or 0))
    return [_hold(list(group)) for _, group in groupby(ordered, key=lambda row: row.token)]


def _hold(rows: Sequence[Reservation]) -> Hold:
    first = rows[0]
    return Hold(
        token=first.token,
        slots=tuple((row.device, row.slot) for row in rows),
        space_id=first.space_id,
        owner_id=first.owner_id,
        flavor=first.flavor,
        instance=first.instance,
        since=first.since,
        used_since=first.used_since,
        idle_since=first.idle_since,
        warned_at=first.warned_at,
    )
