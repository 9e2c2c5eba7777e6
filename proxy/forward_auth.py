"""Who is let in to a guarded Space: asked of the database, remembered for two seconds, for every request anew.

Whoever is not let in hears what a host without a Space is told. So that the time does not tell either, credentials are looked
up just as long where there is no such Space.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict

from proxy.credentials import Credentials
from proxy.gateway.directory import Directory, SpaceFacts
from spaces import passes

FRESH_SECONDS = 2.0
"""How long a lost right may go on opening doors."""
RECHECK_SECONDS = 3.0
"""How often a request that takes longer is asked about again."""
REMEMBERED = 4096
NOBODY = 0
"""The number of no Space."""


class Guard:
    """One per gateway."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[int, Credentials], tuple[float, bool]] = OrderedDict()

    async def seen_by(self, facts: SpaceFacts | None, shown: Credentials) -> SpaceFacts | None:
        """`facts`, where whoever shows these credentials may visit the Space; else None, as if there were none."""
        if facts is not None and not facts.guarded:
            return facts
        return facts if await self._admits(facts.id if facts else NOBODY, shown) else None

    async def watch(
        self, answering: asyncio.Task[None], directory: Directory, facts: SpaceFacts, shown: Credentials
    ) -> None:
        """Until `answering` is done, or whoever showed these credentials may not visit the Space any more, be it that it has
        become private meanwhile. The caller then ends it."""
        while not answering.done():
            await asyncio.wait({answering}, timeout=RECHECK_SECONDS)
            if answering.done():
                answering.result()
            elif (found := await directory.find(facts.subdomain)) and await self.seen_by(found, shown) is None:
                return

    async def _admits(self, space_id: int, shown: Credentials) -> bool:
        if not shown:
            return False
        kept = self._known.get((space_id, shown))
        if kept and time.monotonic() - kept[0] < FRESH_SECONDS:
            return kept[1]
        asked = time.monotonic()
        answer = await asyncio.to_thread(passes.admits, space_id, shown.tokens, shown.passes, shown.sign)
        self._known[space_id, shown] = (asked, answer)
        self._known.move_to_end((space_id, shown))
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return answer
