"""Who loses the right to a private Space loses what is open, too; and a sign in an address opens it once."""

from __future__ import annotations

import asyncio
import re
import time

import aiohttp
import pytest

from spaces import db, names, shares
from spaces.models import Member, MemberRole, PassKind
from spaces.owners import authenticate
from tests.live.edge_parts import loads
from tests.live.private_parts import ABSENT, BROWSER, fetch, private_edge, shakes_hands
from tests.unit.people import person

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    with private_edge(tmp_path_factory.mktemp("private")) as parts:
        yield parts


@pytest.fixture(params=["awake", "asleep"])
def den(request, parts):
    if request.param == "awake":
        parts.awake()
    else:
        parts.asleep(address=parts.app.address)
    yield parts
    with db.writing() as session:
        session.merge(Member(organization_id=parts.club.id, user_id=person("member").id, role=MemberRole.READ))
    parts.gateway.guard._known.clear()


@pytest.fixture
async def client():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
        yield client


def put_out(parts) -> None:
    with db.writing() as session:
        session.delete(session.get(Member, (parts.club.id, person("member").id)))


async def test_p22_streams_and_sockets_end_soon_after_the_right_is_lost(den, client):
    host = {"Host": den.host(den.sub)}
    url = den.url("/for-ever")
    theirs = await client.get(url, headers=host | den.bearer("member"))
    kept = await client.get(url, headers=host | den.bearer("owner"))
    socket = await client.ws_connect(den.url("/socket"), headers=host | den.bearer("member"))
    assert await theirs.content.readany() and await kept.content.readany()
    put_out(den)
    began = time.monotonic()
    with pytest.raises(aiohttp.ClientError):
        while await asyncio.wait_for(theirs.content.readany(), 10):
            assert time.monotonic() - began < 10, "still reading"
    message = await socket.receive(10)
    assert message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR)
    assert time.monotonic() - began < 10
    assert await asyncio.wait_for(kept.content.readany(), 5), "the others' go on"
    for open_one in (theirs, kept, socket):
        await open_one.close() if open_one is socket else open_one.close()


async def test_p31_a_sign_becomes_a_cookie_once_and_reaches_nobody_else(den, client):
    sign = den.sign()
    path = f"/x?a=1&{names.PARAMETER_SIGN}={sign}&b=2"
    status, headers, _ = await fetch(client, den, den.sub, path, **BROWSER)
    where = f"http://{den.host(den.sub)}/x?a=1&b=2"
    assert (status, headers["location"], headers["referrer-policy"]) == (303, where, "no-referrer")
    assert headers["cache-control"] == "private, no-store"
    cookie, _, rules = headers["set-cookie"].partition("; ")
    assert {"HttpOnly", "Path=/", "SameSite=Lax"} <= set(rules.split("; ")) and "Domain" not in rules
    status, _, body = await fetch(client, den, den.sub, "/x", Cookie=f"{cookie}; theirs=1")
    assert (status, loads(body)["path"]) == (200, "/x")
    assert cookie.partition("=")[2].encode() not in body and sign.encode() not in body
    assert (await fetch(client, den, den.sub, path, **BROWSER))[0] == 404, "a second time it opens nothing"
    assert await shakes_hands(client, den, den.sub, Cookie=cookie, Origin=f"http://{den.host(den.sub)}") == 101
    assert await shakes_hands(client, den, den.sub, Cookie=cookie, Origin="http://bob-evil.localhost") == 404
    put_out(den)
    den.gateway.guard._known.clear()
    status, headers, _ = await fetch(client, den, den.sub, Cookie=cookie, **BROWSER)
    assert (status, headers["location"].partition("?")[0]) == (303, f"{den.settings.base_url}{names.ENTER_PATH}")
    assert (await fetch(client, den, den.sub, Cookie=cookie))[0] == 404
    for log in den.settings.data.rglob("*.log"):
        assert sign not in log.read_text()


