"""A private Space behind the real edge: every request is asked about, and what says no is no."""

from __future__ import annotations

import asyncio
import base64
import statistics
import time
from dataclasses import replace

import aiohttp
import pytest

from proxy.traefik import edge_of
from spaces import names
from spaces.lifecycle import Stage
from tests.live.edge_parts import App, free_port, header, loads
from tests.live.private_parts import ABSENT, BROWSER, fetch, private_edge, raw, shakes_hands

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    with private_edge(tmp_path_factory.mktemp("private")) as parts:
        yield parts


@pytest.fixture(params=["awake", "asleep"])
def den(request, parts):
    """The private Space, carried by the edge alone or by the gateway."""
    parts.waker.calls.clear()
    if request.param == "awake":
        parts.awake()
    else:
        parts.asleep(address=parts.app.address)
    return parts


@pytest.fixture
async def client():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(60)) as client:
        yield client


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])
async def test_p23_every_method_is_asked_about(den, client, method):
    for who, allowed in (("member", True), ("owner", True), ("stranger", False)):
        status, headers, _ = await fetch(client, den, den.sub, method=method, **den.bearer(who))
        assert (status, headers.get("x-app")) == ((200, "den") if allowed else (404, None)), who
    status, headers, _ = await fetch(client, den, den.sub, method=method)
    assert (status, headers.get("x-app")) == (404, None)


async def test_p23_an_upgrade_a_large_body_connect_and_http2_are_asked_about(den, client):
    assert await shakes_hands(client, den, den.sub, **den.bearer("member")) == 101
    assert await shakes_hands(client, den, den.sub, **den.bearer("stranger")) == 404
    assert await shakes_hands(client, den, den.sub) == 404
    den.app.uploaded = -1
    url, body = den.url("/upload"), b"x" * 10_000_000
    async with client.post(url, data=body, headers={"Host": den.host(den.sub)}) as answer:
        assert (answer.status, den.app.uploaded) == (404, -1)
    async with client.post(url, data=body, headers={"Host": den.host(den.sub)} | den.bearer("member")) as answer:
        assert await answer.json() == {"size": len(body)}
    host = den.host(den.sub)
    for text in (
        f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n",
        f"GET / HTTP/1.0\r\nHost: {host}\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ):
        answer = await asyncio.to_thread(raw, den, text, 1.0)
        assert b'"app"' not in answer and not answer.startswith(b"HTTP/1.1 200"), answer


async def test_p23_a_gate_that_is_gone_broken_or_silent_is_closed(parts, client):
    broken = App("broken")
    silent = await asyncio.start_server(lambda *_: asyncio.sleep(300), "127.0.0.1", 0)
    gates = {
        "gone": f"http://127.0.0.1:{free_port()}/",
        "broken": f"http://127.0.0.1:{broken.port}/break?",
        "silent": f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}/",
    }
    try:
        for name, gate in gates.items():
            parts.edge = replace(edge_of(parts.settings), gate=gate)
            parts.awake()
            began = time.monotonic()
            answer = await fetch(client, parts, parts.sub, **parts.bearer("member"))
            assert answer[0] >= 500 and "x-app" not in answer[1], name
            assert time.monotonic() - began < 35, "a bounded wait"
            parts.awake(guarded=False)
            assert (await fetch(client, parts, parts.sub))[1]["x-app"] == "den", "a public one does not care"
    finally:
        parts.edge = edge_of(parts.settings)
        silent.close()
        broken.stop()


SPOOFS = {
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-For": "6.6.6.6",
    "X-Forwarded-Uri": "/evil",
    "X-Forwarded-Method": "GET",
    "X-Real-Ip": "6.6.6.6",
    "X_Forwarded_Host": "evil.example",
    "X_HF_Authorization": "Bearer evil",
    "X.Forwarded.Host": "evil.example",
    "Connection": "X-Forwarded-Host, keep-alive",
}


