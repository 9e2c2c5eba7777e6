"""A Space's page in a real browser: hostile material runs nothing there, and a file edited there is soon the app that is seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sign_in
from tests.harness import Platform, tiny
from tests.unit.web.space.test_readme import HOSTILE

EDITED, EVIL, NOISY = "admin/edited", "admin/evil", "admin/noisy"
NAME = "<img src=x onerror=alert(1)>.html"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
END = "here the noise ends"
NOISE = b"\n".join(
    (
        HOSTILE.encode(),
        b"\xff\xfe<script>alert(1)</script>",
        b"\x1b]0;<script>alert(1)</script>\x07\x1b]8;;javascript:alert(1)\x07click\x1b]8;;\x07",
        b"all is well\r<img src=x onerror=alert(1)>",
        "\u202e<img src=x onerror=alert(1)>".encode(),
        b"x" * (1 << 20) + b"<img src=x onerror=alert(1)>",
        END.encode() + b" <img src=x onerror=alert(1)>\n",
    )
)
NOISY_APP = """\
import http.server, sys, time

def noise():
    sys.stdout.buffer.write(open("noise", "rb").read())
    sys.stdout.flush()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            noise()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"quiet")

    def log_message(self, *_): ...

noise()
time.sleep(4)
http.server.ThreadingHTTPServer(("0.0.0.0", 7860), Handler).serve_forever()
"""
NOISY_BUILD = """\
FROM python:3.11-slim
COPY noise app.py ./
RUN cat noise; sleep 2; exit 1
CMD ["python", "app.py"]
"""
PROBE = "window.ran = []; window.alert = (what) => window.ran.push(what);"
"""What the hostile texts call; a script that runs leaves a mark, in whatever document."""


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


@pytest.fixture
def visit(page: Page) -> Iterator[Callable[[str], None]]:
    """Opens an address; nothing runs there, asks anything, or goes to another host."""
    others: list[str] = []
    dialogs: list[str] = []
    page.add_init_script(PROBE)
    page.on("request", lambda seen: others.append(seen.url) if "localhost" not in seen.url.split("/")[2] else None)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))

    def visit(url: str) -> None:
        page.goto(url, wait_until="load")
        check(url)

    def check(url: str) -> None:
        assert [ran for frame in page.frames for ran in frame.evaluate("window.ran || []")] == [], url
        assert not page.locator("[onerror], [onload], [onclick], [ontoggle], main script, pre img").count(), url
        assert page.url == url

    yield visit
    check(page.url)
    assert not dialogs and not others


def test_p34_nothing_of_a_repository_ever_runs_on_its_pages(
    page: Page, platform: Platform, evil: str, visit: Callable[[str], None]
):
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
    paths += ["/revisions", "/settings", "/embed"]
    for path in paths:
        visit(evil + path)
    for path in ("/?q=onerror", "/admin", "/new"):
        visit(platform.url + path)
    # a picture may be shown by a page, and is never a document
    page.goto(f"{evil}/blob/main/evil.svg")
    expect(page.locator(".medium img")).to_be_visible()
    with page.expect_download():
        page.evaluate(f"location.href = '{evil}/raw/main/evil.svg'")


def test_p34_nothing_that_a_build_or_an_app_prints_ever_runs(
    page: Page, platform: Platform, visit: Callable[[str], None], shot: Callable[..., object]
):
    home, end = f"{platform.url}/spaces/{NOISY}", page.get_by_text(END)
    card = f"---\nsdk: docker\ntitle: '{NAME}'\n---\n"
    files = {"README.md": card, "noise": NOISE, "app.py": NOISY_APP, "Dockerfile": NOISY_BUILD}
    sign_in(page, platform)
    platform.push(files, NOISY, message=HOSTILE)
    visit(home)
    expect(page.locator("pre.tail")).to_contain_text(END)  # told live
    expect(page.locator(".space-line .stage")).to_have_text("Build failed")
    shot(page, "hostile-build")
    for path in ("", "/revisions", "/logs?show=build"):
        visit(home + path)
        expect(end.first).to_be_attached()

    platform.push(files | {"Dockerfile": NOISY_BUILD.replace("; exit 1", "")}, NOISY, message=NAME)
    platform.wait(NOISY)
    visit(f"{home}/logs?show=both")
    expect(end.nth(1)).to_be_visible()
    lines = end.count()
    platform.get(NOISY)  # and once more, live
    expect(end).to_have_count(lines + 1)
    shot(page, "hostile-logs")
    for path in ("/logs?show=run&q=script", "/revisions"):
        visit(home + path)

    platform.api("POST", f"/api/spaces/{NOISY}/sleep")
    platform.wait(NOISY, "SLEEPING")
    visit(f"http://{platform.host(NOISY)}/")
    expect(page.locator("#log")).to_contain_text(END)
    shot(page, "hostile-wake")


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
