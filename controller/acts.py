"""Carrying out what `reconcile` decided: one job per Space at a time, each of which may be cut short and done again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from controller import rests
from controller.deploys import Deployer
from controller.erase import erase
from controller.gpus import Evict
from controller.publish import Publisher
from controller.rests import Rester
from proxy.sleeper import Freeze, Thaw
from proxy.starts import LeaseTaken, held
from spaces import reconcile
from spaces.engines.base import Engine
from spaces.errors import EngineUnavailable
from spaces.settings import Settings

log = structlog.get_logger()

Job = tuple[str, int | str]
Action = reconcile.Action | Freeze | Thaw | Evict


class Acts:
    """The hands of the controller. `active(instance_id)` tells whether somebody uses an instance right now; `bell` is
    rung when a job ends, since what it did may call for the next."""

    def __init__(
        self,
        engine: Engine,
        settings: Settings,
        publisher: Publisher,
        active: Callable[[int], bool],
        bell: Callable[[], None],
    ) -> None:
        self.deployer = Deployer(engine, settings, publisher)
        self.rester = Rester(engine, settings, publisher, active)
        self.engine, self.settings, self.publisher, self.bell = engine, settings, publisher, bell
        self._jobs: set[Job] = set()
        self._lock = threading.Lock()
        self._starts = ThreadPoolExecutor(settings.starts, thread_name_prefix="start")
        self._others = ThreadPoolExecutor(16, thread_name_prefix="act")

    @property
    def busy(self) -> set[int]:
        """Spaces with a job under way; drains and clean-ups don't count, the Space may go on meanwhile."""
        with self._lock:
            return {int(number) for kind, number in self._jobs if kind == "space"}

    def submit(self, action: Action) -> None:
        """Does `action` in the background, unless the same is under way."""
        job = _job(action)
        with self._lock:
            if job in self._jobs:
                return
            self._jobs.add(job)
        pool = self._starts if isinstance(action, reconcile.Start) else self._others
        pool.submit(self._run, job, action)

    def do(self, action: Action) -> None:
        """Does `action` now, on the calling thread. Raises LeaseTaken where somebody else works on the Space."""
        match action:
            case reconcile.Drain():
                self.rester.drain(action)
            case reconcile.Forget():
                self.rester.forget(action)
            case Evict():
                self.rester.evict(action)
            case _:
                with held(action.space_id):
                    self._do_held(action)

    # -- private ----------------------------------------------------------------------------------

    def _run(self, job: Job, action: Action) -> None:
        ring = self.bell
        try:
            log.info("act", action=repr(action))
            self.do(action)
        except LeaseTaken:
            ring = _nobody  # the gateway works on the Space, and rings when it is done
        except EngineUnavailable as error:
            log.warning("the engine does not answer", action=repr(action), error=error.message)
            time.sleep(2)
        except Exception:
            log.exception("an action failed", action=repr(action))
            time.sleep(2)
        finally:
            with self._lock:
                self._jobs.discard(job)
            ring()

    def _do_held(self, action: Action) -> None:
        match action:
            case reconcile.Start():
                self.deployer.start(action)
            case reconcile.Switch():
                self.deployer.switch(action)
            case reconcile.Crash():
                self.deployer.crash(action)
            case reconcile.Stop():
                self.rester.stop(action)
            case reconcile.Mark():
                self.rester.mark(action)
            case reconcile.Settle():
                rests.set_status(action.instance_id, action.status)
            case Freeze():
                self.rester.freeze(action)
            case Thaw():
                self.rester.thaw(action)
            case reconcile.Erase():
                erase(self.engine, self.settings, action.space_id, before=self.rester.leave)


def _nobody() -> None:
    """Looking again at once would find the same: during a start that is a sweep after the other beside an app that needs
    the processor."""


def _job(action: Action) -> Job:
    match action:
        case reconcile.Drain():
            return "drain", action.instance_id
        case reconcile.Forget():
            return "forget", action.name
        case Evict():
            return "evict", action.instance
        case _:
            return "space", action.space_id
