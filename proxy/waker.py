"""Waking a Space in the gateway's own process: no queue, no poll of another, no route to wait for.

Single-flight twice over: callers in this process share one task, and the Space's lease in the database keeps out the
controller and other gateways, whose result is then awaited.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from sqlmodel import Session, col, select

from proxy import readiness
from proxy.fence import HandOver
from proxy.starts import LeaseTaken, Starter, held
from spaces import db, doorbell, moves
from spaces.engines.base import Engine
from spaces.errors import Busy, NotFound, Queued, QuotaExceeded, StartFailed
from spaces.lifecycle import BuildStatus, InstanceStatus, Intent, Phase, Reason, Stage
from spaces.models import Build, Instance, Space
from spaces.models.types import now
from spaces.settings import Settings

log = structlog.get_logger()


@dataclass(frozen=True)
class Address:
    """Where an instance listens."""

    host: str
    port: int


First = Callable[[Address], Awaitable[bool]]
"""Has a visitor ask the app at that address; True where it answered below 500."""

FIRST_SECONDS = 10.0
"""How long the visitor's question may take before the platform asks as well."""


class Waker:
    """Wakes Spaces on one engine."""

    def __init__(self, engine: Engine, settings: Settings) -> None:
        self.engine = engine
        self.settings = settings
        self.starter = Starter(engine, settings)
        self.under_way: dict[int, asyncio.Task[Address]] = {}
        # One thread more than may start at a time: thawing must not queue behind slow starts.
        self.threads = ThreadPoolExecutor(settings.starts + 16, thread_name_prefix="wake")
        self.starting = asyncio.Semaphore(settings.starts)

    async def wake(self, space_id: int, first: First | None = None) -> Address:
        """The address of the Space's awake instance, which is started or thawed if need be. `first` may be asked to ask
        the app first, where this call begins the wake.

        Raises StartFailed (with the reason), QuotaExceeded (its owner may run no more), Queued (it waits for a GPU, and starts by itself), Busy (try again), or NotFound. A cancelled caller leaves the wake going."""
        task = self.under_way.get(space_id)
        if task is None:
            task = asyncio.create_task(self._wake(space_id, first))
            self.under_way[space_id] = task
            task.add_done_callback(lambda _: self.under_way.pop(space_id, None))
        return await asyncio.shield(task)

    # -- private ----------------------------------------------------------------------------------

    async def _wake(self, space_id: int, first: First | None) -> Address:
        loop = asyncio.get_running_loop()
        ask = _on_thread(first, loop) if first else None
        until = time.monotonic() + self.settings.start_timeout + 60
        pause = 0.005
        while time.monotonic() < until:
            space, instance = await loop.run_in_executor(self.threads, _look, space_id)
            if address := _awake(instance):
                return address
            try:
                if instance and instance.status == InstanceStatus.FROZEN:
                    return await loop.run_in_executor(self.threads, self._thaw, space_id)
                if space.intent == Intent.ASLEEP or (instance and instance.status == InstanceStatus.STOPPED):
                    async with self.starting:
                        return await loop.run_in_executor(self.threads, self._start, space_id, ask)
            except (LeaseTaken, HandOver):
                pass
            if space.phase == Phase.WAITING_FOR_GPU:
                raise Queued(space.reason.message if space.reason else "It waits for a GPU.")
            if space.stage in _HOPELESS:
                raise StartFailed(
                    space.reason.message if space.reason else "The app does not run.",
                    code=space.reason.code if space.reason else "not_running",
                    hint=space.reason.hint if space.reason else "",
                )
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, 0.1)
        raise Busy("The Space takes too long to start.", retry_after=10)

    def _thaw(self, space_id: int) -> Address:
        """Needs no lease: thawing twice is thawing once, and a freeze under way looks at the row again when it is done.
        So a visitor is not kept waiting by a deploy that holds the Space."""
        _, instance = _look(space_id)
        if instance is None or instance.status != InstanceStatus.FROZEN:
            raise LeaseTaken("Another was quicker.")
        observation = self.engine.thaw(instance.name)
        if observation is None or observation.address is None:  # it died frozen
            return self._start(space_id)
        with db.writing() as session:
            fresh, space = session.get(Instance, instance.id), session.get(Space, space_id)
            if fresh is None or space is None or fresh.status not in (InstanceStatus.FROZEN, InstanceStatus.READY):
                raise LeaseTaken("It is being stopped.")
            fresh.status, fresh.address, fresh.frozen_at = InstanceStatus.READY, observation.address, None
            space.active_at = now()
            session.add(fresh)
            reason = Reason(code="visit", message="A visit thawed it.", actor="visitor")
            phase = Phase.SERVING if space.phase == Phase.FROZEN else space.phase
            moves.move(session, space, space.stage, phase, moves.unless_told(space, reason), "visitor")
        return Address(observation.address, instance.port)

    def _start(self, space_id: int, ask: readiness.First | None = None) -> Address:
        with contextlib.ExitStack() as after, held(space_id):
            after.callback(
                doorbell.ring, space_id
            )  # when the lease is free: the controller left the Space alone meanwhile
            space, instance = _look(space_id)
            return _awake(instance) or self._start_held(space, ask)

    def _start_held(self, space: Space, ask: readiness.First | None) -> Address:
        if space.intent not in (Intent.AWAKE, Intent.ASLEEP) or space.revision_id is None:
            raise LeaseTaken("Not for a visit to start.")
        reason = Reason(code="visit", message="A visit woke it.", actor="visitor")

        def begin(session: Session, fresh: Space) -> None:
            fresh.intent = Intent.AWAKE
            _move(session, fresh, Stage.APP_STARTING, Phase.STARTING, reason)

        try:
            ready = self.starter.bring_up(
                space.id or 0,
                space.revision_id,
                begin,
                probing=lambda: _stage(space.id, Stage.APP_STARTING, Phase.PROBING, reason),
                first=ask,
            )
        except QuotaExceeded as error:
            _refuse(space.id, error)
            raise
        except StartFailed as error:
            _stage(
                space.id,
                Stage.RUNTIME_ERROR,
                Phase.FAILED,
                Reason(code=error.code, message=error.message, hint=error.hint),
            )
            raise
        _stage(space.id, Stage.RUNNING, Phase.SERVING, reason, instance_id=ready.id)
        return Address(ready.address or "", ready.port)


