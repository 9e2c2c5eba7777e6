"""A request's body as it arrives: never held whole, inflated where it is gzip, counted, and never waited for forever."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from typing import Any

from spaces.errors import Invalid

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SILENCE = 120.0
"""Seconds without a byte after which a client counts as gone."""
_PIECE = 1 << 18


def length_of(header: str | None) -> int | None:
    """What a Content-Length header says; None where it says nothing that is a number."""
    return int(header) if header and header.isascii() and header.isdigit() else None


class Gone(Exception):
    """The client went away in the middle of its request."""


class Body:
    """Yields pieces by `async for`, once. `count` is what was yielded so far."""

    def __init__(self, receive: Receive, encoding: str = "") -> None:
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise Invalid(f"The encoding {encoding[:40]!r} is not understood.", hint="Send the body plain, or as gzip.")
        self.count = 0
        self._receive = receive
        self._inflate = zlib.decompressobj(31) if "gzip" in encoding else None
        self._pieces = self._read()

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self._pieces

    async def drain(self, limit: int, seconds: float) -> None:
        """Throws away what still comes, up to `limit` bytes: a client that still sends does not listen yet."""
        start = self.count
        try:
            async with asyncio.timeout(seconds):
                async for _ in self._pieces:
                    if self.count - start > limit:
                        return
        except (TimeoutError, Gone, Invalid):
            return

    async def _read(self) -> AsyncIterator[bytes]:
        more = True
        while more:
            try:
                message = await asyncio.wait_for(self._receive(), SILENCE)
            except TimeoutError:
                raise Gone from None
            if message["type"] != "http.request":
                raise Gone
            more = message.get("more_body", False)
            for piece in self._unpack(message.get("body", b"")):
                self.count += len(piece)
                yield piece
        if self._inflate and not self._inflate.eof:
            raise Invalid("The gzip body ends too early.")

    def _unpack(self, data: bytes):  # type: ignore[no-untyped-def]
        if self._inflate is None:
            if data:
                yield data
            return
        try:
            while data:
                piece = self._inflate.decompress(data, _PIECE)
                data = self._inflate.unconsumed_tail
                if piece:
                    yield piece
        except zlib.error:
            raise Invalid("The body is not gzip, although it says so.") from None
