"""Requests, streams and WebSockets through real Traefik and the real gateway reach little apps unchanged."""

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
from proxy.routes import Route, version
from spaces import names
from tests.live.edge.kit import BOT, BROWSER, get, numbers
from tests.live.edge_parts import App, header, wait_for

pytestmark = pytest.mark.live


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
