"""Waiting for a Space: one wake for any number of visitors, a bounded number of them held, each for a bounded time."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Protocol

import structlog

from proxy.gateway.directory import Address, Directory, SpaceFacts
from proxy.gateway.first import First
from spaces.errors import Busy, DemodockError, NotFound, Queued, QuotaExceeded
from spaces.lifecycle import Reason

log = structlog.get_logger()

LOOK_SECONDS = 1.0
"""How often a waiter looks by itself, should no event come."""
REFUSED_SECONDS = 15
"""How long a browser's page is told of a quota without room before a visit tries again."""
BUSY_TRIES = 20
"""How often the wake behind a browser's page is tried again while the platform is busy."""


class Waker(Protocol):
    async def wake(self, space_id: int, first: First | None = None) -> Address:
        """Starts or thaws the Space, whatever is needed, and returns where it answers; `first` may ask the app in the
        waker's place. Raises StartFailed, Queued, Busy or NotFound."""
        ...


class Unavailable(Exception):
    """The Space will not answer this request; `facts` say how it stands."""

    def __init__(
        self, facts: SpaceFacts | None, error: DemodockError | None = None, retry_after: int | None = None
    ) -> None:
        super().__init__(str(error or (facts.stage if facts else "gone")))
        self.facts = facts
        self.error = error
        self.retry_after = retry_after

    @property
    def reason(self) -> Reason | None:
        """Why, for a person: the error at hand, else what the Space says of itself."""
        if self.error:
            return Reason(code=self.error.code, message=self.error.message, hint=self.error.hint)
        return self.facts.reason if self.facts else None


class Holder:
    """Joins visitors to wakes. The database's lease makes a wake single across processes; this makes it so in ours."""

    def __init__(self, directory: Directory, waker: Waker, seconds: float, waiters: int) -> None:
        self._directory = directory
        self._waker = waker
        self._seconds = seconds
        self._limit = waiters
        self._held: Counter[int] = Counter()
        self._wakes: dict[int, asyncio.Task[Address]] = {}
        self._began: dict[int, float] = {}
        self._refused: dict[int, tuple[float, QuotaExceeded]] = {}

    def wake(self, space_id: int, first: First | None = None) -> asyncio.Task[Address]:
        """The wake under way, or a new one. Nobody's going away cancels it."""
        return self._wakes.get(space_id) or self._begin(space_id, self._waker.wake(space_id, first))

    def wake_for_page(self, space_id: int) -> None:
        """A wake that nobody awaits; it is patient with a busy platform, as the person watching the page is."""
        if space_id not in self._wakes:
            self._begin(space_id, self._patient(space_id))

    def waking(self, space_id: int) -> float | None:
        """For how many seconds a wake has been under way here; None: there is none."""
        return time.monotonic() - self._began[space_id] if space_id in self._wakes else None

    def refusal(self, space_id: int) -> QuotaExceeded | None:
        """Why it could not be woken a moment ago, where its owner may run no more."""
        until, error = self._refused.get(space_id, (0.0, None))
        return error if time.monotonic() < until else None

    async def address(self, facts: SpaceFacts, first: First | None = None) -> Address:
        """Where the Space answers, as soon as it does. Raises Unavailable: it failed, is paused, took too long, or too
        many wait already."""
        if self._held[facts.id] >= self._limit:
            busy = Busy(
                "Too many requests wait for this Space already.", hint="Try again in a moment.", code="too_many_waiters"
            )
            raise Unavailable(facts, busy, retry_after=5)
        self._held[facts.id] += 1
        try:
            return await self._await_address(facts, first)
        finally:
            self._held[facts.id] -= 1
            if not self._held[facts.id]:
                del self._held[facts.id]

    async def _await_address(self, facts: SpaceFacts, first: First | None) -> Address:
        deadline = time.monotonic() + self._seconds
        while (left := deadline - time.monotonic()) > 0:
            if facts.wakeable or facts.id in self._wakes:
                try:
                    return await asyncio.wait_for(asyncio.shield(self.wake(facts.id, first)), left)
                except TimeoutError:
                    break
                except NotFound:
                    raise Unavailable(None) from None
                except Queued:  # it starts by itself when it gets a GPU
                    facts = await self._again(facts)
                except Busy as error:
                    raise Unavailable(facts, error, error.retry_after) from error
                except DemodockError as error:
                    raise Unavailable(await self._again(facts), error) from error
            if facts.ready and facts.address:
                return facts.address
            if not facts.under_way:
                raise Unavailable(facts)
            if facts.queue:
                self._directory.visited(facts.id)
            await self._directory.changed(facts.id, min(left, LOOK_SECONDS))
            facts = await self._again(facts)
        raise Unavailable(facts, retry_after=facts.queue.patience if facts.queue else 5)

    async def _again(self, facts: SpaceFacts) -> SpaceFacts:
        found = await self._directory.find(facts.subdomain, fresh=True)
        if found is None or found.id != facts.id:
            raise Unavailable(None)
        return found

    def _begin(self, space_id: int, wake: Coroutine[Any, Any, Address]) -> asyncio.Task[Address]:
        task = asyncio.create_task(wake)
        self._wakes[space_id], self._began[space_id] = task, time.monotonic()
        task.add_done_callback(lambda done: self._woken(space_id, done))
        return task

    async def _patient(self, space_id: int) -> Address:
        for _ in range(BUSY_TRIES):
            try:
                return await self._waker.wake(space_id)
            except Queued:
                raise
            except Busy as error:
                await asyncio.sleep(error.retry_after)
        return await self._waker.wake(space_id)

    def _woken(self, space_id: int, task: asyncio.Task[Address]) -> None:
        del self._wakes[space_id], self._began[space_id]
        self._directory.forget(space_id)
        if not task.cancelled() and (error := task.exception()) and not isinstance(error, Queued):
            log.warning("wake failed", space_id=space_id, error=str(error))
            if isinstance(error, QuotaExceeded):
                moment = time.monotonic()
                self._refused = {number: kept for number, kept in self._refused.items() if kept[0] > moment}
                self._refused[space_id] = (moment + REFUSED_SECONDS, error)
