"""A Space's page in a real browser: hostile material runs nothing there, and a file edited there is soon the app that is seen."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.harness import Platform, tiny
from tests.unit.web.space.test_readme import HOSTILE

EDITED, EVIL = "admin/edited", "admin/evil"
NAME = "<img src=x onerror=alert(1)>.html"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
PROBE = "window.ran = []; window.alert = (what) => window.ran.push(what);"
"""What the hostile texts call; a script that runs leaves a mark, in whatever document."""


def sign_in(page: Page, platform: Platform) -> None:
    page.goto(f"{platform.url}/login")
    page.fill("main [name=name]", "admin")
    page.fill("main [name=password]", platform.token)
    page.click("main form button")
    page.wait_for_url(lambda url: "/login" not in url)


@pytest.fixture
def evil(platform: Platform) -> str:
    """Where the pages of a Space are that has nothing good in it."""
    files = {
        "README.md": f"---\nsdk: static\ntitle: '{NAME}'\nemoji: <b>\nshort_description: '{NAME}'\n---\n{HOSTILE}",
        "index.html": "<h1>app</h1>",
        "evil.html": HOSTILE,
        "evil.js": "alert(1)",
        "evil.svg": PICTURE,
        "evil.md": HOSTILE,
        "evil.csv": HOSTILE,
        "evil.py": HOSTILE,
        NAME: HOSTILE,
    }
    platform.push(files, EVIL, message=f"{NAME}\n\n{HOSTILE}")
    return f"{platform.url}/spaces/{EVIL}"


def test_p34_nothing_of_a_repository_ever_runs_on_its_pages(page: Page, platform: Platform, evil: str):
    page.add_init_script(PROBE)
    others: list[str] = []
    page.on("request", lambda seen: others.append(seen.url) if "localhost" not in seen.url.split("/")[2] else None)
    dialogs: list[str] = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    sign_in(page, platform)
    odd = quote(NAME)
    paths = [
        "",
        "/tree/main",
        "/commits/main",
        "/commit/main",
        f"/blob/main/{odd}",
        f"/edit/main/{odd}",
        f"/commits/main/{odd}",
    ]
    paths += [
        f"/{how}/main/evil.{kind}" for how in ("blob", "edit") for kind in ("html", "js", "svg", "md", "csv", "py")
    ]
    paths += ["/raw/main/evil.html", "/raw/main/evil.js", f"/raw/main/{odd}", "/resolve/main/evil.html"]
    for path in paths:
        page.goto(evil + path, wait_until="load")
        assert page.evaluate("window.ran || []") == [], path
        assert page.url == evil + path, path
    # a picture may be shown by a page, and is never a document
    page.goto(f"{evil}/blob/main/evil.svg")
    expect(page.locator(".medium img")).to_be_visible()
    with page.expect_download():
        page.evaluate(f"location.href = '{evil}/raw/main/evil.svg'")
    assert not dialogs and not others


def test_a_file_edited_in_the_browser_is_built_and_soon_the_app_that_is_seen(
    page: Page, platform: Platform, shot: Callable[..., object]
):
    platform.push(tiny("one"), EDITED)
    platform.wait(EDITED)
    sign_in(page, platform)
    home = f"{platform.url}/spaces/{EDITED}"
    page.goto(home)
    expect(page.frame_locator("iframe.app").locator("body")).to_have_text("one")
    shot(page, "space-app")
    page.click("nav.tabs >> text=Files")
    page.click("td.file-name >> text=app.py")
    page.click("a.button:has-text('Edit')")
    page.locator("#text").evaluate("(field) => { field.value = field.value.replace('\"one\"', '\"two\"'); }")
    page.fill("#title", "Answer two")
    page.click("button[value=save]")
    expect(page.locator(".note.good")).to_contain_text("Committed")
    page.click(".note.good >> text=Follow")
    # the app that is there is left alone; what goes on is told live, without a reload
    expect(page.locator(".space-line .stage")).to_contain_text("Running")
    platform.wait_for(lambda: platform.get(EDITED).text == "two", 180)
    expect(page.locator(".space-line .stage")).to_have_text("Running")
    page.goto(home)
    expect(page.frame_locator("iframe.app").locator("body")).to_have_text("two")
    assert platform.api("GET", f"/api/spaces/{EDITED}/commits/main").json()[0]["title"] == "Answer two"
