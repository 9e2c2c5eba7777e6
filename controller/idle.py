"""Carries the idle policy's clock: who was used when, and what `proxy.sleeper.plan` therefore wants."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from typing import NamedTuple

import structlog
from sqlmodel import Session, col, func, select

from proxy import sleeper, veto
from proxy.activity import Sampler, Watched
from spaces import db
from spaces.engines.base import Engine, Stats
from spaces.gpus import reservations
from spaces.gpus.devices import DeviceState
from spaces.lifecycle import InstanceStatus, Intent, Reason
from spaces.models import Flavor, GpuDevice, GpuRequest, Instance, Reservation, Space
from spaces.models.types import now
from spaces.settings import Settings

log = structlog.get_logger()

KEPT_SECONDS = 10
"""How closely `Space.active_at` follows."""
COUNT_SECONDS = 60
"""How often an instance in use is asked how many connections it accepted."""
PACKETS = 4
"""What the shortest visit over the network brings: SYN, ACK, request, FIN. An app's talk with itself brings none."""
LULL_SECONDS = 2.0
"""Nobody used it for so long: from then on GPUs count as idle since their last use."""
JUMP_SECONDS = 60
"""A wall clock that moves so much more or less than time did was set: nobody is put to sleep for it."""


class Idler:
    """Ticks every second or two. `submit` takes freezes and thaws; sleep is written as the Space's intent."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        sampler: Sampler,
        submit: Callable[[sleeper.Freeze | sleeper.Thaw], None],
    ) -> None:
        self.engine, self.settings, self.sampler, self.submit = engine, settings, sampler, submit
        self._used: dict[int, dt.datetime] = {}
        self._written: dict[int, dt.datetime] = {}
        self._active: set[int] = set()
        self._cpu: dict[int, tuple[float, float]] = {}
        self._wishes: dict[int, tuple[bool, float]] = {}
        self._counts: dict[int, _Count] = {}
        self._told_idle: dict[str, dt.datetime | None] = {}
        self._clock = (now(), time.monotonic())
        self._one_at_a_time = threading.Lock()

    def active(self, instance_id: int) -> bool:
        """Somebody used the instance at the last sample or since. Any thread may ask."""
        before = self._active
        return instance_id in before | self._sample(self._watched())

    def tick(self) -> None:
        """Samples, writes down who was used, and asks the policy."""
        watched = self._watched()
        waiting = self._sample(watched)
        if self._jumped():
            log.warning("the clock was set: idle times start anew")
            self._used = {item.space_id: now() for item in watched}
        for item in watched:
            if item.frozen and item.instance_id in waiting:
                self.submit(sleeper.Thaw(item.space_id, item.instance_id))
        self._count(watched)
        self._write()
        short = sleeper.free_memory() < self.settings.memory_reserve
        for action in sleeper.plan(self._idle(), short, self.settings.busy_cap):
            if isinstance(action, sleeper.Sleep):
                self._sleep(action)
            else:
                self.submit(action)

    # -- private ----------------------------------------------------------------------------------

    def _watched(self) -> list[Watched]:
        statuses = [InstanceStatus.READY, InstanceStatus.FROZEN, InstanceStatus.DRAINING]
        with db.reading() as session:
            rows = session.exec(select(Instance).where(col(Instance.status).in_(statuses))).all()
        return [
            Watched(row.space_id, row.id or 0, row.address, row.port, row.status == InstanceStatus.FROZEN)
            for row in rows
            if row.address
        ]

    def _sample(self, watched: list[Watched]) -> set[int]:
        with self._one_at_a_time:
            seen = [activity for activity in self.sampler.sample(watched) if activity.active]
            for activity in seen:
                self._used[activity.space_id] = now()
            self._active = {activity.instance_id for activity in seen}
            return self._active

    def _idle(self) -> list[sleeper.Idle]:
        with db.reading() as session:
            rows = session.exec(
                select(Space, Instance, Flavor)
                .join(Instance, col(Instance.id) == Space.instance_id)
                .join(Flavor, col(Flavor.name) == Space.hardware, isouter=True)
                .where(
                    Space.intent == Intent.AWAKE,
                    col(Space.next_revision_id).is_(None),
                    col(Instance.status).in_([InstanceStatus.READY, InstanceStatus.FROZEN]),
                )
            ).all()
            wanted, working = _wanted(session), _working(session)
        found = []
        for space, instance, flavor in rows:
            used = max(
                space.active_at, self._used.get(space.id or 0, space.active_at), instance.ready_at or space.active_at
            )
            idle = (now() - used).total_seconds()
            freeze, sleep = sleeper.times(space, flavor, self.settings)
            limits = (freeze, sleep, self.settings.gpu_idle if wanted and flavor and flavor.gpus else -1)
            due = instance.status == InstanceStatus.READY and any(0 <= limit <= idle for limit in limits)
            stats = self.engine.stats(instance.name) if due else None
            busy = stats is not None and (
                working.get(instance.name, 0.0) > self.settings.busy_cpu
                or self._busy(instance.id or 0, stats)
                or self._asks(instance)
            )
            if stats and self._count_one(space.id or 0, instance.id or 0, stats):
                idle = 0.0
            if flavor and flavor.gpus:
                vetoed = busy and idle < self.settings.busy_cap
                self._note_idle(instance.name, used if idle > LULL_SECONDS and not vetoed else None)
            found.append(sleeper.Idle(space.id or 0, instance.id or 0, instance.status, idle, freeze, sleep, busy))
        running = {instance.name for _, instance, _ in rows}
        self._told_idle = {name: since for name, since in self._told_idle.items() if name in running}
        return found

    def _note_idle(self, instance: str, since: dt.datetime | None) -> None:
        """Tells the scheduler since when nobody uses the GPUs that an instance has."""
        if self._told_idle.get(instance) == since:
            return
        with db.writing() as session:
            if hold := reservations.of_instance(session, instance):
                reservations.note(session, hold, idle_since=since)
        self._told_idle[instance] = since

    def _count(self, watched: list[Watched]) -> None:
        """Notices visits that came and went between two looks, as with apps that close every connection."""
        running = {item.instance_id: item for item in watched if not item.frozen}
        self._counts = {number: count for number, count in self._counts.items() if number in running}
        for number, item in running.items():
            count = self._counts.get(number)
            if count is None or time.monotonic() - count.at > COUNT_SECONDS:
                with db.reading() as session:
                    instance = session.get(Instance, number)
                if instance and (stats := self.engine.stats(instance.name)):
                    self._count_one(item.space_id, number, stats)

    def _count_one(self, space_id: int, number: int, stats: Stats) -> bool:
        """True, and the Space counts as used, where it accepted connections since the last count that nobody saw."""
        if stats.opened is None:
            return False
        before = self._counts.get(number)
        count = _Count(time.monotonic(), stats.opened, stats.packets, self.sampler.opened[number])
        self._counts[number] = count
        if before is None or count.opened < before.opened:  # the first, or the container was started anew
            return False
        unseen = (count.opened - before.opened) - (count.seen - before.seen)
        visited = unseen > 0 and count.packets - before.packets >= PACKETS * unseen
        if visited:
            self._used[space_id] = now()
        return visited

    def _busy(self, number: int, stats: Stats) -> bool:
        """Its share of a core since the last look; asked only of instances whose time has come. Without an earlier look
        it counts as busy until the next."""
        moment, before = time.monotonic(), self._cpu.get(number)
        if before and moment - before[1] < 1:
            return True
        self._cpu[number] = (stats.cpu_seconds, moment)
        if before is None or moment - before[1] > 30:
            return True
        return (stats.cpu_seconds - before[0]) / (moment - before[1]) > self.settings.busy_cpu

    def _asks(self, instance: Instance) -> bool:
        """The app itself wants to stay awake; asked only of instances whose time has come."""
        moment, number = time.monotonic(), instance.id or 0
        wish, asked = self._wishes.get(number, (False, -veto.ASK_SECONDS))
        if moment - asked >= veto.ASK_SECONDS:
            self._wishes = {key: kept for key, kept in self._wishes.items() if moment - kept[1] < 2 * veto.ASK_SECONDS}
            wish = bool(instance.address) and veto.stays(instance.address or "", instance.port)
            self._wishes[number] = (wish, moment)
        return wish

    def _sleep(self, action: sleeper.Sleep) -> None:
        message = {
            "idle": "Nobody used it for a while; the next visit wakes it.",
            "memory": "Memory ran short and nobody used it; the next visit wakes it.",
        }[action.why]
        with db.writing() as session:
            space = session.get(Space, action.space_id)
            if space and space.intent == Intent.AWAKE:
                space.intent, space.reason = Intent.ASLEEP, Reason(code=action.why, message=message)
                session.add(space)

    def _write(self) -> None:
        for space_id, used in self._used.items():
            if (used - self._written.get(space_id, used - dt.timedelta(days=1))).total_seconds() >= KEPT_SECONDS:
                with db.writing() as session:
                    if (space := session.get(Space, space_id)) and space.active_at < used:
                        space.active_at = used
                        session.add(space)
                self._written[space_id] = used

    def _jumped(self) -> bool:
        wall, steady = now(), time.monotonic()
        passed = ((wall - self._clock[0]).total_seconds(), steady - self._clock[1])
        self._clock = (wall, steady)
        return abs(passed[0] - passed[1]) > JUMP_SECONDS


# -- private


def _wanted(session: Session) -> bool:
    """Somebody waits for GPUs, or an admin does: it matters who uses theirs."""
    draining = select(GpuDevice).where(GpuDevice.state == DeviceState.DRAINING)
    return any(session.exec(query).first() is not None for query in (select(GpuRequest), draining))


def _working(session: Session) -> dict[str, float]:
    """How busy the GPUs of each instance are, as far as the driver tells and nobody shares them."""
    looked = (
        select(Reservation.instance, func.max(GpuDevice.busy))
        .join(GpuDevice, col(GpuDevice.uuid) == Reservation.device)
        .where(GpuDevice.slots == 1, col(GpuDevice.busy).is_not(None))
        .group_by(col(Reservation.instance))
    )
    return dict(session.exec(looked).all())


class _Count(NamedTuple):
    """What an instance had accepted at a moment, and how much of it was seen by then."""

    at: float
    opened: int
    packets: int
    seen: int
