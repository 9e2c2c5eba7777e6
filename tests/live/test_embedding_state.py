"""What others show of a Space tells how it stands: an oEmbed consumer that was given its page's address, and the badge that a
README loads. Of a private Space both tell what they tell of none."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.harness import Answer, Platform, tiny

SPACE, MISSING = "admin/shown", "admin/nothing"
DISCOVERY = re.compile(r'<link [^>]*type="application/json\+oembed"[^>]*href="([^"]+)"')
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def shown(platform: Platform) -> str:
    platform.push(tiny(), SPACE)
    platform.wait(SPACE)
    return f"{platform.url}/spaces/{SPACE}"


def load(platform: Platform, url: str) -> Answer:
    """As a site does that was given the address: without any credentials."""
    parts = urlsplit(url)
    return platform.request("GET", parts.netloc, parts.path + (f"?{parts.query}" if parts.query else ""))


def consume(platform: Platform, page: str) -> Answer:
    """From the address of a page over the link in its head to the endpoint's answer."""
    (link,) = DISCOVERY.findall(load(platform, page).text)
    return load(platform, html.unescape(link))


def badge(platform: Platform, page: str) -> str:
    """What the badge says, as a picture that a README names is loaded."""
    answer = load(platform, f"{page}/badge.svg")
    assert answer.status == 200 and answer.headers["content-type"].startswith("image/svg+xml")
    assert "no-store" not in answer.headers["cache-control"] and "max-age" in answer.headers["cache-control"]
    return [text.text or "" for text in ElementTree.fromstring(answer.body).iter(f"{SVG}text")][-1]


def test_p41_oembed_and_the_badge_tell_what_runs_what_sleeps_and_nothing_of_what_is_private(
    platform: Platform, shown: str
):
    nowhere = shown.replace(SPACE, MISSING)
    markdown = html.unescape(load(platform, f"{shown}/embed").text)
    assert f"[![Tiny]({shown}/badge.svg)]({shown})" in markdown, "what an author pastes into a README"

    told = consume(platform, shown).json()
    assert (told["type"], told["title"], told["author_name"]) == ("rich", "Tiny", "admin")
    (frame,) = re.findall(r'<iframe src="([^"]+)"', told["html"])
    assert load(platform, frame).text == "one"
    assert load(platform, told["thumbnail_url"]).headers["content-type"] == "image/png"
    assert badge(platform, shown) == "running"

    assert platform.api("POST", f"/api/spaces/{SPACE}/sleep").status == 200
    platform.wait(SPACE, "SLEEPING")
    assert badge(platform, shown) == "sleeping"
    assert consume(platform, shown).json() == told, "it wakes where it is shown"
    assert platform.runtime(SPACE)["stage"] == "SLEEPING", "and not by being asked about"

    (link,) = map(html.unescape, DISCOVERY.findall(load(platform, shown).text))
    assert platform.api("PUT", f"/api/spaces/{SPACE}/settings", {"visibility": "private"}).status == 200
    private, missing = load(platform, link), load(platform, link.replace(SPACE.partition("/")[2], "nothing"))
    assert private.status == missing.status == 404
    assert private.text.replace("shown", "nothing") == missing.text
    for path in ("", "/badge.svg", "/preview.png", "/embed"):
        private, missing = load(platform, shown + path), load(platform, nowhere + path)
        assert private.status == missing.status and private.text.replace("shown", "nothing") == missing.text, path
        assert not DISCOVERY.search(private.text)
    assert badge(platform, shown) == badge(platform, nowhere) == "not found"
