"""Server-sent events that end when their reader may no longer read.

Keep-alives come every 15 s: a client that only wants what is there by now takes 5 silent seconds for its end.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from typing import TypeVar

from fastapi import Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from spaces import db
from spaces.access import Permission, access_space
from spaces.api.deps import current
from spaces.errors import DemodockError

KEEP_ALIVE = 15
RECHECK = 5.0
"""Seconds after which a lost right closes a stream, at most."""

Item = TypeVar("Item")


def stream(source: AsyncGenerator[ServerSentEvent, None], allowed: Callable[[], bool]) -> EventSourceResponse:
    """`source` as an event stream, for as long as `allowed`."""
    return EventSourceResponse(
        while_allowed(source, allowed),
        ping=KEEP_ALIVE,
        ping_message_factory=lambda: ServerSentEvent(comment="keep-alive"),
        sep="\n",
        headers={"Cache-Control": "private, no-store", "X-Accel-Buffering": "no"},
    )


def may_still(request: Request, owner: str, name: str, permission: Permission) -> Callable[[], bool]:
    """Asks anew, with the very credentials of the request: the token may be revoked, the browser signed out, the Space gone."""

    def allowed() -> bool:
        try:
            with db.reading() as session:
                access_space(session, current(request), owner, name, permission)
        except DemodockError:
            return False
        return True

    return allowed


async def while_allowed(
    source: AsyncGenerator[Item, None], allowed: Callable[[], bool], every: float = RECHECK
) -> AsyncIterator[Item]:
    """What `source` gives, until `allowed` says no; it is asked every so often, also while nothing comes."""
    pending: asyncio.Future[Item] | None = None
    checked = time.monotonic()
    try:
        while True:
            pending = pending or asyncio.ensure_future(anext(source))
            await asyncio.wait({pending}, timeout=every)
            if time.monotonic() - checked >= every:
                if not await asyncio.to_thread(allowed):
                    return
                checked = time.monotonic()
            if pending.done():
                try:
                    item = pending.result()
                except StopAsyncIteration:
                    return
                pending = None
                yield item
    finally:
        if pending:
            pending.cancel()
            with contextlib.suppress(asyncio.CancelledError, StopAsyncIteration):
                await pending
        await source.aclose()
