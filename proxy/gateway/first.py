"""The visitor whose request is the first that a waking app gets.

Whoever is held for `GET /` asks for just what the platform would ask to see whether the app answers. So that no page is
rendered twice, the one whose visit began the wake asks in the platform's place, once, as soon as somebody listens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from starlette.types import Message, Scope, Send

from proxy.gateway.directory import Address
from proxy.gateway.forward import Broken, Refused, has_body

HEALTHY_BELOW = 500


class First:
    """One visitor's offer to ask first. Close it when the visitor is served or gone."""

    def __init__(self, scope: Scope) -> None:
        self.turn: asyncio.Future[Address] = asyncio.get_running_loop().create_future()
        """Done when it is this visitor's turn to ask the app."""
        self._verdict: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/" or has_body(scope):
            self._verdict.set_result(False)

    @property
    def asking(self) -> bool:
        """It is this visitor's turn, and nobody knows yet what the app says."""
        return self.turn.done() and not self.over

    @property
    def over(self) -> bool:
        return self._verdict.done()

    async def __call__(self, address: Address) -> bool:
        """Has the visitor ask the app; True as soon as it answered below 500. For the waker."""
        if not self.over and not self.turn.done():
            self.turn.set_result(address)
        return await asyncio.shield(self._verdict)

    async def ask(self, pass_on: Callable[[Send], Awaitable[None]], send: Send) -> None:
        """Passes the request on in its turn. Raises Refused, with nothing sent to the visitor, where the app is not ready:
        the platform goes on asking by itself then."""

        async def screened(message: Message) -> None:
            if message["type"] == "http.response.start" and not self.over:
                if message["status"] >= HEALTHY_BELOW:
                    raise Refused(f"It answers {message['status']} while it starts.")
                self._verdict.set_result(True)
            await send(message)

        try:
            await pass_on(screened)
        except Broken as error:
            raise Refused(str(error)) from error
        finally:
            self.close()

    def close(self) -> None:
        """Nobody is here any more who could ask."""
        if not self.over:
            self._verdict.set_result(False)
