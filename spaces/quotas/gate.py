"""Where a quota stands in the way: of a start, and of a build. What runs already is never stopped here.

A start is asked about in the transaction that writes it down, so that two at once cannot both have the last place.
"""

from __future__ import annotations

from sqlmodel import Session

from spaces.gpus.fleet import GPU, part
from spaces.lifecycle import Reason
from spaces.models import Flavor, Owner, Space
from spaces.quotas import book, budget, usage
from spaces.quotas.refusals import refuse, told
from spaces.quotas.terms import BY_KEY, UNLIMITED

BUILD_CODE = "build_quota"
"""Of the reason why a build waits."""


def check_start(session: Session, space: Space) -> None:
    """Raises QuotaExceeded where the Space may not start, or wake, on its hardware now. One that has an instance has its place
    already: a redeploy takes no second one, also where the quota was lowered meanwhile. Frozen neighbours give way."""
    flavor = session.get(Flavor, space.hardware)
    if flavor and not _runs(session, space):
        _check(session, space, flavor)


def check_hardware(session: Session, space: Space, flavor: Flavor) -> None:
    """The same before a Space that runs is moved to another flavor."""
    if flavor.name != space.hardware and _runs(session, space):
        _check(session, space, flavor)


def hold_back(session: Session, space: Space) -> Reason | None:
    """Why a build of the Space has to wait; None: it may begin. Nothing is refused: what was pushed is built in its time."""
    limits = book.limits_of(session, space.owner_id)
    if limits.builds == UNLIMITED and limits.builds_per_day == UNLIMITED:
        return None
    owner = session.get_one(Owner, space.owner_id, with_for_update=True)
    held = usage.by_owner(session, [space.owner_id])[space.owner_id]
    for key, what in (("builds_per_day", "It begins after 00:00 UTC."), ("builds", "It begins when another ends.")):
        used, limit = getattr(held, key), getattr(limits, key)
        if used >= limit:
            term = BY_KEY[key]
            message = f"The build waits for room in {owner.name}'s quota: {term.what}, {told(used, limit, term)}."
            return Reason(code=BUILD_CODE, message=message, hint=f"{what} Or ask an admin for more.")
    return None


# -- private --------------------------------------------------------------------------------------

_DUST = 1e-9
_HINT = "Put another Space to sleep or pause it, choose smaller hardware, or ask an admin for more."


def _runs(session: Session, space: Space) -> bool:
    return any(other.space_id == space.id for other in usage.running(session, [space.owner_id]))


def _check(session: Session, space: Space, flavor: Flavor) -> None:
    limits = book.limits_of(session, space.owner_id)
    # Of two starts at once the second sees the first.
    owner = session.get_one(Owner, space.owner_id, with_for_update=True)
    gpus = flavor.gpus * part(flavor.mig_profile, flavor.gpu_slots) / GPU
    if gpus:
        if gpus > limits.gpus:
            refuse(
                owner.name, BY_KEY["gpus"], 0, limits.gpus, gpus, "Choose smaller hardware, or ask an admin for more."
            )
        budget.check(session, space.owner_id)
    if all(limit == UNLIMITED for limit in (limits.running_spaces, limits.cpus, limits.memory)):
        return
    others = [
        other for other in usage.running(session, [space.owner_id]) if other.space_id != space.id and not other.frozen
    ]
    for key, used, more in (
        ("running_spaces", len(others), 1),
        ("cpus", sum(other.cpus for other in others), flavor.cpus),
        ("memory", sum(other.memory for other in others), flavor.memory),
    ):
        limit = getattr(limits, key)
        if used + more > limit + _DUST:
            refuse(owner.name, BY_KEY[key], used, limit, more, _HINT)
