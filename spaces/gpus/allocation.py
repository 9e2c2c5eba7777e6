"""Asking for devices and getting them: the scheduler's decisions as rows.

Whoever starts a Space asks here first, in the transaction that writes the start down: the gateway as well as the
controller, so that nobody waits for another's look where a device is free. Who gets nothing waits in the queue, and every
look at it (`run`) may give.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import Session, select

from spaces import audit, doorbell, names
from spaces.gpus import flavors, queue, reservations, scheduler
from spaces.gpus.decision import Decision, Grant, Waits
from spaces.gpus.fleet import GPU, Share
from spaces.gpus.holding import hand_on, release, startable
from spaces.gpus.places import places
from spaces.gpus.reservations import Hold, Taken
from spaces.gpus.scene import gather, policy_of
from spaces.models import Flavor, Instance, Space
from spaces.models.types import now
from spaces.moves import full_name
from spaces.settings import get_settings


def needs_devices(session: Session, space: Space) -> bool:
    """Its hardware has GPUs."""
    flavor = session.get(Flavor, space.hardware)
    return flavor is not None and flavor.gpus > 0


def ask(session: Session, space: Space, instance: str) -> Hold | None:
    """What the instance may be started with: what its Space holds and nobody runs with, else what is free now. None: the
    Space is in the queue."""
    hold = _kept(session, space, instance)
    if hold is None:
        queue.join(session, space)
        run(session, {space.id or 0: instance})
        return reservations.of_instance(session, instance)
    queue.leave(session, space.id)
    return hold


def elsewhere(session: Session, space: Space, instance: str) -> Hold | None:
    """What other instances of the Space have that would do for this one, which is then without a second device: one that
    goes already before the one that serves."""
    held = [hold for hold in reservations.of_space(session, space.id) if hold.instance != instance]
    fit = [hold for hold in held if hold.flavor == space.hardware and startable(session, hold)]
    request = queue.of(session, space.id)
    if not fit and request and request.waits == Waits.MAXIMUM and _room(session, space):
        fit = held  # other hardware, and its owner may not hold both at once
    return min(fit, key=lambda hold: hold.instance == _serving(session, space), default=None)


def makes_way(session: Session, space: Space) -> bool:
    """Were a new revision started now, it would take over the GPUs of the running one, and visitors would wait meanwhile."""
    flavor = session.get(Flavor, space.hardware)
    need = flavors.need(flavor) if flavor else None
    if need is None or elsewhere(session, space, "") is None:
        return False
    scene = gather(session, policy_of(get_settings()), now())
    share = scene.shares.get(space.owner_id, Share())
    over = share.maximum is not None and scene.board.held(space.owner_id) + need.cost > share.maximum * GPU
    return over or not _room(session, space)


def run(session: Session, starting: Mapping[int, str] | None = None) -> Decision:
    """Lets the scheduler decide on all there is, gives what is free, and tells those who wait where they stand. What the
    scheduler wants of holders is left to the caller. `starting`: names of instances whose start is under way."""
    moment, policy = now(), policy_of(get_settings())
    scene = gather(session, policy, moment)
    known = (moment.timestamp(), scene.board, scene.line, scene.shares, scene.usage, policy)
    decision = scheduler.decide(*known)
    for grant in decision.grants:
        _give(session, grant, (starting or {}).get(grant.request.space_id))
    queue.tell(session, scene, decision, places(*known, decision, scene.typical))
    return decision


# -- private --------------------------------------------------------------------------------------


def _kept(session: Session, space: Space, instance: str) -> Hold | None:
    """What the Space holds for this instance, or for one that does not run any more; what suits no longer is given back."""
    for hold in reservations.of_space(session, space.id):
        if hold.instance != instance and _alive(session, hold.instance):
            continue
        if hold.flavor == space.hardware and startable(session, hold):
            return hold if hold.instance == instance else hand_on(session, hold, instance)
        release(session, hold.instance)
    return None


def _alive(session: Session, instance: str) -> bool:
    row = session.exec(select(Instance).where(Instance.name == instance)).first()
    return row is not None and row.status.alive


def _serving(session: Session, space: Space) -> str | None:
    row = session.get(Instance, space.instance_id) if space.instance_id else None
    return row.name if row else None


def _room(session: Session, space: Space) -> bool:
    """What its hardware needs is free."""
    flavor = session.get(Flavor, space.hardware)
    need = flavors.need(flavor) if flavor else None
    board = gather(session, policy_of(get_settings()), now()).board
    return need is not None and any(len(kind.free) >= need.count for kind in board.kinds_for(need))


def _give(session: Session, grant: Grant, instance: str | None) -> None:
    space, request = session.get(Space, grant.request.space_id), queue.of(session, grant.request.space_id)
    name = instance or (_next_instance(space) if space else None)
    if space is None or request is None or name is None:
        return
    try:
        hold = reservations.take(session, space, name, grant.slots)
    except Taken:
        return  # on a database that lets two decide at once: the other was quicker, and it waits on
    queue.leave(session, space.id)
    told = {
        "flavor": hold.flavor,
        "devices": list(hold.devices),
        "borrowed": grant.borrowed,
        "waited": round((now() - request.asked_at).total_seconds(), 1),
    }
    audit.record(session, audit.PLATFORM, "gpu.grant", ("space", full_name(session, space)), None, told)
    if instance is None:
        doorbell.ring_after(session, space.id)


def _next_instance(space: Space) -> str | None:
    """Name of the instance that the Space starts next."""
    revision = space.next_revision_id or space.revision_id
    installation = get_settings().installation
    return names.instance_name(installation, space.id or 0, revision, space.generation) if revision else None
