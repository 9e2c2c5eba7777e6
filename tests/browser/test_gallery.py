"""The gallery in a real browser: found while one types, filtered, sorted, liked; by keyboard, and without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE, sign_in
from tests.harness import Platform

CAT = "---\ntitle: Where is the cat\nemoji: 🐱\nsdk: static\nshort_description: It hides\ntags: [feline]\n---\nFinds whiskers.\n"
PAGE = 24


@pytest.fixture(scope="module")
def zoo(platform: Platform) -> str:
    """The gallery of an organization with a page of Spaces and three more: one serves, one is a Docker Space."""
    platform.api("POST", "/api/organizations", {"name": "zoo"})
    for name, sdk in [*((f"bird-{number:02}", "gradio") for number in range(PAGE + 1)), ("dog", "docker")]:
        made = {"type": "space", "organization": "zoo", "name": name, "sdk": sdk}
        assert platform.api("POST", "/api/repos/create", made).status == 200
    platform.push({"README.md": CAT, "index.html": "<h1>Cat</h1>"}, "zoo/cat")
    platform.wait("zoo/cat")
    return f"{platform.url}/?owner=zoo"


def cards(page: Page) -> Locator:
    return page.locator("article.space-card")


def heart(within: Page | Locator) -> Locator:
    return within.locator(".heart button")


def test_spaces_are_found_while_one_types_filtered_sorted_and_liked(
    page: Page, platform: Platform, zoo: str, shot: Callable[..., object]
):
    sign_in(page, platform)
    page.goto(zoo)
    page.evaluate("window.stays = true")
    expect(page.get_by_text("27 Spaces")).to_be_visible()
    expect(cards(page)).to_have_count(PAGE)
    shot(page, "gallery")

    # -- as one types
    page.keyboard.press("/")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    page.keyboard.type("whisk", delay=40)
    expect(cards(page)).to_have_count(1)
    expect(cards(page)).to_contain_text("Where is the cat")
    expect(field).to_be_focused()
    assert "q=whisk" in page.url and "owner=zoo" in page.url
    page.keyboard.type(" nowhere", delay=10)
    expect(page.locator(".empty")).to_be_visible()
    field.fill("")
    expect(cards(page)).to_have_count(PAGE)

    # -- filters, and the order
    page.get_by_label("Running now").check()
    expect(cards(page)).to_have_count(1)
    page.get_by_label("Running now").uncheck()
    page.get_by_label("Any tag").select_option("feline")
    expect(cards(page)).to_have_count(1)
    page.get_by_label("Any tag").select_option("")
    page.get_by_label("Any kind").select_option("docker")
    expect(cards(page)).to_have_count(1)
    page.get_by_label("Any kind").select_option("")
    page.get_by_label("Order").select_option(label="By name")
    expect(cards(page).first).to_contain_text("bird-00")

    # -- pages, by keyboard
    heart(cards(page).last).focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Next")).to_be_focused()
    assert page.evaluate("window.stays")
    page.keyboard.press("Enter")
    expect(cards(page)).to_have_count(3)
    expect(cards(page)).to_contain_text(["bird-24", "Where is the cat", "dog"])  # by name, not by title

    # -- a heart, here and on the Space's own page
    dog = heart(cards(page).filter(has_text="dog"))
    dog.click()
    expect(dog).to_have_attribute("aria-pressed", "true")
    expect(dog).to_have_text("1")
    shot(page, "gallery-liked")
    page.goto(zoo)
    expect(cards(page).first).to_contain_text("dog")  # the most liked comes first
    cards(page).first.get_by_role("link", name="dog").click()
    own = heart(page.locator(".space-line"))
    expect(own).to_have_attribute("aria-pressed", "true")
    shot(page, "space-liked")
    own.focus()
    page.keyboard.press("Space")
    expect(own).to_have_attribute("aria-pressed", "false")
    expect(own).to_be_focused()


def test_the_gallery_and_hearts_work_without_scripts(chromium: Browser, platform: Platform, zoo: str):
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        sign_in(page, platform)
        page.goto(zoo)
        page.get_by_role("searchbox").fill("whisk")
        page.get_by_role("searchbox").press("Enter")
        expect(cards(page)).to_have_count(1)
        cards(page).get_by_role("link", name="Where is the cat").click()
        own = heart(page.locator(".space-line"))
        expect(own).to_have_attribute("aria-pressed", "false")
        own.click()
        expect(own).to_have_attribute("aria-pressed", "true")
        assert page.url.endswith("/spaces/zoo/cat")
        own.click()
        expect(own).to_have_attribute("aria-pressed", "false")
    finally:
        context.close()