def _on_thread(first: First, loop: asyncio.AbstractEventLoop) -> readiness.First:
    """`first` for the thread that starts the app."""

    def ask(host: str, port: int) -> bool:
        asking = asyncio.run_coroutine_threadsafe(first(Address(host, port)), loop)
        try:
            return asking.result(FIRST_SECONDS)
        except (TimeoutError, CancelledError):
            return False

    return ask


_HOPELESS = {
    Stage.NO_APP_FILE,
    Stage.CONFIG_ERROR,
    Stage.BUILD_ERROR,
    Stage.RUNTIME_ERROR,
    Stage.PAUSED,
    Stage.DELETING,
}


def _look(space_id: int) -> tuple[Space, Instance | None]:
    with db.reading() as session:
        space = session.get(Space, space_id)
        if space is None:
            raise NotFound("There is no such Space.")
        return space, session.get(Instance, space.instance_id) if space.instance_id else None


def _awake(instance: Instance | None) -> Address | None:
    if instance and instance.status == InstanceStatus.READY and instance.address:
        return Address(instance.address, instance.port)
    return None


def _refuse(space_id: int | None, error: QuotaExceeded) -> None:
    """It sleeps on, and says why; the next visit tries again."""
    with db.writing() as session:
        if space := session.get(Space, space_id):
            space.intent = Intent.ASLEEP
            reason = Reason(code=error.code, message=error.message, hint=error.hint)
            moves.move(session, space, Stage.SLEEPING, Phase.IDLE, reason)


def _stage(space_id: int | None, stage: Stage, phase: Phase, reason: Reason, instance_id: int | None = None) -> None:
    with db.writing() as session:
        space = session.get(Space, space_id)
        if space is None:
            raise NotFound("The Space is gone.")
        space.instance_id = instance_id or space.instance_id
        _move(session, space, stage, phase, reason)


def _move(session: Session, space: Space, stage: Stage, phase: Phase, reason: Reason) -> None:
    """A Space that a build is under way for runs and builds."""
    if stage == Stage.RUNNING:
        under_way = col(Build.status).in_([BuildStatus.QUEUED, BuildStatus.RUNNING])
        if session.exec(select(Build.id).where(Build.space_id == space.id, under_way)).first() is not None:
            stage = Stage.RUNNING_BUILDING
    space.active_at = now()
    told = moves.unless_told(space, reason) if reason.code == "visit" else reason  # what failed is told in any case
    moves.move(session, space, stage, phase, told, actor=reason.actor)
