"""Visitors of a sleeping Space: one wake, the right answer, and nobody before the app."""

from __future__ import annotations

import asyncio

import pytest

from proxy.routes import Route, version
from spaces import names
from spaces.lifecycle import Stage
from tests.live.edge.kit import BOT, BROWSER, get, numbers
from tests.live.edge_parts import App, wait_for

pytestmark = pytest.mark.live


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
