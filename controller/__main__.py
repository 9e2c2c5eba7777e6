"""The controller's process: one holder of the lease `controller`, sweeping, and looking sooner when the bell rings."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import threading
import time
from types import FrameType

import redis
import structlog
from sqlmodel import select

from controller import facts, quotas
from controller.acts import Acts
from controller.gpus import Steward
from controller.idle import Idler
from controller.meter import Meter
from controller.publish import Publisher
from proxy.activity import Sampler
from spaces import builds, db, doorbell, health, mounts, names, repositories
from spaces.engines.base import ContainerState
from spaces.engines.docker import DockerEngine
from spaces.errors import EngineUnavailable
from spaces.gpus import holding, inventory, source
from spaces.hostnet import door, firewall
from spaces.lifecycle import InstanceStatus
from spaces.logs import Collectors
from spaces.models import Instance
from spaces.models.types import now
from spaces.reconcile import reconcile
from spaces.repos import hosting
from spaces.repos.lfs import holdings
from spaces.settings import Settings, get_settings

log = structlog.get_logger()

LEASE_SECONDS = 15
SWEEP_SECONDS = 5.0
TICK_SECONDS = 1.0
BUILDS_SECONDS = 5.0
GPU_SECONDS = 2.0
DEVICES_SECONDS = 5.0
GUARD_SECONDS = 60.0
UPKEEP_SECONDS = 300.0


class Controller:
    """Looks at everything every few seconds and at once when rung."""

    def __init__(self, engine: DockerEngine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        self.holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self.bell, self.stopping = threading.Event(), threading.Event()
        self.publisher = Publisher(settings)
        self.acts = Acts(engine, settings, self.publisher, lambda number: self.idler.active(number), self.bell.set)
        self.idler = Idler(engine, settings, Sampler(), self.acts.submit)
        self.steward = Steward(settings, lambda: self.acts.busy, self.acts.submit)
        self.meter = Meter(engine, settings)
        self.collectors = Collectors(engine)
        self.gpus = source.choose(settings)
        self._vouched, self._vouched_at = False, 0.0

    def run(self) -> None:
        """Until `stopping` is set; then stops the instances, since without an edge nobody reaches them."""
        for target in (self._listen, self._tick, self._count, self._devices, self._guard, self._upkeep):
            threading.Thread(target=target, daemon=True, name=target.__name__).start()
        unwatch = self.engine.watch(lambda _space_id: self.bell.set())
        swept = built = given = 0.0
        recovered = False
        while not self.stopping.is_set():
            if not db.acquire(health.CONTROLLER, self.holder, LEASE_SECONDS):
                self.stopping.wait(1)
                continue
            rung = self.bell.wait(TICK_SECONDS)
            self.bell.clear()
            try:
                if not recovered:
                    self.recover()
                    recovered = True
                if rung or time.monotonic() - given > GPU_SECONDS:
                    self._tend_gpus()
                    given = time.monotonic()
                if rung or time.monotonic() - swept > SWEEP_SECONDS:
                    self._keep_quotas()
                    self.sweep()
                    swept = time.monotonic()
                    self._vouch(True)
                if time.monotonic() - built > BUILDS_SECONDS:
                    builds.sweep()
                    built = time.monotonic()
            except EngineUnavailable as error:
                log.warning("the engine does not answer", error=error.message)
                self._vouch(False)
                self.stopping.wait(1)
            except Exception:
                log.exception("a sweep failed")
                self.stopping.wait(1)
        unwatch()
        self.rest()

    def recover(self) -> None:
        """Instances that ended while nobody looked (a stop, a reboot) did not crash: they are started again as if new."""
        running = {seen.name for seen in self.engine.observe() if seen.address}
        with db.writing() as session:
            for instance in session.exec(select(Instance).where(Instance.status == InstanceStatus.READY)):
                if instance.name not in running:
                    instance.status = InstanceStatus.STOPPED
                    holding.release(session, instance.name)
                    session.add(instance)

    def sweep(self) -> None:
        """One look at the whole state."""
        observed = self.engine.observe()
        self.collectors.follow(observed)  # before anything is removed that still has something to say
        with db.reading() as session:
            known, strays = facts.gather(session, observed), facts.strays(session, observed)
        for action in reconcile(known, strays, now(), self.acts.busy):
            self.acts.submit(action)
        self.publisher.publish()

    def rest(self) -> None:
        """Stops every instance of this installation; rows stay as they are, so that the next start brings them back."""
        running = [seen for seen in self.engine.observe() if seen.state != ContainerState.EXITED]
        threads = [threading.Thread(target=self.engine.stop, args=(seen.name, 5.0)) for seen in running]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.recover()
        firewall.remove(self.settings, self.engine.link)
        health.forget_engine()
        db.release(health.CONTROLLER, self.holder)

    # -- private ----------------------------------------------------------------------------------

    def _listen(self) -> None:
        while not self.stopping.is_set():
            try:
                channel = doorbell.connection().pubsub(ignore_subscribe_messages=True)
                channel.subscribe(names.CHANNEL_RING)
                while not self.stopping.is_set():
                    if channel.get_message(timeout=1.0):
                        self.bell.set()
            except redis.RedisError as error:
                log.warning("the doorbell is silent; sweeping goes on", error=str(error))
                self.stopping.wait(2)

    def _vouch(self, answers: bool) -> None:
        """Tells the pages whether the engine answers, no more often than they ask."""
        if answers != self._vouched or time.monotonic() - self._vouched_at > health.EVERY:
            health.engine_answers(answers)
            self._vouched, self._vouched_at = answers, time.monotonic()

    def _keep_quotas(self) -> None:
        try:
            quotas.tick(self.settings)
        except Exception:
            log.exception("quotas could not be kept")

    def _tend_gpus(self) -> None:
        """Whatever goes wrong here, Spaces without GPUs have no part in it."""
        try:
            self.steward.tick()
        except Exception:
            log.exception("GPUs could not be given or taken back")

    def _tick(self) -> None:
        while not self.stopping.wait(TICK_SECONDS):
            try:
                self.idler.tick()
            except Exception as error:
                log.warning("an idle tick failed", error=repr(error))

    def _count(self) -> None:
        while not self.stopping.wait(TICK_SECONDS):
            try:
                self.meter.tick()
            except Exception as error:
                log.warning("use could not be written down", error=repr(error))

    def _devices(self) -> None:
        """Looks which GPUs there are and how they are: beside the sweeps, since a driver may take its time."""
        while not self.stopping.is_set():
            try:
                if inventory.sync(self.gpus):
                    self.bell.set()
            except Exception:
                log.exception("the GPUs could not be looked at")
            self.stopping.wait(DEVICES_SECONDS)

    def _guard(self) -> None:
        """Keeps the door and the egress policy as they should be: others remove networks and flush packet filters too."""
        self._open_door()
        firewall.apply(self.settings, self.engine.link)
        while not self.stopping.wait(GUARD_SECONDS):
            self._open_door()
            firewall.keep(self.settings, self.engine.link)

    def _open_door(self) -> None:
        if why := door.ensure(self.settings, self.engine.link):
            log.warning("Spaces do not reach this platform's own address", reason=why)

    def _upkeep(self) -> None:
        """Repositories: pushes whose builds nobody asked for, deletions cut short, what wants packing, and large files
        that nobody holds."""
        while not self.stopping.wait(UPKEEP_SECONDS):
            hosting.catch_up()
            repositories.erase_gone()
            hosting.tidy()
            mounts.sweep()
            try:
                holdings.sweep()
            except Exception:
                log.exception("large files could not be swept")


def main() -> None:
    """Runs the controller until SIGTERM or SIGINT."""
    settings = get_settings()
    controller = Controller(DockerEngine(settings), settings)

    def stop(_number: int, _frame: FrameType | None) -> None:
        controller.stopping.set()
        controller.bell.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    controller.run()


if __name__ == "__main__":
    sys.exit(main())
