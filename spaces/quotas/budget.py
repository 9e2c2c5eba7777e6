"""GPU time by the day and the month: who has used theirs up, and what becomes of what still runs then.

Nothing new starts on a GPU. What runs is warned, and sleeps after a grace, even if it is in use: a budget that a visitor
could stretch without end would be none. It wakes again when the period turns, or an admin gives more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session, col, select

from spaces.errors import QuotaExceeded
from spaces.lifecycle import Reason
from spaces.models import Owner
from spaces.models.types import now
from spaces.quotas import book, ledger, periods
from spaces.quotas.ledger import Spent
from spaces.quotas.refusals import told
from spaces.quotas.terms import BY_KEY, Limits, Term, spelled

CODE = "gpu_time"
"""Of the reasons that a Space is given."""
HINT = "Wait until then, choose hardware without a GPU, or ask an admin for more."


@dataclass(frozen=True)
class UsedUp:
    """A period's GPU time of which nothing is left."""

    owner: str
    term: Term
    used: float
    limit: float
    since: dt.datetime
    """When the period began."""
    until: dt.datetime
    """When it turns."""

    def __str__(self) -> str:
        told_limit = told(self.used, self.limit, self.term)
        return f"{self.owner}'s {self.term.what} is used up ({told_limit}) until {self.until:%Y-%m-%d %H:%M} UTC"

    def warning(self, sleeps_at: dt.datetime) -> Reason:
        """What the people of a running Space are told."""
        return Reason(code=CODE, message=f"{self}: it sleeps at {sleeps_at:%H:%M} UTC.", hint=HINT)

    def ending(self) -> Reason:
        """Why it sleeps."""
        return Reason(code=CODE, message=f"{self}. It sleeps, and wakes by a visit after that.", hint=HINT)


def used_up(session: Session, owner_ids: Iterable[int], moment: dt.datetime | None = None) -> dict[int, UsedUp]:
    """Those of the owners who have no GPU time left."""
    wanted, moment = sorted(set(owner_ids)), moment or now()
    limits = book.limits_by_owner(session, wanted)
    spent = ledger.spent(session, wanted, moment)
    found = {}
    for owner in session.exec(select(Owner).where(col(Owner.id).in_(wanted))):
        assert owner.id is not None
        if end := _of(owner.name, limits[owner.id], spent.get(owner.id, Spent()), moment):
            found[owner.id] = end
    return found


def check(session: Session, owner_id: int) -> None:
    """Raises QuotaExceeded where the owner has no GPU time left."""
    if end := used_up(session, [owner_id]).get(owner_id):
        numbers = {"limit": spelled(end.limit), "used": spelled(end.used)}
        raise QuotaExceeded(f"{end}.", hint=HINT, owner=end.owner, term=end.term.wire, **numbers)


# -- private --------------------------------------------------------------------------------------


def _of(owner: str, limits: Limits, spent: Spent, moment: dt.datetime) -> UsedUp | None:
    """The month comes first: it turns later."""
    if spent.month >= limits.gpu_seconds_per_month:
        since, until = periods.start_of(periods.first_of_month(moment)), periods.next_month(moment)
        term = BY_KEY["gpu_seconds_per_month"]
        return UsedUp(owner, term, spent.month, limits.gpu_seconds_per_month, since, until)
    if spent.day >= limits.gpu_seconds_per_day:
        since, until = periods.start_of(periods.day_of(moment)), periods.next_day(moment)
        return UsedUp(owner, BY_KEY["gpu_seconds_per_day"], spent.day, limits.gpu_seconds_per_day, since, until)
    return None
