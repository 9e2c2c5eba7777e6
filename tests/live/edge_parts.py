"""A real edge for tests: Traefik from its wheel, the gateway under uvicorn, and little apps, all on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import json
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import uvicorn
from aiohttp import WSMsgType, web

from proxy import traefik
from proxy.edge import probe_edge, serial_in_force
from proxy.gateway.__main__ import server_options
from proxy.gateway.app import Gateway
from proxy.gateway.directory import Address, SpaceFacts
from proxy.gateway.first import First
from proxy.routes import Edge, Route, Target, desired_routes
from spaces.lifecycle import Phase, Stage
from spaces.models.types import now
from spaces.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(condition: Callable[[], object], seconds: float = 180, what: str = "") -> object:
    """The first true value of `condition`; fails the test where none comes."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if found := condition():
                return found
        time.sleep(0.02)
    raise AssertionError(f"never came: {what or condition}")


class FakeDirectory:
    """Facts that a test sets by hand."""

    def __init__(self) -> None:
        self.spaces: dict[str, SpaceFacts] = {}
        self.visits: list[int] = []

    async def find(self, subdomain: str, fresh: bool = False) -> SpaceFacts | None:
        return self.spaces.get(subdomain)

    async def changed(self, space_id: int, seconds: float) -> None:
        await asyncio.sleep(min(seconds, 0.05))

    def visited(self, space_id: int) -> None:
        self.visits.append(space_id)

    def forget(self, space_id: int | None = None) -> None:
        pass

    def put(self, subdomain: str, stage: Stage = Stage.RUNNING, **facts: object) -> SpaceFacts:
        known = {
            "id": len(self.spaces) + 1,
            "name": "ann/demo",
            "subdomain": subdomain,
            "title": "Demo",
            "stage": stage,
            "phase": Phase.SERVING if stage.serving else Phase.IDLE,
            "reason": None,
            "since": now() - dt.timedelta(seconds=3),
            "revision_id": 1,
        }
        self.spaces[subdomain] = SpaceFacts(**known | facts)  # type: ignore[arg-type]
        return self.spaces[subdomain]

    def change(self, subdomain: str, **facts: object) -> None:
        self.spaces[subdomain] = dataclasses.replace(self.spaces[subdomain], **facts)  # type: ignore[arg-type]


class FakeWaker:
    """Counts wakes; each takes `seconds` and waits for `gate`, then `act` says where the Space answers, or raises. With
    `opening` the visitor asks that address first, and `verdict` is what came of it."""

    def __init__(self) -> None:
        self.calls: list[int] = []
        self.seconds = 0.3
        self.gate = threading.Event()
        self.gate.set()
        self.opening: Address | None = None
        self.verdict: bool | None = None
        self.offered: First | None = None
        self.act: Callable[[int], Address] = lambda _: (_ for _ in ()).throw(AssertionError("nobody may wake"))

    async def wake(self, space_id: int, first: First | None = None) -> Address:
        self.calls.append(space_id)
        self.offered = first
        if self.opening is not None and first is not None:
            self.verdict = await first(self.opening)
        await asyncio.sleep(self.seconds)
        while not self.gate.is_set():
            await asyncio.sleep(0.01)
        return self.act(space_id)


