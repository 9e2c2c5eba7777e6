"""What quotas want of that which runs: frozen Spaces give way, and Spaces on GPUs sleep once their owner's GPU time is used up.

Nobody is stopped unsaid: GPU time that is used up is told first, and what is lowered below use keeps what runs.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlmodel import Session, select

from spaces import audit, db, moves
from spaces.gpus import reservations
from spaces.lifecycle import Intent, Reason
from spaces.models import AuditEntry, Quota, Space
from spaces.models.types import now
from spaces.quotas import book, budget, usage
from spaces.quotas.budget import UsedUp
from spaces.quotas.terms import Limits
from spaces.quotas.usage import Running
from spaces.settings import Settings

GAVE_WAY = Reason(
    code="quota",
    message="It was frozen, and another Space of its owner needed its place in the quota.",
    hint="The next visit wakes it, as soon as there is room.",
)

WARN = "quota.warn"
"""In the audit log: when the people of a Space were told is read there."""


def tick(settings: Settings) -> None:
    """One look at all who have a quota; nothing where nobody has."""
    with db.reading() as session:
        if session.exec(select(Quota.owner_id)).first() is None:
            return
    with db.writing() as session:
        make_room(session)
        end_budgets(session, dt.timedelta(seconds=settings.gpu_grace))


def make_room(session: Session) -> None:
    """Puts frozen Spaces to sleep where their owner has more than it may run."""
    running = usage.running(session)
    limits = book.limits_by_owner(session, {space.owner_id for space in running})
    for owner_id, allowed in limits.items():
        for number in giving_way([space for space in running if space.owner_id == owner_id], allowed):
            space = session.get_one(Space, number)
            if space.intent == Intent.AWAKE:
                space.intent, space.reason = Intent.ASLEEP, GAVE_WAY
                session.add(space)


def giving_way(spaces: Sequence[Running], limits: Limits) -> list[int]:
    """Which of an owner's frozen Spaces sleep: those longest unused, as many as it takes and no more."""
    kept, given = list(spaces), []
    for frozen in sorted((space for space in spaces if space.frozen), key=lambda space: space.active_at):
        if _fit(kept, limits):
            break
        kept.remove(frozen)
        given.append(frozen.space_id)
    return given


def end_budgets(session: Session, grace: dt.timedelta) -> None:
    """Warns who runs on a GPU without time left, and puts them to sleep once they were warned for as long as `grace`."""
    holds = [hold for hold in reservations.every(session) if hold.used_since]
    ends = budget.used_up(session, {hold.owner_id for hold in holds}) if holds else {}
    for hold in holds:
        space = session.get(Space, hold.space_id)
        if hold.owner_id not in ends or space is None or space.intent != Intent.AWAKE:
            continue
        end, name = ends[hold.owner_id], moves.full_name(session, space)
        assert hold.used_since is not None
        warned = _warned(session, name, max(end.since, hold.used_since))
        if warned is None:
            moves.move(session, space, space.stage, space.phase, end.warning(now() + grace))
            audit.record(session, audit.PLATFORM, WARN, ("space", name), None, _told(end))
        elif now() - warned >= grace:
            space.intent, space.reason = Intent.ASLEEP, end.ending()
            session.add(space)
            audit.record(session, audit.PLATFORM, "quota.sleep", ("space", name), None, _told(end))


# -- private --------------------------------------------------------------------------------------


def _fit(spaces: Sequence[Running], limits: Limits) -> bool:
    return (
        len(spaces) <= limits.running_spaces
        and sum(space.cpus for space in spaces) <= limits.cpus
        and sum(space.memory for space in spaces) <= limits.memory
    )


def _warned(session: Session, space: str, since: dt.datetime) -> dt.datetime | None:
    """When its people were told, in this period and of this hold."""
    told = select(AuditEntry.at).where(
        AuditEntry.action == WARN, AuditEntry.kind == "space", AuditEntry.subject == space, AuditEntry.at >= since
    )
    return session.exec(told.order_by(AuditEntry.at)).first()  # type: ignore[arg-type]


def _told(end: UsedUp) -> dict[str, object]:
    return {"owner": end.owner, "term": end.term.wire, "used": round(end.used), "limit": round(end.limit)}
