"""One HTTP request to an instance and its answer back, both streamed: nothing is gathered, each chunk leaves as it came.

Host and X-Forwarded-* are passed on as the edge wrote them. A request is tried again by the caller only while
`Refused` says that not a byte of it was sent.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable, Mapping
from types import MappingProxyType

import aiohttp
from starlette.types import Receive, Scope, Send
from yarl import URL

from proxy import quiet
from proxy.gateway.directory import Address
from proxy.routes import Target
from proxy.traefik import UPSTREAM_IDLE_SECONDS

CONNECT_SECONDS = 5.0
HEADER_LIMIT = 64 * 1024

_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-authenticate proxy-authorization proxy-connection te trailer trailers transfer-encoding "
    b"upgrade expect".split()
)
_OWN_HEADERS = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class Refused(Exception):
    """Nobody accepted the connection; nothing was sent."""


class Broken(Exception):
    """The app took the request and broke off before it answered."""


class Gone(Exception):
    """The visitor went away."""


def open_session(is_quiet: bool = False) -> aiohttp.ClientSession:
    """A pool of connections to instances; a quiet one leaves from ports that never count as activity."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=0,
            keepalive_timeout=UPSTREAM_IDLE_SECONDS,
            socket_factory=quiet.quiet_socket if is_quiet else None,
        ),
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        max_line_size=HEADER_LIMIT,
        max_field_size=HEADER_LIMIT,
        skip_auto_headers=_OWN_HEADERS,
    )


async def forward(
    scope: Scope,
    receive: Receive,
    send: Send,
    session: aiohttp.ClientSession,
    to: Address,
    added: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Passes the request on and its answer back, with `added` headers in place of the app's own; an empty one takes the
    app's out. Of a request without a body, `receive` has been read already. Raises Refused or Broken before anything was
    answered; an app that breaks off in mid-answer breaks off ours."""
    body = _Body(receive)
    sends = has_body(scope)
    request = asyncio.create_task(_exchange(scope, body if sends else None, send, session, to, added))
    if not sends:
        body.done.set()
    watch = asyncio.create_task(_until_gone(body, receive))
    try:
        await asyncio.wait({request, watch}, return_when=asyncio.FIRST_COMPLETED)
        if request.done():
            request.result()
        # else: the visitor is gone, and leaving this block takes the request to the app with it
    finally:
        for task in (request, watch):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await asyncio.gather(request, watch, return_exceptions=True)


def has_body(scope: Scope) -> bool:
    """A body of at least one byte comes with the request."""
    return any(n == b"transfer-encoding" or (n == b"content-length" and v != b"0") for n, v in scope["headers"])


def target_url(scope: Scope, to: Address, scheme: str = "http") -> URL:
    """The same path and query, byte for byte, at the instance."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    if not path.startswith("/"):
        path = "/" + path
    return URL(
        f"{scheme}{Target(to.host, to.port).url.removeprefix('http')}{path}{'?' + query if query else ''}", encoded=True
    )


def passed_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """End-to-end headers only (RFC 9110, 7.6.1): hop-by-hop ones and those that `Connection` names stay behind."""
    headers = list(headers)
    dropped = set(_HOP_BY_HOP)
    for name, value in headers:
        if name.lower() == b"connection":
            dropped |= {token.strip().lower() for token in value.split(b",")}
    return [(name.lower(), value) for name, value in headers if name.lower() not in dropped]


class _Body:
    """The request's body as it arrives; `done` once it is all in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self.done = asyncio.Event()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self.done.set()
                raise Gone
            if chunk := message.get("body"):
                yield chunk
            if not message.get("more_body"):
                self.done.set()
                return


async def _until_gone(body: _Body, receive: Receive) -> None:
    await body.done.wait()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _exchange(
    scope: Scope,
    body: _Body | None,
    send: Send,
    session: aiohttp.ClientSession,
    to: Address,
    added: Mapping[str, str],
) -> None:
    headers = [(n.decode("latin-1"), v.decode("latin-1")) for n, v in passed_headers(scope["headers"])]
    try:
        answer = await session.request(
            scope["method"],
            target_url(scope, to),
            headers=headers,
            data=body.__aiter__() if body else None,
            allow_redirects=False,
        )
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Refused(str(error)) from error
    except aiohttp.ClientError as error:
        raise Broken(str(error)) from error
    async with answer:
        ours = {name.encode(): value.encode() for name, value in added.items()}
        back = [(name, value) for name, value in passed_headers(answer.raw_headers) if name not in ours]
        back += [(name, value) for name, value in ours.items() if value]
        await send({"type": "http.response.start", "status": answer.status, "headers": back})
        async for chunk in answer.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
