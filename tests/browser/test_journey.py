"""One author's way in a real browser: from a template to an app that another site shows and wakes."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PATIENCE, sign_in
from tests.harness import Platform

TEMPLATE, MINE = "admin/greeter", "admin/mine"
APP = '''\
import html, http.server, os, time, urllib.parse

WORD = "Hello"
PAGE = """<!doctype html><meta charset="utf-8"><title>Greeter</title>
<form><label>Name <input name="who"></label> <button>Greet</button></form><p id="said">{said}</p><p id="key">{key}</p>"""


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        who = urllib.parse.parse_qs(urllib.parse.urlsplit(self.path).query).get("who", ["nobody"])[0]
        key = f"The key has {len(os.environ.get('API_KEY', ''))} letters"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(PAGE.format(said=html.escape(f"{WORD}, {who}"), key=key).encode())


print("loading the greeter", flush=True)
time.sleep(1)
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
'''
STEPS = 'for n in 1 2 3 4 5; do echo "{mark}: step $n of 5"; sleep 1; done'


@pytest.fixture
def template(platform: Platform) -> str:
    """A Space to begin with. The engine has never built it: its own build is ended at once, so that the copy's can be watched."""
    mark = secrets.token_hex(4)
    files = {
        "README.md": "---\ntitle: Greeter\nemoji: 👋\ncolorFrom: green\ncolorTo: blue\nsdk: docker\n---\n\nGreets whoever comes.\n",
        "Dockerfile": f'FROM python:3.11-slim\nRUN {STEPS.format(mark=mark)}\nCOPY app.py .\nCMD ["python", "app.py"]\n',
        "app.py": APP,
    }
    platform.api("POST", "/api/repos/create", {"type": "space", "name": "greeter", "sdk": "docker"})
    platform.push(files, TEMPLATE)
    assert platform.api("POST", f"/api/spaces/{TEMPLATE}/builds/1/cancel").status == 200
    return mark


@pytest.fixture
def stranger(chromium: Browser) -> Iterator[Page]:
    """Somebody who is not signed in."""
    context = chromium.new_context(viewport={"width": 1100, "height": 900})
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def app_in(page: Page) -> Locator:
    """What the app said last, in its frame on the Space's page."""
    return page.frame_locator("iframe.app").locator("#said")


def tab(page: Page, name: str) -> None:
    page.locator("nav.tabs").get_by_role("link", name=name, exact=True).click()


def test_from_a_template_to_an_app_that_another_site_shows_and_wakes(
    page: Page,
    platform: Platform,
    template: str,
    stranger: Page,
    elsewhere: Callable[..., str],
    shot: Callable[[Page, str], object],
):
    page.on("dialog", lambda dialog: dialog.accept())
    sign_in(page, platform)
    page.goto(f"{platform.url}/spaces/{TEMPLATE}/settings#template")
    page.get_by_role("button", name="Offer it as a template").click()

    # -- from the template, watched until the app is there; the document stays the same all the time
    page.get_by_role("link", name="New Space").click()
    page.get_by_role("radio", name="Greeter").check()
    page.get_by_label("Name of the Space").fill("mine")
    shot(page, "journey-1-new")
    page.get_by_role("button", name="Create").click()
    expect(page).to_have_url(f"{platform.url}/spaces/{MINE}")
    page.evaluate("window.stays = true")
    stage, log = page.locator(".space-line .stage"), page.locator("pre.tail")
    expect(stage).to_have_text("Building")
    expect(log).to_contain_text(f"{template}: step 1 of 5")
    expect(log).not_to_contain_text("step 4 of 5", timeout=1)
    shot(page, "journey-2-building")
    expect(log).to_contain_text(f"{template}: step 4 of 5")
    expect(stage).to_have_text("Running")
    expect(app_in(page)).to_have_text("Hello, nobody")
    assert page.evaluate("window.stays")

    # -- the app, used where it stands
    inside = page.frame_locator("iframe.app")
    inside.get_by_label("Name").fill("Ada")
    inside.get_by_role("button", name="Greet").click()
    expect(app_in(page)).to_have_text("Hello, Ada")
    shot(page, "journey-3-used")

    # -- a file edited here is soon the app
    tab(page, "Files")
    page.get_by_role("link", name="app.py", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Content").fill(APP.replace('WORD = "Hello"', 'WORD = "Welcome"'))
    page.get_by_label("What changes").fill("Welcome people")
    shot(page, "journey-4-edit")
    page.get_by_role("button", name="Commit").click()
    expect(page.get_by_text("Committed")).to_be_visible()
    page.get_by_role("link", name="Follow").click()
    page.evaluate("window.stays = true")
    expect(stage).not_to_have_text("Running")
    shot(page, "journey-5-redeploy")
    expect(stage).to_have_text("Running")
    expect(page.get_by_text("The app has changed")).to_be_visible()
    expect(app_in(page)).to_have_text("Hello, nobody")  # nobody's work is taken away
    assert page.evaluate("window.stays")
    shot(page, "journey-5-redeployed")
    page.get_by_role("link", name="Load it again").click()
    expect(app_in(page)).to_have_text("Welcome, nobody")

    # -- back to what was before
    tab(page, "Revisions")
    first = page.get_by_role("listitem").filter(has_not_text="Welcome people")
    first.get_by_role("button", name="Roll back to this").click()
    expect(first.get_by_text("Serving", exact=True)).to_be_visible()
    expect(stage).to_have_text("Running")  # what went before ran still: there is no gap
    shot(page, "journey-6-rolled-back")
    tab(page, "App")
    expect(app_in(page)).to_have_text("Hello, nobody")

    # -- a secret, which the app gets and nobody sees again
    tab(page, "Settings")
    section = page.locator("#secrets")
    section.get_by_label("Name").fill("API_KEY")
    section.get_by_label("Value").fill("fourteen chars")
    section.get_by_role("button", name="Save the secret").click()
    expect(section.get_by_text("Done.")).to_be_visible()
    expect(section.get_by_role("row", name="API_KEY")).to_be_visible()
    assert "fourteen" not in page.content()
    shot(page, "journey-7-secret")
    platform.wait_for(lambda: "The key has 14 letters" in platform.get(MINE).text)

    # -- both pieces of code that are offered, pasted into a page of another site
    tab(page, "Embed")
    offered = [text for text in page.locator(".copy pre").all_inner_texts() if text.startswith("<")]
    shot(page, "journey-8-embed")
    there = elsewhere(body="".join(offered))
    frames = [stranger.frame_locator(f"{where} iframe") for where in ("demodock-space", "body >")]
    stranger.goto(there)
    for frame in frames:
        expect(frame.locator("#said")).to_have_text("Hello, nobody")
    shot(stranger, "journey-9-elsewhere")

    # -- asleep, and woken by whoever comes to that page
    tab(page, "Settings")
    page.locator("#run").get_by_role("button", name="Put to sleep").click()
    expect(stage).to_have_text("Sleeping")
    shot(page, "journey-10-asleep")
    stranger.goto(there)
    expect(frames[0].locator("#phase")).to_be_visible()
    shot(stranger, "journey-11-wakes")
    for frame in frames:
        expect(frame.locator("#said")).to_have_text("Hello, nobody")
    shot(stranger, "journey-12-awake")
    expect(stage).to_have_text("Running")
