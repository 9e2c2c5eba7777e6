"""Keeping a claim alive while its build runs, and stopping the build the moment the claim no longer counts."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator

import redis
import structlog

from spaces import builds, db, doorbell, names
from spaces.builds import Claim
from spaces.errors import BuildFailed

log = structlog.get_logger()


class Stopped(Exception):
    """The build was cancelled or superseded, or its lease went to another: leave quietly."""


class Control:
    """One build's lifeline. `kill`s are called from another thread when the build must end."""

    def __init__(self, claim: Claim, seconds: float) -> None:
        self.claim = claim
        self.deadline = time.monotonic() + seconds
        self.seconds = seconds
        self._stopped, self._expired, self._done = threading.Event(), threading.Event(), threading.Event()
        self._lock = threading.Lock()
        self._kills: list[Callable[[], None]] = []
        self._leases: dict[str, str] = {}

    @contextlib.contextmanager
    def alive(self) -> Iterator[Control]:
        """Renews leases, listens for cancellation and watches the clock, from two threads, until left."""
        threads = [threading.Thread(target=work, daemon=True) for work in (self._keep, self._listen)]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._done.set()

    def check(self) -> None:
        """Raises `Stopped`, or `BuildFailed` where time is up; otherwise nothing."""
        if self._stopped.is_set():
            raise Stopped
        if self._expired.is_set() or time.monotonic() > self.deadline:
            raise BuildFailed(
                f"The build took longer than {self.seconds:.0f} seconds.",
                code="timeout",
                hint="Move downloads to the start of the app, or ask the admin to raise DEMODOCK_BUILD_TIMEOUT.",
            )

    @contextlib.contextmanager
    def killing(self, kill: Callable[[], None]) -> Iterator[None]:
        """While inside, `kill` ends what blocks us."""
        with self._lock:
            self._kills.append(kill)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._kills.remove(kill)

    @contextlib.contextmanager
    def holding(self, lease: str, ready: Callable[[], bool]) -> Iterator[bool]:
        """True with the lease `lease` in hand; False as soon as `ready()`: another did the work meanwhile."""
        holder = f"build-{self.claim.build_id}-{self.claim.attempt}"
        while not ready():
            self.check()
            if db.acquire(lease, holder, builds.LEASE_SECONDS):
                break
            self._stopped.wait(0.3)
        else:
            yield False
            return
        self._leases[lease] = holder
        try:
            yield True
        finally:
            del self._leases[lease]
            db.release(lease, holder)

    def stop(self) -> None:
        """Ends the build as cancelled."""
        self._stopped.set()
        self._kill()

    def _keep(self) -> None:
        while not self._done.wait(1.0 if time.monotonic() + 1 < self.deadline else 0.1):
            if time.monotonic() > self.deadline and not self._expired.is_set():
                self._expired.set()
                self._kill()
            if self._due() and not self._renewed():
                self.stop()
                return

    _last = 0.0

    def _due(self) -> bool:
        if time.monotonic() - self._last < builds.LEASE_SECONDS / 4:
            return False
        self._last = time.monotonic()
        return True

    def _renewed(self) -> bool:
        try:
            for lease, holder in list(self._leases.items()):
                db.acquire(lease, holder, builds.LEASE_SECONDS)
            return builds.renew(self.claim)
        except Exception as error:  # a locked or restarting database: the lease lasts three more tries
            log.warning("lease not renewed", build=self.claim.build_id, error=str(error))
            return True

    def _listen(self) -> None:
        """Cancellation comes within milliseconds where Redis is up, else with the next renewal."""
        while not self._done.is_set() and not self._stopped.is_set():
            try:
                with doorbell.connection().pubsub(ignore_subscribe_messages=True) as channel:
                    channel.subscribe(names.CHANNEL_CANCEL)
                    if not builds.renew(self.claim):  # told before we listened
                        self.stop()
                    while not self._done.is_set() and not self._stopped.is_set():
                        message = channel.get_message(timeout=1.0)
                        told = message and message["data"] == str(self.claim.build_id).encode()
                        if told and not builds.renew(self.claim):
                            self.stop()
            except (redis.RedisError, OSError):
                self._done.wait(1.0)

    def _kill(self) -> None:
        with self._lock:
            kills = list(self._kills)
        for kill in kills:
            with contextlib.suppress(Exception):
                kill()
