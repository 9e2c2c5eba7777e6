"""Visits, visitors and what a Space used, by the hour.

Whoever counts says what came; here it is added up, forgotten when it is old, and read again for a page. No address is kept: a
visitor is a digest of address and browser that holds for one Space and one day, and that too goes when the day is over.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col, delete, func, select

from spaces import db
from spaces.lifecycle import Stage
from spaces.models import Event, SpaceHour, SpaceVisitor
from spaces.models.types import now
from spaces.settings import get_settings

MOST_VISITORS = 50_000
"""Of one Space on one day; later ones are visits and no visitors."""
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
_WAKES = 5000
_RESTING = (Stage.SLEEPING, Stage.STOPPED)
_COUNTED = ("visits", "visitors", "awake_seconds", "cpu_seconds", "gpu_seconds")


@dataclass(frozen=True)
class Wake:
    """A start that a visit asked for. `seconds` until it answered; None: it never did."""

    at: dt.datetime
    seconds: float | None


@dataclass(frozen=True)
class Slot:
    """A span of a chart."""

    at: dt.datetime
    used: SpaceHour
    wakes: tuple[Wake, ...] = ()


def add(session: Session, space_id: int, at: dt.datetime, memory: int = 0, **more: float) -> None:
    """Adds to the hour of `at`; `memory` is the most that was seen."""
    hour = at.replace(minute=0, second=0, microsecond=0)
    nothing = dict.fromkeys(_COUNTED, 0)
    db.insert_missing(session, SpaceHour, space_id=space_id, hour=hour, memory=0, **nothing)
    values = {name: getattr(SpaceHour, name) + amount for name, amount in more.items()}
    own = (col(SpaceHour.space_id) == space_id, col(SpaceHour.hour) == hour)
    session.execute(update(SpaceHour).where(*own).values(**values))
    if memory:
        session.execute(update(SpaceHour).where(*own, col(SpaceHour.memory) < memory).values(memory=memory))


def add_visit(session: Session, space_id: int, at: dt.datetime, digest: str) -> None:
    """Somebody came, for the first time on this day or again."""
    day = at.date().isoformat()
    first = session.get(SpaceVisitor, (space_id, day, digest)) is None
    if first:
        today = (
            select(func.count())
            .select_from(SpaceVisitor)
            .where(SpaceVisitor.space_id == space_id, SpaceVisitor.day == day)
        )
        first = session.exec(today).one() < MOST_VISITORS
    if first:
        db.insert_missing(session, SpaceVisitor, space_id=space_id, day=day, digest=digest)
    add(session, space_id, at, visits=1, visitors=int(first))


def digest_of(space_id: int, at: dt.datetime, address: str, agent: str) -> str:
    """What stands for a visitor of this Space on this day."""
    key = get_settings().secret("visitors-key").encode()
    text = f"{space_id}\n{at.date().isoformat()}\n{address}\n{agent}"
    return hmac.digest(key, text.encode(errors="replace"), hashlib.sha256).hex()[:20]


def forget_old(session: Session) -> None:
    """Yesterday's visitors, and hours older than they are kept."""
    moment = now()
    session.exec(delete(SpaceVisitor).where(col(SpaceVisitor.day) < moment.date().isoformat()))  # type: ignore[call-overload]
    kept = dt.timedelta(days=get_settings().analytics_days)
    session.exec(delete(SpaceHour).where(col(SpaceHour.hour) < moment - kept))  # type: ignore[call-overload]


def forget(session: Session, space_id: int) -> None:
    """All of a Space that is being removed."""
    for table in (SpaceVisitor, SpaceHour):
        session.exec(delete(table).where(col(table.space_id) == space_id))  # type: ignore[call-overload]


def slots(session: Session, space_id: int, since: dt.datetime, step: dt.timedelta, until: dt.datetime) -> list[Slot]:
    """Everything from `since` on, one slot a step, empty ones too."""
    hours = session.exec(select(SpaceHour).where(SpaceHour.space_id == space_id, col(SpaceHour.hour) >= since)).all()
    woken = wakes(session, space_id, since)
    found = []
    while since < until:
        after = since + step
        inside = [row for row in hours if since <= row.hour < after]
        begun = tuple(wake for wake in woken if since <= wake.at < after)
        found.append(Slot(since, _sum(space_id, since, inside), begun))
        since = after
    return found


def wakes(session: Session, space_id: int, since: dt.datetime) -> list[Wake]:
    """Starts out of sleep since then, by the Space's events."""
    own = select(Event).where(Event.space_id == space_id, col(Event.at) >= since).order_by(col(Event.id)).limit(_WAKES)
    return read_wakes([(event.at, event.was, event.now) for event in session.exec(own)])


def read_wakes(moves: Sequence[tuple[dt.datetime, Stage, Stage]]) -> list[Wake]:
    """Pure: from the moment it left its sleep until it first served."""
    found: list[Wake] = []
    begun: dt.datetime | None = None
    for at, was, became in moves:
        if was in _RESTING and became not in (*_RESTING, Stage.PAUSED, Stage.DELETING):
            begun = at
        if begun is None:
            continue
        if became in (Stage.RUNNING, Stage.RUNNING_BUILDING):
            found.append(Wake(begun, (at - begun).total_seconds()))
        elif became == Stage.APP_STARTING or became == Stage.BUILDING:
            continue
        else:
            found.append(Wake(begun, None))
        begun = None
    return found


def total(found: Sequence[Slot]) -> Mapping[str, float]:
    """Sums of all slots; of memory the most."""
    sums = {name: sum(getattr(slot.used, name) for slot in found) for name in _COUNTED}
    return sums | {"memory": max((slot.used.memory for slot in found), default=0)}


def median(values: Sequence[float]) -> float | None:
    """The one in the middle; None of none."""
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else None


# -- private


def _sum(space_id: int, at: dt.datetime, rows: Sequence[SpaceHour]) -> SpaceHour:
    sums = {name: sum(getattr(row, name) for row in rows) for name in _COUNTED}
    return SpaceHour(space_id=space_id, hour=at, memory=max((row.memory for row in rows), default=0), **sums)
