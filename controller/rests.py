"""Freezing, stopping, draining: what is done to instances nobody needs just now. The route always goes first, so that no
visitor is sent to an instance that is going away, and a visit that comes in between wins."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable

import structlog
from sqlmodel import Session, select

from controller.gpus import Evict
from controller.publish import Publisher
from proxy import fence
from proxy.sleeper import Freeze, Thaw
from proxy.starts import LeaseTaken, held
from spaces import audit, db, moves
from spaces.engines.base import Engine
from spaces.gpus import allocation, holding, queue, reasons
from spaces.lifecycle import InstanceStatus, Intent, Phase, Reason, Stage
from spaces.models import Instance, Space
from spaces.models.types import now
from spaces.quotas import budget
from spaces.reconcile import Drain, Forget, Mark, Stop
from spaces.settings import Settings

log = structlog.get_logger()

SETTLE_SECONDS = 2.5
"""What a request needs that was on its way when the route moved, and the activity sample that sees it."""

FIRM = ("asleep", reasons.GRACE_OVER, budget.CODE)
"""Reasons to sleep that somebody who uses the Space does not change."""
IDLE = Reason(code="idle", message="Nobody used it for a while; the next visit wakes it.")


class Rester:
    """Brings instances to rest. `active(instance_id)` tells whether somebody uses one right now."""

    def __init__(self, engine: Engine, settings: Settings, publisher: Publisher, active: Callable[[int], bool]) -> None:
        self.engine, self.settings, self.publisher, self.active = engine, settings, publisher, active

    def freeze(self, action: Freeze) -> None:
        """No CPU until the next visit; connections stay open."""
        with db.writing() as session:
            space, instance = session.get(Space, action.space_id), session.get(Instance, action.instance_id)
            if space is None or instance is None or instance.status != InstanceStatus.READY:
                return
            instance.status, instance.frozen_at = InstanceStatus.FROZEN, now()
            session.add(instance)
        self.leave()
        if self.active(action.instance_id):
            set_status(action.instance_id, InstanceStatus.READY)
            self.publisher.publish()
            return
        self.engine.freeze(instance.name)
        with db.writing() as session:
            space, instance = session.get(Space, action.space_id), session.get(Instance, action.instance_id)
            visited = instance is not None and instance.status != InstanceStatus.FROZEN
            if space and not visited:
                reason = Reason(code="idle", message="Nobody uses it: frozen, a visit thaws it at once.")
                moves.move(session, space, space.stage, Phase.FROZEN, reason)
        if visited and instance:
            self.engine.thaw(instance.name)

    def thaw(self, action: Thaw) -> None:
        """Lets a frozen instance go on for somebody who is connected still."""
        with db.reading() as session:
            instance = session.get(Instance, action.instance_id)
        if instance is None or instance.status != InstanceStatus.FROZEN or self.engine.thaw(instance.name) is None:
            return
        with db.writing() as session:
            space, instance = session.get(Space, action.space_id), session.get(Instance, action.instance_id)
            if space and instance:
                instance.status, instance.frozen_at, space.active_at = InstanceStatus.READY, None, now()
                session.add(instance)
                reason = Reason(code="visit", message="A visitor came back to an open page.", actor="visitor")
                moves.move(session, space, space.stage, Phase.SERVING, reason, "visitor")
        self.publisher.publish()

    def stop(self, action: Stop) -> None:
        """Stops the container and keeps it, so that the next start is quick. Whoever visits meanwhile keeps it awake, unless
        a person said that it shall sleep."""
        with db.writing() as session:
            space, instance = session.get(Space, action.space_id), session.get(Instance, action.instance_id)
            if space is None or instance is None:
                return
            if space.intent == Intent.AWAKE and instance.status == InstanceStatus.READY:
                return  # a visit or a push came first
            before, name = instance.status, instance.name
            gently = action.stage == Stage.SLEEPING and not (space.reason and space.reason.code in FIRM)
            instance.status = InstanceStatus.DRAINING
            session.add(instance)
        if before == InstanceStatus.READY:
            self.leave()
            if gently and self.active(action.instance_id):
                self._stay_awake(action)
                return
        self.engine.stop(name)
        set_status(action.instance_id, InstanceStatus.STOPPED)
        self._at_rest(action.space_id, action.stage)

    def evict(self, action: Evict) -> None:
        """Stops an instance that may not hold its GPUs any more. Its Space is to run still, and gets in line for others. A
        start under way is told by its container's end. Raises LeaseTaken."""
        try:
            with held(action.space_id):
                self._evict(action)
        except LeaseTaken:
            with db.reading() as session:
                instance = session.exec(select(Instance).where(Instance.name == action.instance)).first()
            if instance and instance.status == InstanceStatus.STARTING:
                self.engine.stop(action.instance, fence.GRACE_SECONDS)
            raise

    def mark(self, action: Mark) -> None:
        """Says what is the case already."""
        if not action.stage.serving:
            self._at_rest(action.space_id, action.stage)
            return
        with db.writing() as session:
            if space := session.get(Space, action.space_id):
                moves.move(session, space, action.stage, Phase.SERVING, space.reason)

    def drain(self, action: Drain) -> None:
        """Removes an instance once it is silent, at the latest after `settings.drain` seconds; at once where a person has
        paused the Space. One that is needed again, since somebody went back to it, stays. Raises LeaseTaken."""
        with db.writing() as session:
            instance = session.get(Instance, action.instance_id)
            if instance is None or _needed(session, instance):
                return
            if instance.status != InstanceStatus.DRAINING or instance.drain_until is None:
                instance.status = InstanceStatus.DRAINING
                instance.drain_until = now() + dt.timedelta(seconds=self.settings.drain)
                session.add(instance)
            until, name = instance.drain_until, instance.name
        self.leave()
        time.sleep(SETTLE_SECONDS)
        while now() < until and self.active(action.instance_id) and not _paused(action.space_id):
            time.sleep(0.5)
        with held(action.space_id):  # as every start does: none shall find it running and lose it then
            if _drains(action.instance_id):
                self.engine.stop(name)
                self.forget(Forget(name, action.instance_id))

    def forget(self, action: Forget) -> None:
        """Removes a container, and the row where it has one."""
        self.engine.remove(action.name)
        with db.writing() as session:
            holding.release(session, action.name)
            if instance := session.get(Instance, action.instance_id) if action.instance_id else None:
                session.delete(instance)

    def leave(self) -> None:
        """Returns when the edge has in force what the database now says of the routes."""
        leave(self.publisher)

    # -- private ----------------------------------------------------------------------------------

    def _evict(self, action: Evict) -> None:
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            instance = session.exec(select(Instance).where(Instance.name == action.instance)).first()
            if space is None or instance is None or not instance.status.alive:
                return
            instance.status = InstanceStatus.DRAINING
            session.add(instance)
            if instance.id == space.instance_id and space.intent == Intent.AWAKE:
                moves.move(session, space, Stage.APP_STARTING, Phase.STOPPING, action.reason)
        self.leave()
        self.engine.stop(action.instance)
        with db.writing() as session:
            space, instance = session.get_one(Space, action.space_id), session.get_one(Instance, instance.id)
            instance.status = InstanceStatus.STOPPED
            session.add(instance)
            hold = holding.release(session, action.instance)
            told = {"code": action.reason.code, "devices": hold.devices if hold else []}
            audit.record(session, audit.PLATFORM, "gpu.evict", ("space", moves.full_name(session, space)), None, told)
            if space.intent == Intent.AWAKE and instance.id == space.instance_id:
                queue.join(session, space, cause=action.reason.message)
                if allocation.ask(session, space, action.instance) is None:
                    queue.wait(session, space)

    def _stay_awake(self, action: Stop) -> None:
        set_status(action.instance_id, InstanceStatus.READY)
        with db.writing() as session:
            if space := session.get(Space, action.space_id):
                space.intent, space.active_at, space.reason = Intent.AWAKE, now(), None
                session.add(space)
        self.publisher.publish()

    def _at_rest(self, space_id: int, stage: Stage) -> None:
        with db.writing() as session:
            space = session.get(Space, space_id)
            if space is None:
                return
            if stage == Stage.SLEEPING and space.intent == Intent.AWAKE:
                space.intent = Intent.ASLEEP
            keep = space.reason and (stage == Stage.PAUSED or space.reason.code not in ("visit", "idle"))
            moves.move(session, space, stage, Phase.IDLE, space.reason if keep else IDLE)


