"""Which sites may show a Space in a frame, at the real edge."""

from __future__ import annotations

import pytest

from proxy.routes import Route, Target, version
from spaces.lifecycle import Stage
from tests.live.edge.kit import BROWSER, get, numbers
from tests.live.edge_parts import wait_for

pytestmark = pytest.mark.live


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
