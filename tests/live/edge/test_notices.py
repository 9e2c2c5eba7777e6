"""What visitors are told of a Space that does not open, by the real gateway behind real Traefik."""

from __future__ import annotations

import asyncio

import pytest

from proxy.routes import Route, Target
from spaces import names
from spaces.errors import Busy, NotFound, StartFailed
from spaces.lifecycle import Reason, Stage
from tests.live.edge.kit import BROWSER, get, numbers
from tests.live.edge_parts import App, wait_for

pytestmark = pytest.mark.live


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (StartFailed("Nothing listens on 7860.", hint="We saw 8501."), 503, "We saw 8501."),
        (Busy("Too many starts.", retry_after=7), 503, "Too many starts."),
        (NotFound("gone"), 404, "There is no Space here."),
    ],
)
async def test_a_wake_that_fails_says_why(parts, sub, client, error, status, said):
    parts.directory.put(sub, Stage.SLEEPING)

    def act(_):
        raise error

    parts.waker.act = act
    got, headers, body = await get(client, parts, sub, Accept="*/*")
    assert (got, said in body) == (status, True)
    assert headers.get("Retry-After") == ("7" if isinstance(error, Busy) else None)


async def test_nobody_is_held_longer_than_the_limit(parts, sub, client):
    parts.directory.put(sub, Stage.BUILDING)
    parts.gateway.holder._seconds = 0.4
    try:
        status, headers, body = await get(client, parts, sub, Accept="*/*")
    finally:
        parts.gateway.holder._seconds = parts.settings.hold
    assert (status, headers["Retry-After"], '"stage":"BUILDING"' in body) == (503, "5", True)


@pytest.mark.parametrize(
    ("stage", "said"),
    [
        (Stage.PAUSED, "is paused"),
        (Stage.RUNTIME_ERROR, "does not run"),
        (Stage.BUILD_ERROR, "does not run"),
        (Stage.NO_APP_FILE, "no app yet"),
    ],
)
async def test_a_space_at_rest_gets_an_honest_page_and_stays_at_rest(parts, sub, client, stage, said):
    reason = Reason(code="x", message="It <b>fell</b> over.", hint="Pick it up.", detail="line 1\nline 2")
    parts.directory.put(sub, stage, reason=reason)
    status, headers, body = await get(client, parts, sub, **BROWSER)
    assert status == 503 and said in body and "&lt;b&gt;fell&lt;/b&gt;" in body
    assert ("Pick it up." in body) == (stage != Stage.PAUSED), "visitors cannot restart it"
    assert headers[names.HEADER_SPACE_STAGE] == stage and "Retry-After" not in headers
    assert parts.waker.calls == []


async def test_an_unknown_host_is_404_and_the_control_host_is_the_apis(parts, sub, client):
    for host in ("nobody.localhost", "a.b.localhost", "127.0.0.1", "evil.example"):
        async with client.get(parts.url(), headers={"Host": host} | BROWSER) as answer:
            assert (answer.status, "no Space here" in await answer.text()) == (404, True)
    async with client.get(parts.url(), headers={"Host": "localhost"}) as answer:
        assert answer.status == 502, "no api runs here"


async def test_p25_however_a_host_is_spelled_it_is_the_same_space(parts, app, sub, client):
    parts.directory.put(sub, address=app.address)
    for host in (sub.upper() + ".LOCALHOST", f"{sub}.localhost.", f"{sub}.localhost:99999"):
        async with client.get(parts.url(), headers={"Host": host}) as answer:
            assert (answer.status, (await answer.json())["app"]) == (200, "app")


async def test_the_platforms_own_probe_wakes_nobody_and_reaches_no_app(parts, app, sub, client):
    parts.directory.put(sub, Stage.SLEEPING)
    assert parts.version(sub) is None
    parts.directory.change(sub, stage=Stage.RUNNING, address=app.address)
    status, _, _ = await get(client, parts, sub, **{names.HEADER_PROBE: parts.edge.probe_secret})
    assert (status, parts.waker.calls, parts.directory.visits) == (503, [], [])


async def test_p57_the_pages_signal_never_comes_before_the_app(parts, sub, client):
    """The page's own stream says `go`; the very next request must be the app's, fifteen times over."""
    parts.waker.seconds = 0.05
    for _ in range(15):
        parts.sync()
        await asyncio.to_thread(wait_for, lambda: parts.version(sub) is None)
        parts.directory.put(sub, Stage.SLEEPING)
        late = App("late")
        port, live = late.port, late
        late.stop()

        def act(_, live=live, port=port):
            # the worst case: the platform says ready a moment before the app listens
            parts.directory.change(sub, stage=Stage.RUNNING, address=Target("127.0.0.1", port))
            return Target("127.0.0.1", port)

        parts.waker.act = act
        status, headers, body = await get(client, parts, sub, **BROWSER)
        assert status == 503, (headers, body)
        signal = asyncio.create_task(first_go(client, parts, sub))
        await asyncio.sleep(0.1)
        assert not signal.done()
        revived = App.__new__(App)
        revived.__init__("late")  # type: ignore[misc]
        parts.directory.change(sub, address=revived.address)
        await asyncio.wait_for(signal, 30)
        parts.sync(Route(next(numbers), sub, revived.address))
        status, headers, body = await get(client, parts, sub, **BROWSER)
        assert (status, headers.get("X-App")) == (200, "late"), body
        revived.stop()


async def first_go(client, parts, sub):
    url = parts.url(names.GATEWAY_PREFIX + "events")
    async with client.get(url, headers={"Host": parts.host(sub)}) as answer:
        async for line in answer.content:
            if b'"action": "go"' in line:
                return
