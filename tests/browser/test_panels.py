"""A Space's panels in a real browser: a secret is set, the log is followed live, an earlier revision takes over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.harness import Platform, tiny

NAME = "admin/panels"
APP_SAYS = """
import os
print("the key has", len(os.environ.get("API_KEY", "")), "letters", flush=True)
print("\\x1b[31mred\\x1b[0m <script>document.title = 'pwned'</script>\\x1b]8;;javascript:alert(1)\\x07link", flush=True)
"""


@pytest.fixture(scope="module")
def address(platform: Platform) -> str:
    """Of the Space's pages; two revisions of it are built."""
    for version in ("one", "two"):
        files = tiny(version)
        platform.push(files | {"app.py": APP_SAYS + files["app.py"]}, NAME, message=f"Version {version}")
        platform.wait_for(lambda version=version: platform.get(NAME).text == version, seconds=300)
    return f"http://localhost:{platform.port}/spaces/{NAME}"


@pytest.fixture
def signed_in(page: Page, platform: Platform) -> Page:
    sign_in(page, platform)
    return page


def test_a_secret_is_set_the_log_followed_and_an_earlier_revision_takes_over(
    signed_in: Page, address: str, platform: Platform, shot: Callable[[Page, str], Path]
):
    page = signed_in
    page.goto(f"{address}/settings#secrets")
    secrets = page.locator("#secrets")
    secrets.get_by_label("Name").fill("API_KEY")
    secrets.get_by_label("Value").fill("fourteen chars")
    secrets.get_by_role("button", name="Save the secret").click()
    expect(secrets.get_by_text("Done.")).to_be_visible()
    assert "fourteen" not in page.content()

    page.goto(f"{address}/logs")
    log = page.get_by_role("log")
    expect(log.get_by_text("the key has 14 letters")).to_be_visible()
    expect(log.locator(".f1").last).to_have_text("red")
    assert page.title() != "pwned" and not page.locator(".log a, .log script").count()
    platform.get(NAME, "/hello-live")
    expect(log.get_by_text("request /hello-live")).to_be_visible()
    page.get_by_role("button", name="Stop following").click()
    expect(page.get_by_role("button", name="Follow")).to_be_visible()
    page.get_by_placeholder("Search the log").fill("letters")
    expect(log.get_by_text("request /hello-live")).to_be_hidden()
    expect(page.get_by_role("button", name="Follow")).to_be_visible()  # it stays paused until somebody says otherwise
    shot(page, "panel-logs")

    page.goto(f"{address}/revisions")
    first = page.get_by_role("listitem").filter(has_text="Version one")
    page.on("dialog", lambda dialog: dialog.accept())
    first.get_by_role("button", name="Roll back to this").click()
    expect(first.get_by_text("Serving", exact=True)).to_be_visible()  # told live, without a reload
    platform.wait_for(lambda: platform.get(NAME).text == "one")
    shot(page, "panel-revisions")
