"""The gateway's ASGI application: which of forwarding, waking, holding or explaining a request gets.

| visitor | Space answers | frozen | asleep, starting, building | paused, failed |
| --- | --- | --- | --- | --- |
| browser opening a page | forwarded | thawed, forwarded | wake page | notice |
| any other client | forwarded | thawed, forwarded | held, then forwarded or 503 | 503 |
| bot | forwarded, uncounted | 503 | 503 | 503 |

Before anything else, whoever may not visit a private Space gets the answer of a host without one. What is the platform's in a
request is taken out here; nothing behind this point sees it.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from urllib.parse import parse_qsl

import aiohttp
from starlette.responses import RedirectResponse, Response
from starlette.types import Message, Receive, Scope, Send

from proxy.credentials import Credentials, credentials_of, has_pass, query_without_sign, without_ours
from proxy.forward_auth import Guard
from proxy.gateway import gate, pages, static
from proxy.gateway.directory import Address, DatabaseDirectory, Directory, SpaceFacts, subdomain_of_host
from proxy.gateway.doors import Doors
from proxy.gateway.events import live_events
from proxy.gateway.first import First
from proxy.gateway.forward import Broken, Refused, forward, has_body, open_session
from proxy.gateway.hold import REFUSED_SECONDS, Holder, Unavailable, Waker
from proxy.gateway.patience import signs_of_life
from proxy.gateway.socket import deny, forward_socket
from proxy.gateway.tail import last_lines
from proxy.traefik import gate_path
from spaces import names
from spaces.errors import QuotaExceeded
from spaces.lifecycle import Stage
from spaces.settings import Settings, get_settings
from spaces.web.language import choose_language

Tail = Callable[[SpaceFacts], Awaitable[list[str]]]
"""The last lines of what a Space is doing now: its build's log, or its instance's."""

CONNECT_TRIES = 5
_BOT = re.compile("|".join(names.BOT_PATTERNS))


class Gateway:
    """One per process. Its parts are handed in, so that tests can stand in for Docker and the database."""

    def __init__(self, settings: Settings, directory: Directory, waker: Waker, tail: Tail | None = None) -> None:
        self.settings = settings
        self.directory = directory
        self.holder = Holder(directory, waker, settings.hold, settings.waiters)
        self.tail = tail or _no_tail
        self.probe_secret = settings.secret("probe-secret")
        self.guard = Guard()
        self.gate_path = gate_path(settings)
        self.cookie = names.pass_cookie(settings.secure, settings.port)
        self.doors = Doors()
        self.watching: Counter[int] = Counter()
        self.loud: aiohttp.ClientSession
        self.quiet: aiohttp.ClientSession

    async def start(self) -> None:
        self.loud, self.quiet = open_session(), open_session(is_quiet=True)

    async def stop(self) -> None:
        await self.loud.close()
        await self.quiet.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith(self.gate_path):
            await self._answer_edge(scope, receive, send)
            return
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        subdomain = subdomain_of_host(headers.get(b"host", ""), self.settings)
        facts = await self.directory.find(subdomain) if subdomain else None
        if headers.get(names.HEADER_PROBE.lower().encode()) == self.probe_secret:
            # the platform asks whether the edge has a route: no, or it would not have come here; it is nobody's visit
            await pages.answer_json(facts, None)(scope, receive, send)
            return
        shown = credentials_of(scope["headers"], scope["query_string"], self.cookie)
        bot = bool(_BOT.search(headers.get(b"user-agent", "")))
        if shown.sign and is_page_load(scope, headers) and (response := await self._enter(scope, facts, shown, bot)):
            await response(scope, receive, send)
            return
        facts = await self.guard.seen_by(facts, shown)
        known = has_pass(scope["headers"], self.cookie)
        scope = {
            **scope,
            "headers": without_ours(scope["headers"]),
            "query_string": query_without_sign(scope["query_string"]),
        }
        if facts is None or facts.stage is Stage.DELETING:
            await self._turn_away(scope, receive, send, headers, subdomain, known, shown.sign)
            return
        async with signs_of_life(scope, send, headers.get(b"user-agent", "")) as send:
            answering = asyncio.create_task(self._answer(scope, receive, send, headers, facts))
            try:
                await self.guard.watch(answering, self.directory, facts, shown)
            finally:
                answering.cancel()
                await asyncio.gather(answering, return_exceptions=True)

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, str], facts: SpaceFacts
    ) -> None:
        if scope["type"] == "http" and scope["path"].startswith(names.GATEWAY_PREFIX):
            await live_events(self, scope, receive, send, facts, self.visit(scope, headers))
        elif facts.static is not None and facts.stage is not Stage.PAUSED:
            await self._serve_static(scope, receive, send, headers, facts)
        else:
            with contextlib.closing(First(scope)) as first:
                await self._serve(scope, receive, send, headers, facts, first)

    async def _answer_edge(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The edge asks about a visitor of a guarded Space that is awake."""
        subdomain = scope["path"].removeprefix(self.gate_path)
        visitors = gate.asked_about(scope, subdomain)
        shown = credentials_of(visitors["headers"], b"", self.cookie)
        if await self.guard.seen_by(await self.directory.find(subdomain), shown):
            await Response(headers={"Cache-Control": "no-store"})(scope, receive, send)
        else:
            headers = {name: value.decode("latin-1") for name, value in visitors["headers"]}
            known = has_pass(visitors["headers"], self.cookie)
            await self._turn_away(visitors, receive, send, headers, subdomain, known)

    async def _enter(self, scope: Scope, facts: SpaceFacts | None, shown: Credentials, bot: bool) -> Response | None:
        """What becomes of a page opened with a sign; None: nothing comes of it."""
        if facts is not None and not facts.guarded:
            return gate.without_sign(scope, facts, self.settings)
        rest = replace(shown, sign="")  # what the browser has otherwise may do
        if gate.is_shared(shown.sign) and await self.guard.seen_by(facts, rest) and facts:
            return gate.without_sign(scope, facts, self.settings)  # it counts once
        if not (gate.is_shared(shown.sign) and bot) and (
            response := await gate.exchange(scope, facts, shown, self.settings)
        ):
            return response
        return (
            gate.without_sign(scope, facts, self.settings) if await self.guard.seen_by(facts, rest) and facts else None
        )

    async def _turn_away(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, str],
        subdomain: str | None,
        known: bool,
        sign: str = "",
    ) -> None:
        """There is no Space here, or none for this visitor, who cannot tell. A browser that was let in before (`known`) is
        sent for a new pass at once."""
        kind = gate.refusal(sign)
        enter = gate.enter_url(scope, subdomain, self.settings) if subdomain else ""
        if (
            enter
            and known
            and kind == "unknown"
            and is_page_load(scope, headers)
            and headers.get(b"sec-fetch-dest", "document") == "document"
        ):
            await RedirectResponse(enter, 303, gate.PRIVATE)(scope, receive, send)
        else:
            enter = gate.again(scope, sign) if kind == "cookies" else enter
            await self._explain(scope, receive, send, headers, Unavailable(None), enter=enter, kind=kind)

    def visit(self, scope: Scope, headers: dict[bytes, str]) -> pages.Visit:
        query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        language = choose_language(query.get(names.PARAMETER_LANGUAGE, ""), headers.get(b"accept-language", ""))
        return pages.Visit(language, scope["path"], query, self.settings.base_url, self.settings.origin)

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, str], facts: SpaceFacts, first: First
    ) -> None:
        bot = bool(_BOT.search(headers.get(b"user-agent", "")))
        if scope["type"] == "http" and not has_body(scope):
            await receive()  # the request's only message: from here on, what is received is the visitor's leaving
        for _ in range(CONNECT_TRIES):
            try:
                if facts.ready and facts.address:
                    address = facts.address
                elif bot:
                    raise Unavailable(facts, retry_after=60)
                elif is_page_load(scope, headers) and not facts.frozen:
                    if facts.wakeable:
                        if refusal := self.holder.refusal(facts.id):
                            raise Unavailable(facts, refusal, REFUSED_SECONDS)
                        self.holder.wake_for_page(facts.id)
                    raise Unavailable(facts)
                else:
                    address = await self._held(facts, receive, scope, first)
                if not bot:
                    self.directory.visited(facts.id)
                session = self.quiet if bot else self.loud
                pass_on = functools.partial(self._pass_on, scope, receive, facts, address, session)
                await (first.ask(pass_on, send) if first.asking else pass_on(send))
                return
            except Refused:
                # the instance left, or the route we knew is old: look again, and wake it where it went to sleep
                await asyncio.sleep(0.05)
                self.directory.forget(facts.id)
                found = await self.directory.find(facts.subdomain, fresh=True)
                if found is None:
                    await self._explain(scope, receive, send, headers, Unavailable(None))
                    return
                facts = found
            except Unavailable as unavailable:
                await self._explain(scope, receive, send, headers, unavailable)
                return
            except Broken:
                await self._explain(scope, receive, send, headers, Unavailable(facts), broken=True)
                return
            except Disconnected:
                return
        await self._explain(scope, receive, send, headers, Unavailable(facts, retry_after=2))

    async def _pass_on(
        self,
        scope: Scope,
        receive: Receive,
        facts: SpaceFacts,
        address: Address,
        session: aiohttp.ClientSession,
        send: Send,
    ) -> None:
        answered = await self.doors.enter(address)

        async def send_on(message: Message) -> None:
            answered()
            await send(message)

        try:
            if scope["type"] == "websocket":
                await forward_socket(scope, receive, send_on, session, address)
            else:
                added = pages.app_headers(facts, self.settings.origin)
                await forward(scope, receive, send_on, session, address, added)
        finally:
            answered()

    async def _held(self, facts: SpaceFacts, receive: Receive, scope: Scope, first: First) -> Address:
        """Waits for the Space, or until it is this visitor's turn to ask it first. A visitor without a body who leaves frees
        the place; a body is not touched before the instance is there."""
        if scope["type"] != "http" or has_body(scope):
            return await self.holder.address(facts)
        waiting = asyncio.create_task(self.holder.address(facts, first))
        leaving = asyncio.create_task(receive())
        turn = set() if first.over else {first.turn}
        try:
            await asyncio.wait({waiting, leaving, *turn}, return_when=asyncio.FIRST_COMPLETED)
            if waiting.done():
                return waiting.result()
            if first.asking:
                return first.turn.result()
            raise Disconnected
        finally:
            for task in (waiting, leaving):
                task.cancel()
            await asyncio.gather(waiting, leaving, return_exceptions=True)

    async def _serve_static(
        self, scope: Scope, receive: Receive, send: Send, headers: dict[bytes, str], facts: SpaceFacts
    ) -> None:
        if scope["type"] == "websocket":
            await deny(scope, send, 404, b"A static Space has no WebSocket.")
            return
        root = self.settings.path("static", str(facts.id), str(facts.revision_id))
        added = pages.app_headers(facts, self.settings.origin)
        if await static.serve(scope, receive, send, root, facts.static or "index.html", added):
            if not _BOT.search(headers.get(b"user-agent", "")):
                self.directory.visited(facts.id)
            return
        if is_page_load(scope, headers):
            response = pages.notice_page("missing", self.visit(scope, headers), facts, status=404)
        else:
            response = pages.answer_json(facts, None, 404, message="This Space has no such file.")
        await response(scope, receive, send)

    async def _explain(
        self,
        scope: Scope,
        receive: Receive,
        send: Send,
        headers: dict[bytes, str],
        unavailable: Unavailable,
        broken: bool = False,
        enter: str = "",
        kind: str = "unknown",
    ) -> None:
        facts, reason, retry = unavailable.facts, unavailable.reason, unavailable.retry_after
        if facts is None or broken:
            status, retry = (404 if facts is None else 502), None
        else:
            status = 503
            waits = unavailable.error is None and (
                facts.wakeable or facts.under_way or self.holder.waking(facts.id) is not None
            )
            retry = retry if retry is not None else 5 if waits else None
        if scope["type"] == "websocket":
            answer = pages.answer_json(facts, reason, status, retry)
            await deny(scope, send, status, bytes(answer.body), answer.raw_headers)
            return
        if not is_page_load(scope, headers):
            response = pages.answer_json(facts, reason, status, retry)
        elif facts is None or broken:
            visit = replace(self.visit(scope, headers), enter=enter)
            response = pages.notice_page("broken" if broken else kind, visit, facts, status=status)
        elif unavailable.error is None and retry is not None:
            waking = self.holder.waking(facts.id)
            response = pages.wait_page(facts, self.visit(scope, headers), waking, await self.tail(facts))
        else:
            kind = "busy" if retry is not None else pages.kind_of(facts, False)
            kind = "failed" if unavailable.error and kind not in ("busy", "paused") else kind
            kind = "full" if isinstance(unavailable.error, QuotaExceeded) else kind
            log = await self.tail(facts) if kind == "failed" and not (reason and reason.detail) else []
            response = pages.notice_page(kind, self.visit(scope, headers), facts, reason, log, status, retry)
        await response(scope, receive, send)


