"""Bytes to a client: all of them or one range, or just word that it has them already."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Callable, Iterable

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

PATIENCE = 300.0
"""Seconds that a client may take to read one piece."""


def answer(
    request: Request, size: int, headers: dict[str, str], stream: Callable[[int, int], Iterable[bytes]]
) -> Response:
    """What `request` wants of `size` bytes whose `ETag` is among `headers`; `stream` gives those from and up to. Answers
    `Range` with one range, and `If-None-Match`."""
    etag = headers["ETag"]
    if etag in re.findall(r'"[^"]*"', request.headers.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    asked = request.headers.get("range", "")
    if request.headers.get("if-range", etag) != etag:
        asked = ""
    part = _part(asked, size)
    if part is None:
        return Response(status_code=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    start, stop = part
    partial = (start, stop) != (0, size)
    headers = headers | {"Accept-Ranges": "bytes", "Content-Length": str(stop - start)}
    if partial:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{size}"
    status = 206 if partial else 200
    if request.method == "HEAD" or start == stop:
        return Response(status_code=status, headers=headers)
    return _Patient(stream(start, stop), status, headers)


# -- private


class _Patient(StreamingResponse):
    """Ends with a client that does not read on, and with it the git that reads for it."""

    def __init__(self, pieces: Iterable[bytes], status: int, headers: dict[str, str]) -> None:
        super().__init__(pieces, status, headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def limited(message: Message) -> None:
            async with asyncio.timeout(PATIENCE):
                await send(message)

        with contextlib.suppress(ClientDisconnect, TimeoutError):
            await super().__call__(scope, receive, limited)


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """Which bytes a Range header asks for, from and up to; all where it asks for none, for several, or for nothing that we
    understand; None where there are no such bytes."""
    match = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", asked.strip())
    if match is None or not (match[1] or match[2]):
        return 0, size
    if not match[1]:
        last = int(match[2])
        return (max(0, size - last), size) if last and size else None
    start, stop = int(match[1]), min(int(match[2]) + 1 if match[2] else size, size)
    if match[2] and int(match[2]) < start:
        return 0, size
    return (start, stop) if start < size else None
