"""Signs of life for programs that give up after five silent seconds, as Gradio's client does while a Space wakes.

HTTP lets a server say `100 Continue` as often as it likes before it answers, and every client passes over it; to one that
counts silent seconds it is not silent. Said only to those known to count, since not every proxy in between likes it.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator

from starlette.types import Message, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

EVERY_SECONDS = 3.0
IMPATIENT = re.compile(r"gradio_client/|python-httpx/")
ALIVE = "http.response.continue"
"""In a scope's `extensions`: says it to the client."""


class PatientProtocol(HttpToolsProtocol):
    """Uvicorn's own, with a way to say `100 Continue` unasked."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["extensions"] = {ALIVE: {"say": self._say}}  # type: ignore[typeddict-item]

    def _say(self) -> None:
        if not self.transport.is_closing():
            self.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@contextlib.asynccontextmanager
async def signs_of_life(scope: Scope, send: Send, agent: str) -> AsyncIterator[Send]:
    """Gives a `send` to answer with; until it is used, an impatient client hears every few seconds that we are there."""
    say = (scope.get("extensions") or {}).get(ALIVE, {}).get("say")
    if say is None or scope["type"] != "http" or scope["http_version"] != "1.1" or not IMPATIENT.search(agent):
        yield send
        return

    async def ticking() -> None:
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            say()

    ticks = asyncio.create_task(ticking())

    async def answer(message: Message) -> None:
        ticks.cancel()
        await send(message)

    try:
        yield answer
    finally:
        ticks.cancel()
