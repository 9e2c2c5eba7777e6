"""From rows to the plain values that a decision about GPUs looks at."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from spaces.gpus import flavors, inventory, reservations
from spaces.gpus.board import Board
from spaces.gpus.fleet import Hold, Policy, Request, Share, Usage
from spaces.gpus.line import Line
from spaces.lifecycle import InstanceStatus, Intent
from spaces.models import Flavor, GpuRequest, GpuUse, Instance, Space
from spaces.quotas import book, budget, ledger
from spaces.settings import Settings

LATELY = 50
"""So many holds that ended last tell how long one usually lasts."""


@dataclass(frozen=True)
class Scene:
    """All there is to know at one moment. Holds go by their token, requests by their Space's number."""

    board: Board
    line: Line
    shares: dict[int, Share]
    usage: dict[int, Usage]
    typical: float | None
    """Seconds that devices were held of late."""


def gather(session: Session, policy: Policy, moment: dt.datetime) -> Scene:
    """Everything as the caller's transaction sees it."""
    board = Board(inventory.fleet(session), _holds(session))
    line = Line(_requests(session))
    owners = line.owners.keys() | board.owners.keys()
    return Scene(board, line, _shares(session, owners), _usage(session, policy, owners, moment), _typical(session))


def policy_of(settings: Settings) -> Policy:
    """The settings that a decision goes by."""
    return Policy(warn=settings.gpu_warn, grace=settings.gpu_grace, idle=settings.gpu_idle)


# -- private --------------------------------------------------------------------------------------


def _holds(session: Session) -> Iterator[Hold]:
    held = reservations.every(session)
    intents = dict(
        session.exec(select(Space.id, Space.intent).where(col(Space.id).in_({h.space_id for h in held}))).all()
    )
    leaving = select(Instance.name).where(Instance.status == InstanceStatus.DRAINING)
    leaves = set(session.exec(leaving))
    for hold in held:
        yield Hold(
            id=hold.token,
            space_id=hold.space_id,
            owner_id=hold.owner_id,
            slots=hold.slots,
            since=hold.since.timestamp(),
            idle_since=hold.idle_since.timestamp() if hold.idle_since else None,
            warned_at=hold.warned_at.timestamp() if hold.warned_at else None,
            ending=hold.instance in leaves or intents.get(hold.space_id) != Intent.AWAKE,
        )


def _requests(session: Session) -> Iterator[Request]:
    known = {flavor.name: flavors.need(flavor) for flavor in session.exec(select(Flavor)) if flavor.gpus}
    for row in session.exec(select(GpuRequest)):
        if row.flavor in known:
            number = row.space_id
            yield Request(str(number), number, row.owner_id, known[row.flavor], row.asked_at.timestamp())


def _shares(session: Session, owners: Collection[int]) -> dict[int, Share]:
    used_up = budget.used_up(session, owners)
    return {
        owner: Share(
            limits.guarantee,
            limits.weight,
            None if math.isinf(limits.gpus) else limits.gpus,
            f"{used_up[owner]}." if owner in used_up else None,
        )
        for owner, limits in book.limits_by_owner(session, owners).items()
    }


def _usage(session: Session, policy: Policy, owners: Collection[int], moment: dt.datetime) -> dict[int, Usage]:
    used = ledger.decayed(session, policy.half_life, owners, moment)
    return {owner: Usage(seconds, moment.timestamp()) for owner, seconds in used.items()}


def _typical(session: Session) -> float | None:
    ended = session.exec(
        select(GpuUse.started_at, GpuUse.ended_at)
        .where(GpuUse.refunded == "")
        .order_by(col(GpuUse.id).desc())
        .limit(LATELY)
    ).all()
    lasted = [(end - start).total_seconds() for start, end in ended]
    return sum(lasted) / len(lasted) if lasted else None
