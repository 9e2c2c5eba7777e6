"""Browser tests share one platform, on which idle Spaces freeze and sleep soon, and each module has one Chromium."""

from __future__ import annotations

import contextlib
import functools
import http.server
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Error, Locator, Page, expect, sync_playwright

from tests.harness import ROOT, Platform, running

FREEZE_AFTER, SLEEP_AFTER = 25, 60
SHOTS = ROOT / "tests" / "shots"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE = 180_000
expect.set_options(timeout=PATIENCE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")
            item.add_marker(pytest.mark.timeout(2400))


def program() -> str | None:
    """Debian's Chromium or Google's; None: Playwright's own."""
    return shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def platform() -> Iterator[Platform]:
    with running(DEMODOCK_FREEZE_AFTER=str(FREEZE_AFTER), DEMODOCK_SLEEP_AFTER=str(SLEEP_AFTER)) as started:
        yield started


@pytest.fixture(scope="session")
def published(platform: Platform) -> Callable[[str], str]:
    """Publishes a sample at its first use; returns its URL."""

    @functools.cache
    def publish(name: str) -> str:
        platform.push(ROOT / "sample_spaces" / name, f"admin/{name}")
        platform.wait(f"admin/{name}", seconds=1800)
        return f"http://{platform.host(f'admin/{name}')}/"

    return publish


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for the whole session: while Playwright is there its event loop runs, and no asynchronous test can."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1100, "height": 720})
    context.set_default_timeout(PATIENCE)
    context.set_default_navigation_timeout(PATIENCE)
    opened = context.new_page()
    yield opened
    context.close()


def load(page: Page, url: str, shown: Locator) -> None:
    """Opens an app of many files until `shown` is there. Chromium breaks off what it loads whenever the machine gets or loses
    a network interface, and here containers come and go; people load a page again then."""
    for _ in range(3):
        with contextlib.suppress(AssertionError, Error):
            page.goto(url)
            expect(shown).to_be_visible(timeout=PATIENCE / 3)
            return
    expect(shown).to_be_visible()


def sign_in(page: Page, platform: Platform) -> None:
    """The admin."""
    page.goto(f"{platform.url}/login")
    page.get_by_label("User name").fill("admin")
    page.get_by_label("Password").fill(platform.token)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(account(page)).to_be_visible()


def account(page: Page) -> Locator:
    """The menu behind one's own name."""
    return page.locator("header details.menu")


def from_account(page: Page, role: Literal["link", "button"], name: str) -> Locator:
    """What stands in that menu, which is opened; that takes no script."""
    if account(page).get_attribute("open") is None:
        account(page).locator("summary").click()
    return account(page).get_by_role(role, name=name)


@pytest.fixture
def shot(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """Keeps what the page looks like, for people to look at; docs/pictures holds two of them."""

    def take(page: Page, name: str) -> Path:
        SHOTS.mkdir(exist_ok=True)
        where = SHOTS / f"{name}.png"
        page.screenshot(path=where)
        return where

    return take


@pytest.fixture
def elsewhere() -> Iterator[Callable[..., str]]:
    """Serves a page on another origin that shows a Space in an iframe, or whatever `body` holds; returns that page's URL."""
    shown = b""

    class Site(http.server.BaseHTTPRequestHandler):
        """The page, as it is by now: one that a file's date vouches for may be a second old."""

        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(shown)

        def log_message(self, *_: object) -> None: ...

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def embed(url: str = "", body: str = "") -> str:
        nonlocal shown
        body = body or f'<iframe src="{url}" width="900" height="560"></iframe>'
        shown = f"<!doctype html><meta charset=utf-8><title>Elsewhere</title><h1>Elsewhere</h1>{body}".encode()
        return f"http://127.0.0.1:{server.server_port}/"

    yield embed
    server.shutdown()
    server.server_close()
