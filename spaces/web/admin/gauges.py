"""What owners hold of what they may: a gauge a limit, and the GPU time of a month by day and by owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from spaces.models import GpuRequest, Owner, Quota
from spaces.models.types import now
from spaces.quotas import book, ledger, periods, usage
from spaces.quotas.terms import BY_KEY, TERMS, UNLIMITED, Limits, Term, Usage

DAYS = 30
"""Of the chart of GPU time."""
NEARLY = 0.8


@dataclass(frozen=True)
class Gauge:
    """One limit, and what is held of it."""

    term: Term
    limit: float
    used: float

    @property
    def limited(self) -> bool:
        return self.limit != UNLIMITED

    @property
    def share(self) -> float:
        """Of the limit, between 0 and 1."""
        if not self.limited:
            return 0.0
        return min(self.used / self.limit, 1.0) if self.limit else float(self.used > 0)

    @property
    def over(self) -> bool:
        return self.used > self.limit

    @property
    def tone(self) -> str:
        if not self.limited:
            return "still"
        return "bad" if self.over else "busy" if self.share >= NEARLY else "good"


@dataclass(frozen=True)
class Standing:
    """An owner, what is in force for it, and what it holds."""

    owner: Owner
    limits: Limits
    gauges: dict[str, Gauge]
    """By the term's key."""
    own: bool
    """It has a quota of its own."""
    waiting: int
    """Its Spaces in the queue for GPUs."""

    @property
    def over(self) -> bool:
        return any(gauge.over for gauge in self.gauges.values())


@dataclass(frozen=True)
class Spender:
    """Who used GPU time, and how much."""

    name: str
    seconds: float


def standings(session: Session, owners: Sequence[Owner], stored: bool = False) -> list[Standing]:
    """How those owners stand. `stored`: what their files take, too, which means looking at the disk."""
    numbers = [owner.id or 0 for owner in owners]
    limits, held = book.limits_by_owner(session, numbers), usage.by_owner(session, numbers, stored=stored)
    own, queue = _own(session, numbers), _waiting(session, numbers)
    return [
        Standing(
            owner,
            limits[number],
            gauges(limits[number], held[number], stored),
            number in own,
            queue.get(number, 0),
        )
        for owner, number in zip(owners, numbers, strict=True)
    ]


def gauges(limits: Limits, held: Usage, stored: bool = True) -> dict[str, Gauge]:
    """One for each limit; for storage only where it was counted."""
    return {
        term.key: Gauge(term, getattr(limits, term.key), getattr(held, term.key))
        for term in TERMS
        if term.limit and (stored or term is not BY_KEY["storage"])
    }


def days(session: Session, owner_ids: Iterable[int] | None = None) -> list[tuple[dt.date, float]]:
    """GPU-seconds of those owners, or of all, on each of the last days, the oldest first."""
    last = periods.day_of(now())
    first = last - (DAYS - 1) * periods.DAY
    sums = {first + number * periods.DAY: 0.0 for number in range(DAYS)}
    for used in ledger.by_day(session, owner_ids, first).values():
        for day, seconds in used.items():
            if day in sums:
                sums[day] += seconds
    return list(sums.items())


def spenders(session: Session, most: int) -> list[Spender]:
    """Who used most GPU time in this month. An owner that is there no more is left out."""
    spent = {number: one.month for number, one in ledger.spent(session).items() if one.month > 0}
    ranked = sorted(spent, key=lambda number: -spent[number])[:most]
    names = {owner.id: owner.name for owner in session.exec(select(Owner).where(col(Owner.id).in_(ranked)))}
    return [Spender(names[number], spent[number]) for number in ranked if number in names]


# -- private --------------------------------------------------------------------------------------


def _own(session: Session, numbers: list[int]) -> set[int]:
    return set(session.exec(select(Quota.owner_id).where(col(Quota.owner_id).in_(numbers))))


def _waiting(session: Session, numbers: list[int]) -> dict[int, int]:
    counts = (
        select(GpuRequest.owner_id, func.count())
        .where(col(GpuRequest.owner_id).in_(numbers))
        .group_by(col(GpuRequest.owner_id))
    )
    return dict(session.exec(counts).all())