@pytest.mark.parametrize("public", [False, True])
async def test_p24_an_app_sees_what_the_edge_says_and_no_spelling_of_a_visitors_own(den, client, public):
    if public:
        den.directory.change(den.sub, guarded=False)
    _, _, body = await fetch(client, den, den.sub, **SPOOFS, **den.bearer("member"))
    assert b"evil" not in body and b"6.6.6.6" not in body, body
    assert header(loads(body), "X-Forwarded-Host") == [den.host(den.sub)]


async def test_p25_however_a_host_is_spelled_the_same_is_decided(den, client):
    for host in (den.sub.upper() + ".LOCALHOST", f"{den.sub}.localhost.", f"{den.sub}.localhost:99999"):
        sent = {"Host": host}
        assert (await fetch(client, den, den.sub, **sent))[0] == 404, host
        assert (await fetch(client, den, den.sub, **sent, **den.bearer("stranger")))[0] == 404, host
        assert (await fetch(client, den, den.sub, **sent, **den.bearer("member")))[0] == 200, host


async def test_p25_two_hosts_or_an_absolute_address_open_nothing(den):
    host = den.host(den.sub)
    token = den.tokens["stranger"]
    for text in (
        f"GET / HTTP/1.1\r\nHost: {host}\r\nHost: localhost\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: localhost\r\nHost: {host}\r\n\r\n",
        f"GET http://{host}/ HTTP/1.1\r\nHost: {ABSENT}.localhost\r\n\r\n",
        f"GET http://{ABSENT}.localhost/ HTTP/1.1\r\nHost: {host}\r\n\r\n",
        f"GET http://{host}/ HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {host}/../x\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost:\t{host} \r\n\r\n",
    ):
        answer = await asyncio.to_thread(raw, den, text, 0.5)
        assert answer.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400")), (text, answer)


PATHS = [
    "/x%2f..%2fapi/x",
    "/API/x",
    "/;/api/x",
    "//x",
    "/%2e%2e/x",
    "/a/../x",
    "/./x",
    "/.demodock/gate/x",
    "/healthz",
    "/x?y=%00",
]


@pytest.mark.parametrize("path", PATHS)
async def test_p26_no_path_changes_who_is_let_in(den, client, path):
    assert (await fetch(client, den, den.sub, path))[0] == 404
    assert (await fetch(client, den, den.sub, path, **den.bearer("stranger")))[0] == 404
    if not path.startswith(names.GATEWAY_PREFIX):
        assert (await fetch(client, den, den.sub, path, **den.bearer("member")))[1].get("x-app") == "den"


REQUESTS = [
    {},
    BROWSER,
    BROWSER | {"Accept-Language": "zh"},
    {"Authorization": "Bearer dd_" + "x" * 40},
    {names.HEADER_HUB_AUTHORIZATION: "Bearer dd_" + "y" * 40},
    {"Cookie": "demodock-space-1=z"},
    {"User-Agent": "Googlebot/2.1"},
    {"Origin": "https://evil.example"},
]


@pytest.mark.parametrize(
    "stage", [None, Stage.RUNNING, Stage.SLEEPING, Stage.BUILDING, Stage.RUNTIME_ERROR, Stage.PAUSED]
)
async def test_p41_to_others_a_private_space_is_not_there(parts, client, stage):
    parts.waker.calls.clear()
    parts.directory.visits.clear()
    parts.lines = ["a line of the log"]
    if stage is None:
        parts.awake()
    else:
        static = "index.html" if stage is Stage.RUNNING else None
        parts.asleep(stage=stage, static=static, title="A secret plan")
    paths = (
        "/",
        "/x?demodock_lang=zh",
        names.GATEWAY_PREFIX + "events",
        names.GATEWAY_PREFIX + "events?once",
        "/?__sign=abc",
    )
    for headers in [*REQUESTS, parts.bearer("stranger"), BROWSER | parts.bearer("stranger")]:
        for path in paths:
            for method in ("GET", "HEAD", "POST"):
                there = comparable(await fetch(client, parts, parts.sub, path, method, **headers), parts.sub)
                absent = comparable(await fetch(client, parts, ABSENT, path, method, **headers), ABSENT)
                assert there == absent, (method, path, headers)
                assert there[0] in (404, 303)
    assert await shakes_hands(client, parts, parts.sub) == await shakes_hands(client, parts, ABSENT) == 404
    assert parts.waker.calls == parts.directory.visits == []


