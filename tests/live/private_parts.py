"""A real edge in front of one private Space: its owner, a member, a stranger, and an app that tells what reached it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import SQLModel

from proxy.routes import Route, version
from spaces import db, doorbell, passes
from spaces.models import Member, MemberRole, Owner, PassKind, Space, Visibility
from spaces.models.owner import OwnerKind
from spaces.owners import authenticate
from spaces.settings import get_settings
from tests.live.edge_parts import App, EdgeParts, wait_for
from tests.unit.people import a_space, person, token_of

BROWSER = {"Accept": "text/html,*/*;q=0.8", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
ABSENT = "nobody-nothing"
"""A subdomain without a Space."""


class PrivateParts(EdgeParts):
    """`awake` has a route of its own, `asleep` falls through to the gateway; both are the private Space `club/den`."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self.app = App("den")
        with db.writing() as session:
            club = Owner(name="club", name_key="club", kind=OwnerKind.ORGANIZATION)
            session.add(club)
        people = {name: person(name) for name in ("owner", "member", "stranger")}
        self.tokens = {name: token_of(name) for name in people}
        space = a_space("owner", "den", visibility=Visibility.PRIVATE)
        with db.writing() as session:
            session.get(Space, space.id).owner_id = club.id
            for name, role in (("owner", MemberRole.ADMIN), ("member", MemberRole.READ)):
                session.add(Member(organization_id=club.id, user_id=people[name].id, role=role))
        self.space, self.club = space, club
        self.sub = space.subdomain

    def route(self, **changes: object) -> Route:
        return Route(self.space.id or 0, self.sub, self.app.address, **{"guarded": True, **changes})  # type: ignore[arg-type]

    def awake(self, **changes: object) -> None:
        """The Space has a route, which the edge has in force."""
        route = self.route(**changes)
        self.directory.put(self.sub, id=self.space.id, guarded=route.guarded, address=self.app.address)
        self.sync(route)
        wait_for(lambda: self.version(self.sub) == version(route))

    def asleep(self, **facts: object) -> None:
        """The gateway answers for it."""
        self.directory.put(self.sub, **{"id": self.space.id, "guarded": True, **facts})  # type: ignore[arg-type]
        self.sync()
        wait_for(lambda: self.version(self.sub) is None)

    def sign(self, name: str = "member", kind: PassKind = PassKind.SIGN) -> str:
        actor = authenticate(self.tokens[name])
        with db.writing() as session:
            return passes.issue(session, actor, self.space, kind)

    def bearer(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens[name]}"}


@contextlib.contextmanager
def private_edge(data: Path) -> Iterator[PrivateParts]:
    """Running, over a database of its own."""
    patch = pytest.MonkeyPatch()
    patch.setenv("DEMODOCK_DATA", str(data))
    caches = (get_settings, db.database, doorbell.connection)
    for cached in caches:
        cached.cache_clear()
    SQLModel.metadata.create_all(db.database())
    parts = PrivateParts(data)
    try:
        with parts.running():
            yield parts
    finally:
        parts.app.stop()
        db.database().dispose()
        patch.undo()
        for cached in caches:
            cached.cache_clear()


async def fetch(
    client: aiohttp.ClientSession, parts: EdgeParts, sub: str, path: str = "/", method: str = "GET", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    url = aiohttp.client.URL(parts.url(path), encoded=True)
    sent = {"Host": parts.host(sub), "Accept": "*/*"} | headers
    async with client.request(method, url, headers=sent, allow_redirects=False) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, await answer.read()


def raw(parts: EdgeParts, text: str, seconds: float = 5.0) -> bytes:
    """What the edge answers to exactly these bytes."""
    with socket.create_connection(("127.0.0.1", parts.settings.port), seconds) as connection:
        connection.sendall(text.encode("latin-1"))
        connection.settimeout(seconds)
        answer = b""
        with contextlib.suppress(TimeoutError):
            while chunk := connection.recv(65536):
                answer += chunk
        return answer


async def shakes_hands(client: aiohttp.ClientSession, parts: EdgeParts, sub: str, **headers: str) -> int:
    """The status of a WebSocket's handshake; 101 where it opens."""
    try:
        async with client.ws_connect(parts.url("/socket"), headers={"Host": parts.host(sub)} | headers) as opened:
            await opened.send_str("x")
            assert await asyncio.wait_for(opened.receive_str(), 10)
            return 101
    except aiohttp.WSServerHandshakeError as error:
        return error.status
