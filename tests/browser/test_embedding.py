"""A Space on a page of another site, in a real browser: it wakes there, takes the room it needs, and is shown where it may be."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import FLAGS, PATIENCE, load, program
from tests.browser.test_sleep_and_wake import SLOW, Published, put_to_sleep
from tests.harness import Platform

Elsewhere = Callable[..., str]


def component(platform: Platform, **more: str) -> str:
    """What an author pastes."""
    attributes = "".join(f' {name}="{value}"' for name, value in more.items())
    return f'<script src="{platform.url}/embed.js" async></script><demodock-space src="{SLOW}"{attributes}></demodock-space>'


def embedding(platform: Platform, sites: list[str] | None) -> None:
    assert platform.api("PUT", f"/api/spaces/{SLOW}/embedding", {"sites": sites}).status == 200


def visibility(platform: Platform, value: str) -> None:
    assert platform.api("PUT", f"/api/spaces/{SLOW}/settings", {"visibility": value}).status == 200


@pytest.fixture
def open_again(platform: Platform):
    yield
    embedding(platform, None)
    visibility(platform, "public")


def test_the_component_wakes_a_sleeping_space_when_it_comes_into_view(
    page: Page, platform: Platform, published: Published, elsewhere: Elsewhere, shot: Callable[..., object]
):
    published("slow")
    put_to_sleep(platform, SLOW)
    page.goto(elsewhere(body=f'<div style="height:3000px"></div>{component(platform)}'))
    shown = page.locator("demodock-space")
    expect(shown.get_by_text("Loading…")).to_be_attached()
    page.wait_for_timeout(1500)
    assert platform.runtime(SLOW)["stage"] == "SLEEPING", "nobody sees it yet"
    shown.scroll_into_view_if_needed()
    inside = page.frame_locator("demodock-space iframe")
    expect(inside.locator("#phase")).to_be_visible()
    shot(page, "component-wakes")
    expect(inside.locator("#warm-up")).to_be_visible()
    frame = page.locator("demodock-space iframe")
    assert frame.get_attribute("title") and "allow-top-navigation" not in (frame.get_attribute("sandbox") or "")
    shot(page, "component")


@pytest.fixture
def at_home(chromium: Browser, tmp_path: Path) -> Iterator[Page]:
    """A page of an ordinary window of somebody who lets frames of other sites keep things. Without, as in private windows and
    by now in some of Chromium's ordinary ones, Gradio's pages do not come to an end: they ask their storage."""
    profile = tmp_path / "profile"
    (profile / "Default").mkdir(parents=True)
    (profile / "Default" / "Preferences").write_text(json.dumps({"profile": {"cookie_controls_mode": 0}}))
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=program(), args=FLAGS, viewport={"width": 1100, "height": 720}
    )
    context.set_default_timeout(PATIENCE)
    yield context.pages[0]
    context.close()


def test_the_component_is_as_high_as_the_app_says(
    at_home: Page, platform: Platform, published: Published, elsewhere: Elsewhere, shot: Callable[..., object]
):
    page = at_home
    published("chat")
    field = page.frame_locator("demodock-space iframe").get_by_role("textbox").first
    load(page, elsewhere(body=component(platform).replace(SLOW, "admin/chat")), field)
    inside = next(frame for frame in page.frames if "admin-chat" in frame.url)

    def fits() -> bool:
        """Nothing of the app is cut off, though the field that has its focus scrolled it while it was low."""
        height = page.evaluate("document.querySelector('demodock-space').clientHeight")
        return inside.evaluate("[document.documentElement.scrollHeight, scrollY]") == [height, 0]

    platform.wait_for(fits, 30)
    shot(page, "component-gradio")
    told = "demodock:height"
    page.evaluate(f"postMessage({{ type: '{told}', height: 4321 }}, '*')")
    inside.evaluate(f"parent.postMessage({{ type: '{told}', height: 1234 }}, '*')")
    page.wait_for_function("document.querySelector('demodock-space').style.height === '1234px'")


def test_the_component_says_why_there_is_nothing_to_see(
    page: Page, platform: Platform, published: Published, elsewhere: Elsewhere, open_again: None
):
    published("slow")
    missing = component(platform, eager="").replace(SLOW, "admin/no-such-space")
    page.goto(elsewhere(body=missing))
    expect(page.locator("demodock-space").get_by_text("There is no Space here.")).to_be_visible()
    visibility(platform, "private")
    page.goto(elsewhere(body=component(platform, eager="")))
    expect(page.locator("demodock-space").get_by_text("There is no Space here.")).to_be_visible()
    visibility(platform, "public")
    embedding(platform, [])
    page.goto(elsewhere(body=component(platform, eager="", lang="zh")))
    expect(page.locator("demodock-space").get_by_text("此 Space 不允许在其他网站中显示。")).to_be_visible()


def test_p30_a_site_that_may_not_show_a_space_shows_nothing_of_it(
    page: Page, platform: Platform, published: Published, elsewhere: Elsewhere, open_again: None
):
    url = published("slow")
    here = elsewhere(url)
    for sites, may in ((["https://other.example"], False), ([here.rstrip("/")], True), ([], False), (None, True)):
        embedding(platform, sites)
        page.wait_for_timeout(1500)  # the edge and the gateway take it over within a second
        page.goto(here)
        inside = page.frame_locator("iframe").locator("#phase, #warm-up").first
        if may:
            expect(inside).to_be_visible()
        else:
            page.wait_for_timeout(1000)
            expect(inside).not_to_be_attached(timeout=1)
            assert not [frame for frame in page.frames if frame.url.startswith(url)], sites


def test_p30_no_page_of_the_control_host_stands_in_a_frame(
    page: Page, platform: Platform, published: Published, elsewhere: Elsewhere
):
    published("slow")
    for path in ("/", "/login", f"/spaces/{SLOW}/embed"):
        page.goto(elsewhere(f"{platform.url}{path}"))
        page.wait_for_timeout(700)
        assert not [frame for frame in page.frames[1:] if frame.url.startswith(platform.url)], path


def test_p31_a_share_link_opens_in_a_tab_and_says_so_where_a_frame_cannot(
    page: Page, platform: Platform, published: Published, elsewhere: Elsewhere, open_again: None
):
    published("slow")
    visibility(platform, "private")
    made = platform.api("POST", f"/api/spaces/{SLOW}/shares", {"label": "for the jury", "most": 2}).json()
    page.goto(elsewhere(made["url"]))
    button = page.frame_locator("iframe").get_by_role("link", name="Open in a new tab")
    expect(button).to_be_visible()
    with page.expect_popup() as opened:
        button.click()
    expect(opened.value.locator("#warm-up")).to_be_visible()
    assert "share_" not in opened.value.url
    (share,) = platform.api("GET", f"/api/spaces/{SLOW}/shares").json()
    assert share["uses"] == 2
    platform.api("DELETE", f"/api/spaces/{SLOW}/shares/{share['id']}")
    opened.value.wait_for_timeout(2500)
    answer = opened.value.goto(opened.value.url)
    assert answer is not None and (answer.status == 404 or "/login" in opened.value.url)
