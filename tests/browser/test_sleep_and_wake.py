"""Sleep as a visitor meets it: the wake page turns into the app, an idle tab holds no machine, a stream is never cut."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import FREEZE_AFTER, SLEEP_AFTER
from tests.harness import Platform, wait

Published = Callable[[str], str]
SLOW = "admin/slow"


def put_to_sleep(platform: Platform, space: str) -> None:
    assert platform.api("POST", f"/api/spaces/{space}/sleep").status == 200
    platform.wait(space, "SLEEPING")


def state(platform: Platform, space: str) -> str:
    """What the engine says of the Space's container."""
    mine = [one for one in platform.containers("instance") if f"SPACE_ID={space}" in one.attrs["Config"]["Env"]]
    return mine[0].status if mine else "gone"


def test_the_wake_page_turns_into_the_app_by_itself(
    page: Page, platform: Platform, published: Published, shot: Callable[..., object]
):
    url = published("slow")
    put_to_sleep(platform, SLOW)
    answer = page.goto(url)
    assert answer is not None and answer.status == 503
    assert answer.headers.get("retry-after")
    expect(page.locator("#phase")).to_be_visible()
    expect(page.locator("#log")).not_to_contain_text("loaded")  # that was the run before
    expect(page.locator("#log")).to_contain_text("loading the model: 30 %")
    shot(page, "wake")
    expect(page.locator("#warm-up")).to_be_visible()
    assert page.url == url
    shot(page, "awake")


def test_p57_what_follows_the_wake_page_is_the_app_itself(page: Page, platform: Platform, published: Published):
    url = published("slow")
    put_to_sleep(platform, SLOW)
    documents: list[int] = []
    page.on("response", lambda seen: documents.append(seen.status) if seen.request.is_navigation_request() else None)
    page.goto(url)
    expect(page.locator("#warm-up")).to_be_visible()
    assert documents == [503, 200], "one wake page, then the app: never an error, never a second page"


def test_the_wake_page_works_in_an_iframe_on_another_origin(
    page: Page, platform: Platform, published: Published, elsewhere: Callable[[str], str], shot: Callable[..., object]
):
    url = published("slow")
    put_to_sleep(platform, SLOW)
    page.goto(elsewhere(url))
    inside = page.frame_locator("iframe")
    expect(inside.locator("#phase")).to_be_visible()
    shot(page, "wake-in-iframe")
    expect(inside.locator("#warm-up")).to_be_visible()


def test_the_wake_page_speaks_chinese_and_knows_the_dark(
    chromium, platform: Platform, published: Published, shot: Callable[..., object]
):
    url = published("slow")
    put_to_sleep(platform, SLOW)
    context = chromium.new_context(locale="zh-CN", color_scheme="dark", viewport={"width": 1100, "height": 720})
    try:
        page = context.new_page()
        page.goto(url)
        assert any("\u4e00" <= letter <= "\u9fff" for letter in page.locator("#headline").inner_text())
        red, green, blue = page.evaluate(
            "getComputedStyle(document.body).backgroundColor.match(/\\d+/g).slice(0, 3).map(Number)"
        )
        assert red + green + blue < 250, "dark"
        shot(page, "wake-zh-dark")
    finally:
        context.close()


def test_an_idle_open_tab_lets_the_space_freeze_and_sleep_and_goes_on_after(
    page: Page, platform: Platform, published: Published
):
    page.goto(published("dashboard"))
    expect(page.get_by_text("Dashboard").first).to_be_visible()
    wait(lambda: state(platform, "admin/dashboard") == "paused", FREEZE_AFTER * 6 + 120, lambda: "it never froze")
    wait(lambda: state(platform, "admin/dashboard") == "exited", SLEEP_AFTER * 6 + 120, lambda: "it never slept")
    page.reload()
    expect(page.get_by_text("Example data")).to_be_visible()


def test_a_chatty_stream_is_never_cut(page: Page, platform: Platform, published: Published):
    """The stream lasts longer than both idle times together, and nothing else happens meanwhile."""
    page.goto(published("api") + "headers")
    count = (FREEZE_AFTER + SLEEP_AFTER + 10) * 2
    began = time.monotonic()
    seen = page.evaluate(
        """(count) => new Promise((done) => {
            const source = new EventSource(`/events?count=${count}&pause=0.5`);
            const numbers = [];
            source.onmessage = (event) => { numbers.push(JSON.parse(event.data).number); };
            source.onerror = () => { source.close(); done(numbers); };
        })""",
        count,
    )
    assert seen == list(range(count)), f"cut after {len(seen)} of {count} events, {time.monotonic() - began:.0f} s"