class Disconnected(Exception):
    """The visitor left while being held."""


def is_page_load(scope: Scope, headers: dict[bytes, str]) -> bool:
    """A browser opening a page, in a tab or a frame: the only visitor that a page of ours is meant for."""
    if scope["type"] != "http" or scope["method"] != "GET" or "text/html" not in headers.get(b"accept", ""):
        return False
    if b"sec-websocket-key" in headers:  # the edge asks about an upgrade
        return False
    return headers.get(b"sec-fetch-mode", "navigate") == "navigate"


async def _no_tail(_: SpaceFacts) -> list[str]:
    return []


class _Process:
    """The application as a server runs it: builds the gateway from the settings when the server starts it."""

    def __init__(self) -> None:
        self.gateway: Gateway | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self.gateway:
            await self.gateway(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        directory = DatabaseDirectory()
        events = asyncio.create_task(directory.run())
        self.gateway = Gateway(get_settings(), directory, _waker(), last_lines)
        await self.gateway.start()
        await send({"type": "lifespan.startup.complete"})
        message: Message = await receive()
        assert message["type"] == "lifespan.shutdown"
        events.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await events
        await self.gateway.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _waker() -> Waker:
    # the engine's driver is loaded by the process that runs, not by whoever imports the gateway
    from proxy.waker import Waker as EngineWaker
    from spaces.engines.docker import DockerEngine

    return EngineWaker(DockerEngine(get_settings()), get_settings())


app = _Process()
