"""Real Traefik and the real gateway in front of little apps on loopback."""

from __future__ import annotations

import aiohttp
import pytest

from proxy.routes import Route, version
from tests.live.edge.kit import numbers
from tests.live.edge_parts import App, EdgeParts, wait_for


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
