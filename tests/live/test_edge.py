"""Real Traefik and the real gateway in front of little apps on loopback."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import os
import resource
import time

import aiohttp
import pytest

from proxy import traefik, visits
from proxy.routes import Route, Target, version
from spaces import names
from spaces.errors import Busy, NotFound, StartFailed
from spaces.lifecycle import Reason, Stage
from tests.live.edge_parts import App, EdgeParts, header, wait_for

pytestmark = pytest.mark.live

BROWSER = {"Accept": "text/html,*/*;q=0.8", "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
BOT = {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}
numbers = itertools.count(100)


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    with EdgeParts(tmp_path_factory.mktemp("edge")).running() as parts:
        yield parts


@pytest.fixture(scope="module")
def app():
    app = App()
    yield app
    app.stop()


@pytest.fixture
def sub(parts):
    """A subdomain of its own; routes and waker are reset."""
    parts.sync()
    parts.waker.calls.clear()
    parts.waker.seconds = 0.3
    parts.directory.visits.clear()
    parts.lines = []
    return f"ann-demo-{next(numbers)}"


@pytest.fixture
def opening(parts, app, sub):
    """Wakes let the visitor ask the app first."""
    parts.waker.opening, parts.waker.verdict = app.address, None
    yield
    parts.waker.opening, app.loading = None, ""
    parts.waker.gate.set()


@pytest.fixture(params=["by its route", "by the gateway"])
def served(request, parts, app, sub):
    """The same app reached both ways."""
    if request.param == "by the gateway":
        parts.directory.put(sub, address=app.address)
    else:
        route = Route(next(numbers), sub, app.address)
        parts.sync(route)
        wait_for(lambda: parts.version(sub) == version(route))
    return sub


@pytest.fixture
async def client():
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(300)) as client:
        yield client


async def get(client, parts, sub, path="/", **headers):
    async with client.get(parts.url(path), headers={"Host": parts.host(sub)} | headers) as answer:
        return answer.status, dict(answer.headers), await answer.text()


async def test_an_app_sees_what_the_visitor_sent(parts, served, client):
    headers = {
        "Host": parts.host(served),
        "Authorization": "Bearer the-apps-own",
        "Cookie": "session=1; other=2",
        "Connection": "X-Hop, keep-alive",
        "X-Hop": "1",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-For": "1.2.3.4",
        "X_Forwarded_Host": "evil.example",
    }
    path = "/proxy=https://a.b//c/%2F%3F?q=a%20b&x=1"
    async with client.post(parts.url(), headers=headers, data=b"") as warm:
        assert warm.status == 200
    url = aiohttp.client.URL(parts.url(path), encoded=True)
    async with client.post(url, headers=headers, data="hello", skip_auto_headers=["Content-Type"]) as answer:
        echo = await answer.json()
        assert answer.headers.getall("Set-Cookie") == ["a=1", "b=2"]
    assert (echo["method"], echo["path"], echo["body"]) == ("POST", path, "hello")
    # Gradio builds its URLs from these: the public port must survive
    assert header(echo, "Host") == header(echo, "X-Forwarded-Host") == [f"{served}.localhost:{parts.settings.port}"]
    assert header(echo, "X-Forwarded-Proto") == ["http"]
    assert header(echo, "X-Forwarded-For") == ["127.0.0.1"]
    assert header(echo, "Authorization") == ["Bearer the-apps-own"]
    assert header(echo, "Cookie") == ["session=1; other=2"]
    assert header(echo, "X-Hop") == header(echo, "X_Forwarded_Host") == header(echo, "Content-Type") == []


async def test_p32_the_platforms_probe_secret_never_reaches_an_app(parts, app, sub, client):
    secret = parts.edge.probe_secret
    route = Route(next(numbers), sub, app.address)
    parts.sync(route)
    wait_for(lambda: parts.version(sub) == version(route))
    async with client.get(parts.url(), headers={"Host": parts.host(sub), names.HEADER_PROBE: secret}) as answer:
        assert answer.headers[names.HEADER_ROUTE] == version(route)
        assert secret not in await answer.text()
    status, headers, body = await get(client, parts, sub, **{names.HEADER_PROBE: "a guess"})
    assert (status, headers.get(names.HEADER_ROUTE)) == (200, None)


async def test_each_event_arrives_before_the_next_is_made(parts, served, client):
    arrived = []
    async with client.get(parts.url("/events?n=4&every=0.4"), headers={"Host": parts.host(served)}) as answer:
        async for chunk in answer.content.iter_any():
            arrived.append((time.monotonic(), chunk))
    assert [chunk for _, chunk in arrived] == [f"data: {n}\n\n".encode() for n in range(4)]
    assert all(later - sooner > 0.1 for (sooner, _), (later, _) in itertools.pairwise(arrived))


async def test_a_large_upload_and_download_pass_in_bounded_memory(parts, app, served, client):
    size, block = 100 * 1024 * 1024, b"y" * 65536
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def body():
        for _ in range(size // len(block)):
            yield block

    async with client.post(parts.url("/upload"), headers={"Host": parts.host(served)}, data=body()) as answer:
        assert await answer.json() == {"size": size}
    got = 0
    async with client.get(parts.url(f"/download/{size}"), headers={"Host": parts.host(served)}) as answer:
        assert answer.headers["Content-Length"] == str(size)
        async for chunk in answer.content.iter_any():
            got += len(chunk)
    assert got == size
    # gateway, app and client all live in this process
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 48 * 1024


async def test_a_visitor_who_leaves_ends_the_apps_work(parts, app, served, client):
    app.cancelled.clear()
    async with client.get(parts.url("/for-ever"), headers={"Host": parts.host(served)}) as answer:
        assert await answer.content.readany()
        answer.close()
    assert await asyncio.to_thread(app.cancelled.wait, 20)


async def test_an_app_that_breaks_off_is_a_bad_gateway(parts, served, client):
    status, _, _ = await get(client, parts, served, "/break")
    assert status == 502


async def test_a_websocket_passes_both_ways(parts, app, served, client):
    headers = {"Host": parts.host(served), "Origin": "http://somewhere"}
    async with client.ws_connect(parts.url("/socket"), headers=headers, protocols=["chat"], max_msg_size=0) as socket:
        assert socket.protocol == "chat"
        await socket.send_str("hällo")
        assert await socket.receive_str() == "app:hällo"
        large = os.urandom(8 * 1024 * 1024)
        await socket.send_bytes(large)
        assert hashlib.sha256(await socket.receive_bytes()).digest() == hashlib.sha256(large).digest()
        await socket.send_str("close 4321")
        message = await socket.receive()
        assert (message.type, message.data, message.extra) == (aiohttp.WSMsgType.CLOSE, 4321, "as asked")
    async with client.ws_connect(parts.url("/socket"), headers=headers) as socket:
        await socket.close(code=4005)
    await asyncio.to_thread(wait_for, lambda: getattr(app, "closed_with", None) == 4005)


async def test_an_app_that_dies_closes_its_websockets_so_that_clients_come_back(parts, app, sub, client):
    parts.directory.put(sub, address=app.address)
    async with client.ws_connect(parts.url("/socket"), headers={"Host": parts.host(sub)}) as socket:
        await socket.send_str("abort")
        message = await socket.receive()
        assert (message.type, message.data) == (aiohttp.WSMsgType.CLOSE, 1001)


async def test_p54_a_hundred_visitors_cause_one_wake(parts, app, sub, client):
    facts = parts.directory.put(sub, Stage.SLEEPING)

    def act(space_id):
        parts.directory.change(sub, stage=Stage.RUNNING, address=app.address)
        return app.address

    parts.waker.act = act
    parts.waker.gate.clear()
    held = [asyncio.create_task(get(client, parts, sub, f"/{n}", Accept="*/*")) for n in range(60)]
    pages = await asyncio.gather(*(get(client, parts, sub, f"/{n}", **BROWSER) for n in range(40)))
    await asyncio.to_thread(wait_for, lambda: parts.gateway.holder._held[facts.id] == 60)
    parts.waker.gate.set()
    answers = [*await asyncio.gather(*held), *pages]
    assert [status for status, _, _ in answers] == [200] * 60 + [503] * 40
    assert all(
        int(headers["Retry-After"]) > 0 and headers["Cache-Control"] == "no-store" for _, headers, _ in answers[60:]
    )
    assert parts.waker.calls == [facts.id]


async def test_p54_the_number_of_held_visitors_is_bounded(parts, app, sub, client):
    parts.directory.put(sub, Stage.SLEEPING)
    parts.waker.act = lambda _: app.address
    parts.waker.gate.clear()
    parts.gateway.holder._limit = 5
    try:
        tasks = [asyncio.create_task(get(client, parts, sub, Accept="*/*")) for _ in range(12)]
        await asyncio.to_thread(wait_for, lambda: sum(task.done() for task in tasks) == 7)
        parts.waker.gate.set()
        answers = await asyncio.gather(*tasks)
    finally:
        parts.waker.gate.set()
        parts.gateway.holder._limit = parts.settings.waiters
    assert sorted(status for status, _, _ in answers) == [200] * 5 + [503] * 7
    refused = next(answer for answer in answers if answer[0] == 503)
    assert refused[1]["Retry-After"] and '"stage":"SLEEPING"' in refused[2] and "too_many_waiters" in refused[2]


async def test_a_held_visitors_request_is_the_first_that_the_app_gets(parts, app, sub, client, opening):
    parts.directory.put(sub, Stage.SLEEPING)
    parts.waker.gate.clear()  # the wake goes on: the visitor does not wait for its end
    before = app.roots
    status, _, body = await asyncio.wait_for(get(client, parts, sub, Accept="*/*"), 20)
    assert (status, app.roots - before, '"app": "app"' in body) == (200, 1, True)
    await asyncio.to_thread(wait_for, lambda: parts.waker.verdict)
    parts.waker.gate.set()


@pytest.mark.parametrize("loading", ["answers 503", "breaks"])
async def test_p57_a_visitor_who_asks_too_early_sees_only_the_ready_app(parts, app, sub, client, opening, loading):
    parts.directory.put(sub, Stage.SLEEPING)
    app.loading = loading

    def act(_):
        app.loading = ""
        return app.address

    parts.waker.act = act
    status, _, body = await asyncio.wait_for(get(client, parts, sub, Accept="*/*"), 20)
    assert (status, '"app": "app"' in body, parts.waker.verdict) == (200, True, False)


@pytest.mark.parametrize("path", ["/other", "/break"])
async def test_p57_only_the_platforms_own_question_may_be_asked_first(parts, app, sub, client, opening, path):
    parts.directory.put(sub, Stage.SLEEPING)
    parts.waker.act = lambda _: app.address
    await asyncio.wait_for(get(client, parts, sub, path, Accept="*/*"), 20)
    assert parts.waker.verdict is False


async def test_a_visitor_who_leaves_asks_nobody(parts, app, sub, client):
    parts.directory.put(sub, Stage.SLEEPING)
    parts.waker.gate.clear()
    parts.waker.act = lambda _: app.address
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(get(client, parts, sub, Accept="*/*"), 0.5)
    first = parts.waker.offered
    before = app.roots
    await asyncio.to_thread(wait_for, lambda: first.over)
    assert await first(app.address) is False and app.roots == before
    parts.waker.gate.set()


async def test_a_post_is_held_whole_and_a_websocket_too(parts, app, sub, client):
    parts.directory.put(sub, Stage.SLEEPING)
    parts.waker.act = lambda _: app.address
    async with client.post(parts.url("/x"), headers={"Host": parts.host(sub)}, data=b"z" * 3_000_000) as answer:
        assert len((await answer.json())["body"]) == 3_000_000
    parts.waker.calls.clear()
    async with client.ws_connect(parts.url("/socket"), headers={"Host": parts.host(sub)}) as socket:
        await socket.send_str("a")
        assert await socket.receive_str() == "app:a"
    assert len(parts.waker.calls) == 1


async def test_a_frozen_space_opens_without_a_page(parts, app, sub, client):
    parts.directory.put(sub, Stage.RUNNING, address=app.address, frozen=True)
    parts.waker.act = lambda _: app.address
    parts.waker.seconds = 0.05
    status, _, body = await get(client, parts, sub, **BROWSER)
    assert (status, '"app": "app"' in body, len(parts.waker.calls)) == (200, True, 1)


async def test_p58_a_bot_is_served_uncounted_and_wakes_nobody(parts, app, sub, client):
    route = Route(next(numbers), sub, app.address)
    parts.sync(route)
    facts = parts.directory.put(sub, address=app.address)
    wait_for(lambda: parts.version(sub) == version(route))
    for agent in (BOT, {"User-Agent": "bot"}, {"User-Agent": "Uptime-Kuma/1.23"}, {"User-Agent": "Slackbot 1.0"}):
        async with client.get(parts.url(), headers={"Host": parts.host(sub)} | agent) as answer:
            assert names.QUIET_PORTS[0] <= (await answer.json())["port"] <= names.QUIET_PORTS[1]
    async with client.get(parts.url(), headers={"Host": parts.host(sub)} | BROWSER) as answer:
        assert (await answer.json())["port"] < names.QUIET_PORTS[0]
    assert parts.directory.visits == []
    for stage, frozen, address in ((Stage.SLEEPING, False, None), (Stage.RUNNING, True, app.address)):
        parts.directory.change(sub, stage=stage, frozen=frozen, address=address)
        status, headers, body = await get(client, parts, sub, **BOT)
        assert (status, int(headers["Retry-After"]) > 0, stage.value in body) == (503, True, True)
    assert parts.waker.calls == []
    parts.directory.change(sub, frozen=False)
    parts.sync()
    await asyncio.to_thread(wait_for, lambda: parts.version(sub) is None)
    await get(client, parts, sub)
    assert parts.directory.visits == [facts.id], "a visitor whom the gateway forwards is counted"


async def test_p56_a_space_that_went_to_sleep_a_moment_ago_is_woken_not_failed(parts, app, sub, client):
    gone = App("gone")
    gone.stop()
    facts = parts.directory.put(sub, address=gone.address)
    task = asyncio.create_task(get(client, parts, sub, Accept="*/*"))
    await asyncio.sleep(0.08)
    parts.directory.change(sub, stage=Stage.SLEEPING, address=None)
    parts.waker.act = lambda _: app.address
    status, _, _ = await task
    assert (status, parts.waker.calls) == (200, [facts.id])


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
    assert status == 503 and said in body and "&lt;b&gt;fell&lt;/b&gt;" in body and "Pick it up." in body
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


async def test_p63_bad_files_in_the_directory_do_not_stop_other_updates(parts, app, sub):
    route = Route(900, sub, app.address)
    bad = {
        "garbage.yaml": "\0\1{{{{",
        "space-901.yaml": "",
        "space-902.yaml": '{"http": {"rou',
        "zero.toml": "x = [",
        "template.yaml": '{{ fail "now" }}',
    }
    for number, (name, text) in enumerate(bad.items()):
        (parts.routes / name).write_text(text)
        (parts.routes / "space-903.yaml").touch(mode=0)
        changed = Route(900, sub, app.address, headers=(("x-n", str(number)),))
        parts.sync(changed)
        wait_for(lambda changed=changed: parts.version(sub) == version(changed), what=f"an update beside {name}")
    parts.sync(route)
    wait_for(lambda: parts.version(sub) == version(route))


async def test_p53_switching_routes_under_load_fails_no_request_and_keeps_websockets(parts, app, sub, client):
    other = App("other")
    routes = [Route(950, sub, app.address), Route(950, sub, other.address)]
    parts.sync(routes[0])
    wait_for(lambda: parts.version(sub) == version(routes[0]))
    seen, failed, done = set(), [], asyncio.Event()

    async def load():
        while not done.is_set():
            try:
                status, headers, _ = await get(client, parts, sub)
                seen.add(headers.get("X-App"))
                if status != 200:
                    failed.append(status)
            except aiohttp.ClientError as error:
                failed.append(error)

    async with client.ws_connect(parts.url("/socket"), headers={"Host": parts.host(sub)}) as socket:
        visitors = [asyncio.create_task(load()) for _ in range(4)]
        long = asyncio.create_task(get(client, parts, sub, "/slow/3"))
        for n in range(200):
            await asyncio.to_thread(parts.sync, routes[n % 2])
            await asyncio.sleep(0.02)
        done.set()
        await asyncio.gather(*visitors)
        await socket.send_str("still?")
        assert await socket.receive_str() == "app:still?"
    assert (await long)[0] == 200
    assert failed == []
    assert seen == {"app", "other"}
    other.stop()


async def test_pages_that_somebody_opens_are_told_of_once_and_nothing_else_is(parts, app, served, client):
    where = visits.file_of(parts.settings)
    visits.take(where)
    for path, accept in (
        ("/", BROWSER["Accept"]),
        ("/secret?q=1", "*/*"),
        ("/gradio_api/queue/join", "application/json"),
    ):
        await get(client, parts, served, path, Accept=accept, Cookie="a=b", **{"User-Agent": BROWSER["User-Agent"]})
    await get(client, parts, served, **(BROWSER | BOT))
    wait_for(lambda: where.stat().st_size, what="the edge's line")
    line = where.read_bytes()
    assert b"secret" not in line and b"a=b" not in line
    opened = visits.take(where)
    assert opened == [visits.Opened(f"{served}.localhost", "127.0.0.1", BROWSER["User-Agent"])]
    await get(client, parts, served, **BROWSER)
    wait_for(lambda: where.stat().st_size, what="the edge goes on in the file that was emptied")
    assert visits.take(where) == opened


@pytest.mark.parametrize("sites", [None, "", "https://a.example"])
@pytest.mark.parametrize("way", ["by its route", "by the gateway"])
async def test_p30_who_may_frame_a_space_is_its_setting_and_nothing_that_its_app_says(
    parts, app, sub, client, way, sites
):
    parts.directory.put(sub, address=app.address, sites=sites)
    if way == "by its route":
        route = Route(next(numbers), sub, app.address, sites=sites)
        parts.sync(route)
        wait_for(lambda: parts.version(sub) == version(route))
    async with client.get(parts.url("/framed"), headers={"Host": parts.host(sub)}) as answer:
        assert "X-Frame-Options" not in answer.headers
        said = answer.headers.getall("Content-Security-Policy")
    listed = f"frame-ancestors 'self' http://localhost:{parts.settings.port} {sites}".strip()
    assert said == (["script-src 'self'; frame-ancestors *"] if sites is None else [listed])


async def test_p30_who_may_frame_a_space_changes_without_a_restart(parts, app, sub, client):
    number = next(numbers)
    for sites in (None, "https://a.example", ""):
        parts.sync(Route(number, sub, app.address, sites=sites))
        wait_for(lambda sites=sites: parts.version(sub) == version(Route(number, sub, app.address, sites=sites)))
        _, headers, _ = await get(client, parts, sub)
        assert ("https://a.example" in headers.get("Content-Security-Policy", "")) is bool(sites)


async def test_p30_the_pages_that_stand_in_for_an_app_are_framed_by_the_same_sites(parts, sub, client):
    listed = f"frame-ancestors 'self' http://localhost:{parts.settings.port} https://a.example"
    for stage in (Stage.SLEEPING, Stage.PAUSED, Stage.RUNTIME_ERROR):
        parts.waker.act = lambda _: Target("127.0.0.1", 9)
        parts.directory.put(sub, stage, sites="https://a.example")
        status, headers, _ = await get(client, parts, sub, **BROWSER)
        assert status == 503 and headers["Content-Security-Policy"].endswith(listed), stage


async def test_p42_the_edges_own_api_answers_on_no_public_address(parts, served, client):
    paths = (
        "/api/rawdata",
        "/api/http/routers",
        "/api/version",
        "/api/overview",
        "/dashboard/",
        "/ping",
        "/metrics",
        "/debug/vars",
    )
    own = f"http://127.0.0.1:{parts.settings.edge_port}"
    async with client.get(own + "/api/rawdata") as answer:
        assert "routers" in await answer.json(), "it is there for us"
    for host in (parts.host(served), "nobody.localhost", "localhost", "127.0.0.1", "traefik", ""):
        for path in paths:
            async with client.get(parts.url(path), headers={"Host": host}) as answer:
                text = await answer.text()
            assert "loadBalancer" not in text and "Codename" not in text and text != "OK", (host, path)
    listening = traefik.static_config(parts.settings)["entryPoints"]
    assert [name for name, entry in listening.items() if str(parts.settings.edge_port) in entry["address"]] == [
        "traefik"
    ]
    assert listening["traefik"]["address"].startswith("127.0.0.1:")
