"""The page that tells how to show a Space elsewhere, and what a Space's page says of itself to others."""

from __future__ import annotations

import html
import re

import pytest
from sqlmodel import select

from spaces import db
from spaces.card import SpaceConfig
from spaces.models import Build, Revision, ShareLink, Space, Visibility
from spaces.web.embed import preview
from tests.unit.people import a_space, person
from tests.unit.web.kit import with_password
from tests.unit.web.test_embed import APP, PAGE, card, change

PATH = "/spaces/alice/demo/embed"


@pytest.fixture
def space(place) -> Space:
    with_password("alice")
    return a_space(title="A <demo>")


def row() -> Space:
    with db.reading() as session:
        return session.get(Space, 1)


def pasted(text: str) -> list[str]:
    """What can be copied from the page."""
    return [html.unescape(found) for found in re.findall(r"<pre[^>]*>(.*?)</pre>", text, re.DOTALL)]


def test_everybody_finds_what_to_paste_for_a_public_space(space, browser):
    page = browser.get(PATH)
    address, component, frame, badge, oembed = pasted(page.text)
    assert (address, oembed) == (APP, PAGE)
    assert '<demodock-space src="alice/demo"' in component and 'src="http://localhost:8000/embed.js"' in component
    assert frame.startswith(f'<iframe src="{APP}"') and 'title="A &lt;demo&gt;"' in frame
    assert badge.endswith(f"({PAGE}/badge.svg)]({PAGE})")
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0].replace('<form id="act"', "")


@pytest.mark.parametrize(("sdk", "holds"), [("streamlit", "?embed=true"), ("gradio", "6.1.0/gradio.js")])
def test_what_an_sdk_has_of_its_own_is_offered(space, browser, sdk, holds):
    with db.writing() as session:
        session.add(Build(space_id=1, number=1, commit="0" * 40))
        session.flush()
        lines = "fastapi==1.0\ngradio==6.1.0"
        revision = Revision(space_id=1, build_id=1, commit="0" * 40, config=SpaceConfig(sdk=sdk), dependencies=lines)
        session.add(revision)
        session.flush()
        number = revision.id
    change(sdk=sdk, revision_id=number)
    assert any(holds in text for text in pasted(browser.get(PATH).text))


def test_who_may_write_says_which_sites_may_show_it(space, browser):
    browser.sign_in("alice")
    sent = browser.send(PATH, do="sites", who="listed", sites="https://a.example\r\nb.example")
    assert (sent.status_code, sent.headers["location"]) == (303, f"{PATH}?done=sites#sites")
    assert row().sites == "https://a.example https://b.example"
    assert "https://b.example</code>" in browser.get(PATH).text
    wrong = browser.send(PATH, do="sites", who="listed", sites="https://a.example/path")
    assert wrong.status_code == 422 and "A line is no site" in wrong.text and "https://a.example/path" in wrong.text
    browser.send(PATH, do="sites", who="all", sites="https://a.example")
    assert row().sites is None


def test_share_links_are_made_shown_once_and_taken_back(space, browser):
    change(visibility=Visibility.PRIVATE)
    browser.sign_in("alice")
    assert pasted(browser.get(PATH).text) == [], "nothing that would show nothing"
    made = browser.send(PATH, do="share", label="for <the> jury", days=30, most=5)
    url, frame = pasted(made.text)
    assert url.startswith(f"{APP}?__sign=share_") and html.escape(url) in frame
    page = browser.get(PATH).text
    assert "share_" not in page and "for &lt;the&gt; jury" in page and "0 / 5" in page
    for wrong in ({"days": 10_000}, {"days": 1, "most": "many"}, {"days": 1, "most": "0"}):
        assert browser.send(PATH, do="share", label="", **wrong).status_code == 422
    sent = browser.send(PATH, do="end-share", id=1)
    assert sent.headers["location"].endswith("?done=end-share#end-share")
    with db.reading() as session:
        assert session.exec(select(ShareLink)).all() == []


def test_p41_others_see_no_page_and_change_nothing(space, browsers):
    with_password("bob")
    person("bob")
    bob, nobody = browsers(), browsers()
    bob.sign_in("bob")
    assert bob.send(PATH, do="sites", who="listed", sites="").status_code == 403
    change(visibility=Visibility.PRIVATE)
    for who in (bob, nobody):
        pages = [who.get(PATH), who.get("/spaces/alice/none/embed")]
        assert [page.status_code for page in pages] == [404, 404]
    assert bob.send(PATH, page="/settings", do="share", days=1).status_code == 404
    assert row().sites is None


def test_a_spaces_page_tells_others_how_to_show_it(space, browser):
    card(short_description='Says "hello"')
    head = browser.get("/spaces/alice/demo").text.partition("</head>")[0]

    def meta(name: str) -> str:
        return html.unescape(re.search(rf'<meta (?:property|name)="{name}" content="([^"]*)">', head)[1])

    assert (meta("og:title"), meta("og:description"), meta("og:url")) == ("A <demo>", 'Says "hello"', PAGE)
    assert meta("og:image") == f"{PAGE}/preview.png" and meta("og:image:width") == str(preview.SIZE[0])
    assert meta("twitter:card") == "summary_large_image"
    link = re.search(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', head)[1]
    answer = browser.get(html.unescape(link).removeprefix("http://localhost:8000"))
    assert answer.json()["title"] == "A <demo>"
    card(thumbnail="https://pictures.example/a.png")
    head = browser.get("/spaces/alice/demo").text.partition("</head>")[0]
    assert meta("og:image") == "https://pictures.example/a.png" and "og:image:width" not in head
    card(thumbnail="javascript:alert(1)")
    assert "javascript:" not in browser.get("/spaces/alice/demo").text
    change(visibility=Visibility.PRIVATE)
    browser.sign_in("alice")
    assert "og:title" not in browser.get("/spaces/alice/demo").text