async def test_a_pages_program_calls_with_a_sign_until_it_is_exchanged(den, client):
    sign = den.sign(kind=PassKind.PROGRAM)
    for _ in range(2):
        status, _, body = await fetch(client, den, den.sub, f"/config?{names.PARAMETER_SIGN}={sign}")
        assert (status, loads(body)["path"]) == (200, "/config")


def shared(parts, **wish) -> str:
    """What a share link of the den carries."""
    with db.writing() as session:
        _, url = shares.make(session, authenticate(parts.tokens["owner"]), parts.space, **wish)
    return url.partition("=")[2]


async def test_p31_a_share_link_opens_the_app_for_a_browser_and_reaches_nobody_else(den, client):
    sign = shared(den)
    path = f"/x?a=1&{names.PARAMETER_SIGN}={sign}"
    status, headers, _ = await fetch(client, den, den.sub, path, **BROWSER)
    assert (status, headers["referrer-policy"], headers["cache-control"]) == (303, "no-referrer", "private, no-store")
    back = headers["location"].removeprefix(f"http://{den.host(den.sub)}")
    cookie = headers["set-cookie"].partition("; ")[0]
    status, headers, _ = await fetch(client, den, den.sub, back, Cookie=cookie, **BROWSER)
    assert (status, headers["location"]) == (303, f"http://{den.host(den.sub)}/x?a=1")
    status, _, body = await fetch(client, den, den.sub, "/x?a=1", Cookie=cookie)
    assert (status, loads(body)["path"]) == (200, "/x?a=1") and sign.encode() not in body
    status, headers, _ = await fetch(client, den, den.sub, path, Cookie=cookie, **BROWSER)
    assert (status, "set-cookie" in headers) == (303, False), "who is in already is not counted again"
    with db.reading() as session:
        (link,) = [one for one in shares.living(session, den.space) if one.uses]
        assert link.uses == 1
    with db.writing() as session:
        shares.take_back(session, authenticate(den.tokens["owner"]), den.space, link.id)
    den.gateway.guard._known.clear()
    assert (await fetch(client, den, den.sub, "/x", Cookie=cookie))[0] == 404
    for log in den.settings.data.rglob("*.log"):
        assert sign not in log.read_text()


async def test_a_browser_that_keeps_no_cookie_is_told_to_open_the_link_in_a_tab(den, client):
    sign = shared(den)
    _, headers, _ = await fetch(client, den, den.sub, f"/?{names.PARAMETER_SIGN}={sign}", **BROWSER)
    back = headers["location"].removeprefix(f"http://{den.host(den.sub)}")
    status, headers, page = await fetch(client, den, den.sub, back, **BROWSER)
    assert status == 404 and b"in a tab of its own" in page and headers["referrer-policy"] == "no-referrer"
    assert f'href="/?{names.PARAMETER_SIGN}={sign}" target="_blank"'.encode() in page


async def test_p41_a_link_that_ended_and_one_to_nothing_are_told_alike(den, client):
    texts = {}
    for where in (den.sub, ABSENT):
        for sign in ("share_nonsense", "arrived.share_nonsense"):
            status, _, page = await fetch(client, den, where, f"/?{names.PARAMETER_SIGN}={sign}", **BROWSER)
            told = re.sub(rb'nonce[-="]+[\w-]+', b"", page).replace(where.encode(), b"HOST")
            texts.setdefault(sign, set()).add((status, told))
    assert all(len(told) == 1 for told in texts.values())
    assert b"This link opens nothing" in min(texts["share_nonsense"])[1]


async def test_a_link_preview_uses_no_share_link_up(den, client):
    sign = shared(den, most=1)
    bot = BROWSER | {"User-Agent": "Slackbot-LinkExpanding 1.0"}
    assert (await fetch(client, den, den.sub, f"/?{names.PARAMETER_SIGN}={sign}", **bot))[0] == 404
    assert (await fetch(client, den, den.sub, f"/?{names.PARAMETER_SIGN}={sign}", **BROWSER))[0] == 303
