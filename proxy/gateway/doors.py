"""Visitors who waited together enter an app a few at a time, since it may not take them all at once.

Python's own `http.server` listens with a queue of five. When a hundred held requests arrive in one burst, Linux answers
what does not fit with SYN cookies, and some of those connections hang for minutes on both ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from proxy.gateway.directory import Address

AT_ONCE = 4
"""Requests to one app that it may have without having answered any: fewer than the shortest queue in use."""
LONGEST_SECONDS = 0.25
"""An app that has not answered by then has surely accepted the connection; the next may knock."""


class Doors:
    """One per gateway: a door for each address that somebody is entering."""

    def __init__(self) -> None:
        self._gates: WeakValueDictionary[tuple[str, int], asyncio.Semaphore] = WeakValueDictionary()

    async def enter(self, to: Address) -> Callable[[], None]:
        """Waits for a turn. The caller calls what it gets as soon as the app has answered, or not at all."""
        gate = self._gates.setdefault((to.host, to.port), asyncio.Semaphore(AT_ONCE))
        await gate.acquire()
        inside = True

        def answered() -> None:
            nonlocal inside
            if inside:
                inside = False
                gate.release()

        asyncio.get_running_loop().call_later(LONGEST_SECONDS, answered)
        return answered
