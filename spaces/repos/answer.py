"""An HTTP answer sent in pieces, which no slow or absent reader holds up for long."""

from __future__ import annotations

import asyncio

from spaces.repos.body import Gone, Send

_PATIENCE = 300.0
"""Seconds that a client may take to read one piece."""


class Answer:
    """Begins at the first `write`."""

    def __init__(self, send: Send, kind: str, status: int = 200) -> None:
        self.started = False
        self._send, self._kind, self._status = send, kind, status

    async def write(self, data: bytes, *, last: bool = False, close: bool = False) -> None:
        """Raises Gone where the client does not read on."""
        try:
            async with asyncio.timeout(_PATIENCE):
                if not self.started:
                    self.started = True
                    headers = [
                        (b"content-type", self._kind.encode()),
                        (b"cache-control", b"no-cache, max-age=0, must-revalidate"),
                        (b"x-content-type-options", b"nosniff"),
                    ]
                    headers += [(b"connection", b"close")] if close else []
                    await self._send({"type": "http.response.start", "status": self._status, "headers": headers})
                await self._send({"type": "http.response.body", "body": data, "more_body": not last})
        except (TimeoutError, OSError):
            raise Gone from None

    async def end(self, data: bytes = b"", *, close: bool = False) -> None:
        """The last piece; whether anybody reads it changes nothing any more."""
        try:
            await self.write(data, last=True, close=close)
        except Gone:
            return