def comparable(answer, sub):
    """An answer without what differs between any two: the time, the nonce, and the name that was asked for."""
    status, headers, body = answer
    headers = {name: value for name, value in headers.items() if name not in ("date", "content-security-policy")}
    nonce = answer[1].get("content-security-policy", "").partition("nonce-")[2].partition("'")[0]
    text = body.decode().replace(sub, "SUB")
    headers.pop("content-length", None)
    where = headers.get("location", "").replace(sub, "SUB")
    return status, headers | {"location": where}, text.replace(nonce, "NONCE") if nonce else text


@pytest.mark.parametrize("kind", ["nothing", "a bad token", "a stranger's token"])
async def test_p41_the_time_an_answer_takes_tells_nothing(parts, client, kind):
    parts.asleep(stage=Stage.SLEEPING)
    shown = {
        "nothing": lambda n: {},
        "a bad token": lambda n: {"Authorization": f"Bearer dd_{n:040d}"},
        "a stranger's token": lambda n: parts.bearer("stranger"),
    }[kind]
    taken = {parts.sub: [], ABSENT: []}
    for n in range(240):
        for sub in sorted(taken, reverse=bool(n % 2)):
            parts.gateway.guard._known.clear()
            began = time.perf_counter()
            await fetch(client, parts, sub, **shown(n))
            taken[sub].append(time.perf_counter() - began)
    # A guess by the time is right hardly oftener than by a coin.
    pivot = statistics.median(taken[parts.sub] + taken[ABSENT])
    right = sum(t > pivot for t in taken[parts.sub]) + sum(t <= pivot for t in taken[ABSENT])
    assert 0.35 < right / (2 * 240) < 0.65, {sub: statistics.median(times) for sub, times in taken.items()}


async def test_p32_no_token_cookie_or_sign_of_ours_reaches_an_app(den, client):
    cookie = den.gateway.cookie
    secret = den.tokens["member"]
    basic = base64.b64encode(f"anyone:{secret}".encode()).decode()
    shown = [
        {"Authorization": f"Bearer {secret}"},
        {"Authorization": f"Basic {basic}"},
        {names.HEADER_HUB_AUTHORIZATION: f"Bearer {secret}"},
        {"Cookie": f"demodock-8000={secret}; {cookie}=abc; theirs=1; __Host-demodock={secret}", **den.bearer("member")},
    ]
    for public in (False, True):
        if public and den.version(den.sub):
            den.awake(guarded=False)
        den.directory.change(den.sub, guarded=not public)
        for headers in shown:
            status, _, body = await fetch(client, den, den.sub, "/x?a=1&__sign=abc&b=2", **headers)
            assert status == 200, headers
            assert secret.encode() not in body and basic.encode() not in body and b"demodock" not in body, body
            assert loads(body)["path"] == "/x?a=1&b=2"
        assert header(loads(body), "Cookie") == ["theirs=1"]
        # what belongs to the app stays
        headers = {
            "Authorization": "Bearer the-apps-own",
            names.HEADER_HUB_AUTHORIZATION: f"Bearer {secret}",
            "Cookie": "a=1;b=2",
        }
        _, _, body = await fetch(client, den, den.sub, **headers)
        assert header(loads(body), "Authorization") == ["Bearer the-apps-own"]
        assert header(loads(body), "Cookie") == ["a=1;b=2"]
        assert header(loads(body), names.HEADER_HUB_AUTHORIZATION) == []