def _paused(space_id: int) -> bool:
    with db.reading() as session:
        space = session.get(Space, space_id)
    return space is None or space.intent in (Intent.PAUSED, Intent.GONE)


def _needed(session: Session, instance: Instance) -> bool:
    """By now it serves, or is to."""
    space = session.get(Space, instance.space_id)
    if space is None:
        return False
    comes = (space.next_revision_id or space.revision_id, space.generation)
    awake = space.intent == Intent.AWAKE or space.next_revision_id is not None
    return instance.id == space.instance_id or (awake and (instance.revision_id, instance.generation) == comes)


def _drains(instance_id: int) -> bool:
    """Nobody went back to it."""
    with db.reading() as session:
        instance = session.get(Instance, instance_id)
        return instance is not None and instance.status == InstanceStatus.DRAINING and not _needed(session, instance)


def leave(publisher: Publisher) -> None:
    """Returns when the edge has in force what the database now says of the routes."""
    serial = publisher.publish()
    wait(lambda: publisher.stands(serial), 5)


def set_status(instance_id: int | None, status: InstanceStatus, release: bool = True) -> None:
    """Writes an instance's status; nothing where it is gone. One that stopped gives its GPUs back with it, unless they wait
    for the next instance of its Space."""
    with db.writing() as session:
        if instance := session.get(Instance, instance_id):
            instance.status = status
            session.add(instance)
            if release and status == InstanceStatus.STOPPED:
                holding.release(session, instance.name)


def wait(test: Callable[[], bool], seconds: float) -> bool:
    """Polls `test` until it is true; False after `seconds`."""
    until = time.monotonic() + seconds
    while not test():
        if time.monotonic() > until:
            return False
        time.sleep(0.01)
    return True
