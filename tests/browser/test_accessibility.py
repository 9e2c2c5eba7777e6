"""Every page as axe-core judges it, on a phone and, dark, on a wide screen; and none of them asks another host for anything."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from typing import Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests import showcase
from tests.harness import running
from tests.showcase import Showcase

VIEWS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((390, "light"), (1280, "dark"))
"""How wide and how bright: issues of layout and of contrast are found by either."""
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text()
JUDGE = """async () => (await axe.run(document, {resultTypes: ["violations"], iframes: false})).violations
    .filter((one) => ["serious", "critical"].includes(one.impact))
    .map((one) => `${one.id} (${one.impact}): ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`)"""
"""A page's policy allows no script but ours; what a debugger evaluates is under no policy."""
WIDER = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def show() -> Iterator[Showcase]:
    with running(**showcase.SETTINGS) as platform:
        made = Showcase(platform)
        made.fill()
        yield made


@pytest.fixture(scope="module")
def people(show: Showcase, chromium: Browser) -> Iterator[dict[bool, BrowserContext]]:
    """A browser of somebody who is signed in, and one of somebody who is not."""
    contexts = {signed: chromium.new_context(locale="en-US", reduced_motion="reduce") for signed in (True, False)}
    page = contexts[True].new_page()
    showcase.sign_in(page, show.platform)
    page.close()
    yield contexts
    for context in contexts.values():
        context.close()


def test_no_page_has_a_serious_issue_is_too_wide_or_asks_another_host(
    show: Showcase, people: dict[bool, BrowserContext]
):
    found: list[str] = []
    for look in showcase.pages(show):
        page = people[look.signed_in].new_page()
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        answer = page.goto(look.url, wait_until="load")
        assert answer is not None and answer.status == look.status, f"{look.name}: {answer and answer.status}"
        page.evaluate(AXE)
        for width, scheme in VIEWS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found += [f"{look.name}, {width} and {scheme}: {issue}" for issue in judged(page)]
        found += [f"{look.name} asks {url}" for url in asked if elsewhere(url, show)]
        page.close()
    assert not found, "\n".join(found)


def judged(page: Page) -> list[str]:
    """What is wrong with the page as wide as it is now."""
    return [*page.evaluate(JUDGE), *(["wider than the window"] if page.evaluate(WIDER) else [])]


def elsewhere(url: str, show: Showcase) -> bool:
    """Neither the control host nor a Space's own."""
    parts = urlsplit(url)
    ours = parts.hostname == "localhost" or (parts.hostname or "").endswith(".localhost")
    return parts.scheme not in ("data", "blob") and not (ours and parts.port == show.platform.port)
