"""What holds for every request before and after any route sees it, as one ASGI layer.

Request id, known hosts only, no changes from other sites' pages, bounded bodies, encoded slashes kept inside their
segment, no caching of what is private, and an error body that says nothing but its id.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

import structlog
from anyio.to_thread import run_sync
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from spaces import links, names
from spaces.api import browsers, metrics
from spaces.errors import BadRequest, DemodockError, TooLarge
from spaces.settings import get_settings

log = structlog.get_logger()

BODY_LIMIT = 4 * 1024 * 1024
STREAMED = re.compile(
    r"/git-(upload|receive)-pack$|^/lfs/(upload|part)/|^/api/(v1/repos/)?[a-z]+/[^/]+/[^/]+/(commit|upload)/"
    r"|^(/(models|datasets|spaces))?/[^/]+/[^/]+/upload/|^/new/upload$"
)
"""Paths whose routes read the body piece by piece and limit it themselves."""
_PULL = re.compile(
    r"^((?:/api/(?:models|datasets|spaces)|/datasets|/spaces)?/[^/]+/[^/]+/"
    r"(?:resolve|tree|blob|raw|edit|new|delete|upload|commits|paths-info|revision|preupload|commit)/)refs/pr/([1-9][0-9]{0,8})(?=/|$)"
)
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

_SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
}


class Envelope:
    """`page` draws an error for whoever opened the address in a browser. It is told to know nobody: what went wrong may be
    how we find out who it is."""

    def __init__(self, app: ASGIApp, page: Callable[[Request, DemodockError, bool], Response] | None = None) -> None:
        self.app, self.page = app, page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, request_id, status = time.monotonic(), uuid.uuid4().hex, 0
        scope = {**scope, "path": routed_path(scope)}
        scope.setdefault("state", {})["request_id"] = request_id

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers[names.HEADER_REQUEST_ID] = request_id
                headers.setdefault("Cache-Control", "private, no-store")
                for name, value in _SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        structlog.contextvars.bind_contextvars(request=request_id)
        try:
            headers = Headers(scope=scope)
            if links.note(_check_host(headers.get("host", ""))):
                scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
            browsers.check_origin(scope["method"], Headers(scope=scope))
            receive = await _bounded(scope["path"], headers, receive)
            await self.app(scope, receive, answer)
        except DemodockError as error:
            await self._refuse(scope, receive, answer, error)
        except Exception:
            log.exception("a request failed", path=scope["path"], method=scope["method"])
            if status:
                raise
            await self._refuse(scope, receive, answer, internal(request_id))
        finally:
            structlog.contextvars.unbind_contextvars("request")
            metrics.note(scope, status, time.monotonic() - began)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, error: DemodockError) -> None:
        if self.page and browsers.wants_page(Headers(scope=scope), scope["path"]):
            try:
                response = await run_sync(self.page, Request(scope), error, False)
            except Exception:
                log.exception("a problem could not be drawn as a page", code=error.code)
            else:
                await response(scope, receive, send)
                return
        await send_problem(send, error)


def routed_path(scope: Scope) -> str:
    """The path decoded but for `%2F` and `%25`: a branch `feat/x` is one segment, and `Segment` decodes it once more.
    A pull request's ref is one segment however it is written."""
    raw = scope.get("raw_path") or scope["path"].encode()
    text = _PULL.sub(r"\1refs%2Fpr%2F\2", raw.decode("latin-1").partition("?")[0])
    return unquote(re.sub(r"%(2[Ff]|25)", r"%25\1", text))


def internal(request_id: str) -> DemodockError:
    """What a person learns of a defect of ours: the id under which the log tells the rest."""
    return DemodockError(
        "Something went wrong on our side.", hint=f"The log knows it as {request_id}.", request_id=request_id
    )


def headers_of(error: DemodockError) -> dict[str, str]:
    """The headers that go with an error; Hub clients read them before the body."""
    headers = {"Content-Type": error.media_type, names.HEADER_ERROR_MESSAGE: header_text(error.message)}
    if error.hub_code:
        headers[names.HEADER_ERROR_CODE] = error.hub_code
    if retry_after := getattr(error, "retry_after", None):
        headers["Retry-After"] = str(retry_after)
    if error.status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="demodock", charset="UTF-8"'
    return headers


def header_text(text: str) -> str:
    """`text` as a header may hold it."""
    return re.sub(r"[^\x20-\x7e]+", " ", text)[:500]


async def send_problem(send: Send, error: DemodockError) -> None:
    body = json.dumps(error.problem()).encode()
    headers = headers_of(error) | {"Content-Length": str(len(body))}
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": error.status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})


def _check_host(host: str) -> str:
    """The name in it. Links are made from the settings and never from this; still, what is not ours is not answered (P35)."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".").lower()
    except ValueError:
        name = ""
    settings = get_settings()
    control = {settings.domain.lower(), (urlsplit(settings.base_url).hostname or "").lower()}
    if name not in control | LOOPBACK | {f"{names.HUB_SUBDOMAIN}.{domain}" for domain in control}:
        raise BadRequest("Unknown host.", hint=f"The control host is {settings.base_url}.", code="unknown_host")
    return name


async def _bounded(path: str, headers: Headers, receive: Receive) -> Receive:
    if STREAMED.search(path):
        return receive
    length = headers.get("content-length", "")
    if length.isdigit() and int(length) > BODY_LIMIT:
        raise _too_large()
    if length or "chunked" not in headers.get("transfer-encoding", ""):
        return receive
    kept, size, more = [], 0, True
    while more:
        message = await receive()
        kept.append(message)
        size += len(message.get("body", b""))
        if size > BODY_LIMIT:
            raise _too_large()
        more = message.get("more_body", False)

    async def again() -> Message:
        return kept.pop(0) if kept else await receive()

    return again


def _too_large() -> TooLarge:
    return TooLarge(f"The body is larger than {BODY_LIMIT} bytes.", hint="Send files through git or the commit API.")
