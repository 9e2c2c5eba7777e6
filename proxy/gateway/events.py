"""Live updates of the wake page, as server-sent events, or one at a time for pages that poll. They wake nothing."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

import aiohttp
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from proxy.gateway import pages
from proxy.gateway.directory import Address, SpaceFacts
from proxy.routes import Target
from spaces import names

if TYPE_CHECKING:
    from proxy.gateway.app import Gateway

LONGEST_SECONDS = 1800
"""A page connects again after that."""
LOOK_SECONDS = 1.0
PROBE_SECONDS = 5.0


async def live_events(
    gateway: Gateway, scope: Scope, receive: Receive, send: Send, facts: SpaceFacts, visit: pages.Visit
) -> None:
    """Answers `EVENTS_PATH`; any other path of ours is 404."""
    if scope["path"] != pages.EVENTS_PATH or scope["method"] != "GET":
        await Response("", 404)(scope, receive, send)
    elif "once" in visit.query:
        shown = await current(gateway, facts, visit)
        headers = {"Cache-Control": "no-store", names.HEADER_SPACE_STAGE: facts.stage.value}
        await JSONResponse(shown, headers=headers)(scope, receive, send)
    elif gateway.watching[facts.id] >= gateway.settings.waiters:
        await Response("", 503, {"Retry-After": "5"})(scope, receive, send)
    else:
        gateway.watching[facts.id] += 1
        try:
            await _stream(gateway, receive, send, facts, visit)
        finally:
            gateway.watching[facts.id] -= 1


async def current(gateway: Gateway, facts: SpaceFacts, visit: pages.Visit) -> dict[str, object]:
    """What the page should show now. `go` is said only when a request to the app was answered just now, or when waiting
    has become pointless and a notice takes the page's place."""
    waking = gateway.holder.waking(facts.id)
    if facts.queue:
        gateway.directory.visited(facts.id)  # somebody stands in line with it
    if facts.ready and facts.address:
        action = (
            "go"
            if await answers(gateway.quiet, facts.address, gateway.settings.space_host(facts.subdomain))
            else "wait"
        )
    elif facts.static is not None:
        action = "go"
    else:
        action = "wait" if waking is not None or facts.under_way else "go"
    return pages.state(facts, visit.language, waking, await gateway.tail(facts), action)


async def answers(session: aiohttp.ClientSession, address: Address, host: str) -> bool:
    """Whether the app gives any answer; asked from a quiet port."""
    try:
        async with session.get(
            Target(address.host, address.port).url + "/",
            headers={"Host": host, "User-Agent": f"{names.PRODUCT}-probe", "Accept": "*/*"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=PROBE_SECONDS),
        ):
            return True
    except (aiohttp.ClientError, TimeoutError):
        return False


async def _stream(gateway: Gateway, receive: Receive, send: Send, facts: SpaceFacts, visit: pages.Visit) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (names.HEADER_SPACE_STAGE.lower().encode(), facts.stage.value.encode()),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    telling = asyncio.create_task(_tell(gateway, send, facts, visit))
    leaving = asyncio.create_task(_until_disconnect(receive))
    try:
        await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if telling.done():
            telling.result()
            await send({"type": "http.response.body", "body": b""})
    finally:
        for task in (telling, leaving):
            task.cancel()
        await asyncio.gather(telling, leaving, return_exceptions=True)


async def _tell(gateway: Gateway, send: Send, facts: SpaceFacts, visit: pages.Visit) -> None:
    end = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < end:
        shown = await current(gateway, facts, visit)
        await send({"type": "http.response.body", "body": pages.event(shown), "more_body": True})
        if shown["action"] != "wait":
            return
        await gateway.directory.changed(facts.id, LOOK_SECONDS)
        found = await gateway.directory.find(facts.subdomain)
        if found is None or found.id != facts.id:
            await send({"type": "http.response.body", "body": pages.event(shown | {"action": "go"}), "more_body": True})
            return
        facts = found


async def _until_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
