"""A WebSocket to an instance and back: subprotocols, messages of any size and close codes pass; compression ends here."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import aiohttp
from multidict import CIMultiDict
from starlette.types import Receive, Scope, Send

from proxy.gateway.directory import Address
from proxy.gateway.forward import Refused, passed_headers, target_url

GOING_AWAY = 1001
_UNSENDABLE = frozenset({None, 0, 1005, 1006, 1015})
"""Codes that describe a close and never travel in one."""


async def forward_socket(
    scope: Scope, receive: Receive, send: Send, session: aiohttp.ClientSession, to: Address
) -> None:
    """Opens the instance's side, then accepts the visitor's. Raises Refused before the visitor was answered."""
    headers = [
        (n.decode("latin-1"), v.decode("latin-1"))
        for n, v in passed_headers(scope["headers"])
        if not n.lower().startswith(b"sec-websocket-")
    ]
    try:
        app = await session.ws_connect(
            target_url(scope, to),
            headers=CIMultiDict(headers),
            protocols=scope.get("subprotocols") or (),
            max_msg_size=0,
            autoclose=True,
            autoping=True,
            compress=0,
        )
    except aiohttp.WSServerHandshakeError as error:
        await deny(scope, send, error.status, b"The app refused the WebSocket.")
        return
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        raise Refused(str(error)) from error
    except aiohttp.ClientError:
        await deny(scope, send, 502, b"The app broke off the WebSocket's handshake.")
        return
    async with app:
        cookies = [(b"set-cookie", v) for n, v in app._response.raw_headers if n.lower() == b"set-cookie"]
        await send({"type": "websocket.accept", "subprotocol": app.protocol, "headers": cookies})
        await _converse(receive, send, app)


async def deny(
    scope: Scope, send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    """Answers the handshake with an HTTP status, where the server can; else it is a 403."""
    if "websocket.http.response" not in (scope.get("extensions") or {}):
        await send({"type": "websocket.close", "code": 1000})
        return
    headers = headers or [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": body})


async def _converse(receive: Receive, send: Send, app: aiohttp.ClientWebSocketResponse) -> None:
    to_app = asyncio.create_task(_visitor_to_app(receive, app))
    to_visitor = asyncio.create_task(_app_to_visitor(app, send))
    try:
        await asyncio.wait({to_app, to_visitor}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (to_app, to_visitor):
            task.cancel()
        await asyncio.gather(to_app, to_visitor, return_exceptions=True)


async def _visitor_to_app(receive: Receive, app: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        message: Any = await receive()
        if message["type"] == "websocket.disconnect":
            code = message.get("code")
            await app.close(
                code=1000 if code in _UNSENDABLE else code, message=(message.get("reason") or "").encode()[:120]
            )
            return
        if message.get("text") is not None:
            await app.send_str(message["text"])
        elif message.get("bytes") is not None:
            await app.send_bytes(message["bytes"])


async def _app_to_visitor(app: aiohttp.ClientWebSocketResponse, send: Send) -> None:
    reason = ""
    while True:
        message = await app.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await send({"type": "websocket.send", "text": message.data})
        elif message.type is aiohttp.WSMsgType.BINARY:
            await send({"type": "websocket.send", "bytes": message.data})
        else:
            if message.type is aiohttp.WSMsgType.CLOSE:
                reason = message.extra or ""
            break
    code = app.close_code
    # an app that went without a word: 1001 tells clients to come back, 1006 cannot be sent
    code = 1000 if code == 1005 else GOING_AWAY if code in _UNSENDABLE else code
    with contextlib.suppress(RuntimeError):  # the visitor closed at the same moment
        await send({"type": "websocket.close", "code": code, "reason": reason[:120]})
