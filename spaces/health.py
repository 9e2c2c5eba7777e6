"""Which parts of the platform answer. They are looked at beside the requests, so that no page waits for a part that is away.

The controller and the engine are known by leases: one that ran out was not renewed. What never was there is not missed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from spaces import db, doorbell
from spaces.models import Lease
from spaces.models.types import now

log = structlog.get_logger()

EVERY = 3.0
CONTROLLER, ENGINE = "controller", "engine"
ENGINE_SECONDS = 30.0
"""How long the engine counts as there after it answered the controller."""
_SEEN = "answers"


def engine_answers(yes: bool) -> None:
    """The controller's word, after it asked the engine; the api has no way to the engine of its own."""
    db.acquire(ENGINE, _SEEN, ENGINE_SECONDS if yes else 0)


def forget_engine() -> None:
    """Nobody asks it any more: the platform stops."""
    db.release(ENGINE, _SEEN)


def held(name: str) -> bool | None:
    """True where the lease is in force, None where nobody ever took it. Raises SQLAlchemyError."""
    with db.reading() as session:
        lease = session.get(Lease, name)
    return lease.until > now() if lease else None


PARTS: Mapping[str, Callable[[], bool]] = {
    "engine": lambda: held(ENGINE) is not False,
    "controller": lambda: held(CONTROLLER) is not False,
    "redis": doorbell.answers,
}
"""What each part is asked, the one first whose absence means most."""


class Watch:
    """Asks every part now and then; `away` is what was found last."""

    def __init__(self) -> None:
        self.away: tuple[str, ...] = ()
        self._stopping = threading.Event()
        self._looking: threading.Thread | None = None

    def start(self) -> None:
        self.stop()  # one thread asks, however often we are started
        self._stopping = threading.Event()
        self._looking = threading.Thread(target=self._run, args=(self._stopping,), daemon=True, name="health")
        self._looking.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._looking:
            self._looking.join(EVERY)
        self.away = ()

    def look(self, over: Callable[[], bool] = lambda: False) -> None:
        """Asks them all, and keeps what they say unless it is `over` by then. Without a database there is no page that
        could tell of the others."""
        try:
            away = tuple(part for part, answers in PARTS.items() if not answers())
        except SQLAlchemyError:
            return
        if over():
            return
        if away != self.away:
            log.warning("parts are away", was=self.away, now=away)
        self.away = away

    # -- private

    def _run(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self.look(stopping.is_set)
            stopping.wait(EVERY)


watch = Watch()