class App:
    """A little upstream app in a thread of its own; `name` is in its answers."""

    def __init__(self, name: str = "app") -> None:
        self.name = name
        self.port = free_port()
        self.uploaded = self.roots = 0
        self.loading = ""
        self.cancelled = threading.Event()
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self._run, daemon=True).start()
        wait_for(lambda: socket.create_connection(("127.0.0.1", self.port)).close() or True)

    @property
    def address(self) -> Address:
        return Target("127.0.0.1", self.port)

    def stop(self) -> None:
        asyncio.run_coroutine_threadsafe(self.runner.cleanup(), self.loop).result(30)
        self.loop.call_soon_threadsafe(self.loop.stop)

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        app = web.Application(client_max_size=1 << 40)
        app.add_routes(
            [
                web.post("/upload", self._upload),
                web.get("/download/{size}", self._download),
                web.get("/events", self._events),
                web.get("/for-ever", self._for_ever),
                web.get("/slow/{seconds}", self._slow),
                web.get("/socket", self._socket),
                web.get("/break", self._break),
                web.get("/framed", self._framed),
                web.get("/", self._root),
                web.route("*", "/{path:.*}", self._echo),
            ]
        )
        self.runner = web.AppRunner(app, access_log=None, shutdown_timeout=1, handler_cancellation=True)
        self.loop.run_until_complete(self.runner.setup())
        self.loop.run_until_complete(web.TCPSite(self.runner, "127.0.0.1", self.port).start())
        self.loop.run_forever()

    async def _root(self, request: web.Request) -> web.StreamResponse:
        self.roots += 1
        if self.loading == "breaks":
            return await self._break(request)
        return web.Response(status=503, text="loading") if self.loading else await self._echo(request)

    async def _echo(self, request: web.Request) -> web.Response:
        body = await request.read()
        told = {
            "app": self.name,
            "method": request.method,
            "path": request.raw_path,
            "headers": [[n.decode(), v.decode()] for n, v in request.raw_headers],
            "body": body.decode(),
            "port": request.transport.get_extra_info("peername")[1],
        }
        return web.json_response(told, headers=[("X-App", self.name), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])  # type: ignore[arg-type]

    async def _upload(self, request: web.Request) -> web.Response:
        self.uploaded = 0
        async for chunk in request.content.iter_any():
            self.uploaded += len(chunk)
        return web.json_response({"size": self.uploaded})

    async def _download(self, request: web.Request) -> web.StreamResponse:
        size, block = int(request.match_info["size"]), b"x" * 65536
        answer = web.StreamResponse(headers={"Content-Length": str(size)})
        await answer.prepare(request)
        while size > 0:
            await answer.write(block[:size])
            size -= len(block)
        return answer

    async def _events(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for number in range(int(request.query.get("n", "5"))):
            await answer.write(f"data: {number}\n\n".encode())
            await asyncio.sleep(float(request.query.get("every", "0.2")))
        return answer

    async def _framed(self, _: web.Request) -> web.Response:
        """Says itself who may frame it."""
        headers = {
            "X-Frame-Options": "SAMEORIGIN",
            "Content-Security-Policy": "script-src 'self'; frame-ancestors *",
        }
        return web.Response(text=self.name, headers=headers)

    async def _for_ever(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        try:
            while True:
                await answer.write(b"still here\n")
                await asyncio.sleep(0.05)
        finally:
            self.cancelled.set()

    async def _slow(self, request: web.Request) -> web.Response:
        await asyncio.sleep(float(request.match_info["seconds"]))
        return web.Response(text=self.name)

    async def _break(self, request: web.Request) -> web.Response:
        request.transport.abort()
        return web.Response()

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket_ = web.WebSocketResponse(protocols=("chat", "graphql-ws"), max_msg_size=0)
        await socket_.prepare(request)
        async for message in socket_:
            if message.type is WSMsgType.TEXT:
                if message.data.startswith("close "):
                    await socket_.close(code=int(message.data[6:]), message=b"as asked")
                elif message.data == "abort":
                    request.transport.abort()
                else:
                    await socket_.send_str(f"{self.name}:{message.data}")
            elif message.type is WSMsgType.BINARY:
                await socket_.send_bytes(message.data)
        self.closed_with = socket_.close_code
        return socket_


class EdgeParts:
    """Traefik and the gateway, running."""

    def __init__(self, data: Path) -> None:
        self.settings = Settings(
            data=data,
            port=free_port(),
            gateway_port=free_port(),
            api_port=free_port(),
            edge_port=free_port(),
            hold=240.0,
            waiters=200,
        )
        self.directory = FakeDirectory()
        self.waker = FakeWaker()
        self.lines: list[str] = []
        self.gateway = Gateway(self.settings, self.directory, self.waker, self._tail)
        self.routes = traefik.routes_directory(self.settings)
        self.edge: Edge = traefik.edge_of(self.settings)
        self.sync()

    def sync(self, *routes: Route) -> None:
        """Makes these the Spaces with a route."""
        traefik.sync_routes(self.routes, desired_routes(routes, self.edge))

    def version(self, subdomain: str) -> str | None:
        """Of the route that the edge has in force, once it has taken over what was written last."""
        wait_for(lambda: serial_in_force(self.settings) >= traefik.serial(self.routes), what="a reload")
        answer = probe_edge(self.settings, subdomain)
        return answer.version if answer else None

    def host(self, subdomain: str) -> str:
        return self.settings.space_host(subdomain)

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.settings.port}{path}"

    async def _tail(self, _: SpaceFacts) -> list[str]:
        return self.lines

    @contextlib.contextmanager
    def running(self) -> Iterator[EdgeParts]:
        config = uvicorn.Config(
            self._asgi, host="127.0.0.1", port=self.settings.gateway_port, lifespan="on", **server_options()
        )  # type: ignore[arg-type]
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        binary = Path(sys.executable).with_name("traefik")
        static = traefik.write_static(self.settings)
        log = (self.settings.data / "traefik.log").open("w")
        process = subprocess.Popen([str(binary), f"--configFile={static}"], stdout=log, stderr=log)
        ping = f"http://127.0.0.1:{self.settings.edge_port}/ping"
        try:
            wait_for(lambda: server.started, what="the gateway")
            wait_for(lambda: urllib.request.urlopen(ping, timeout=1).status == 200, what="Traefik")
            wait_for(lambda: _gateway_answers(self.url()), what="the first route")
            yield self
        finally:
            process.terminate()
            process.wait(20)
            log.close()
            server.should_exit = True
            thread.join(20)

    async def _asgi(self, scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        if scope["type"] != "lifespan":
            await self.gateway(scope, receive, send)
            return
        await receive()
        await self.gateway.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.gateway.stop()
        await send({"type": "lifespan.shutdown.complete"})


def _gateway_answers(url: str) -> bool:
    """The gateway says that it knows nobody of that name; Traefik without routes says 404 too, in fewer words."""
    request = urllib.request.Request(url, headers={"Host": "nobody.localhost"})
    try:
        urllib.request.urlopen(request, timeout=2)
    except urllib.error.HTTPError as error:
        return error.code == 404 and error.headers.get_content_type() == "application/json"
    return False


def header(echo: dict[str, object], name: str) -> list[str]:
    """What an app saw of one header."""
    return [value for n, value in echo["headers"] if n.lower() == name.lower()]  # type: ignore[union-attr]


def loads(body: bytes | str) -> dict:  # type: ignore[type-arg]
    return json.loads(body)
