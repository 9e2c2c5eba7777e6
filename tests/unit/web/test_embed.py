"""What other sites show of a Space: the same for everybody, and of a private Space what a missing one has."""

from __future__ import annotations

import io
import json
import re
import xml.etree.ElementTree as ET

import micawber
import pytest
from PIL import Image

from spaces import db
from spaces.lifecycle import Stage
from spaces.models import Space, Visibility
from spaces.models.repo_card import RepoCard
from spaces.web.embed import badge, fonts, preview, snippets
from spaces.web.embed.look import COLORS, look_at
from tests.unit.people import a_space
from tests.unit.web.kit import with_password

PAGE, APP = "http://localhost:8000/spaces/alice/demo", "http://alice-demo.localhost:8000/"
STATES = [
    (Stage.RUNNING, "running", "运行中"),
    (Stage.RUNNING_BUILDING, "running", "运行中"),
    (Stage.SLEEPING, "sleeping", "休眠中"),
    (Stage.BUILDING, "building", "构建中"),
    (Stage.APP_STARTING, "starting", "启动中"),
    (Stage.PAUSED, "paused", "已暂停"),
    (Stage.BUILD_ERROR, "failed", "运行失败"),
    (Stage.RUNTIME_ERROR, "failed", "运行失败"),
    (Stage.CONFIG_ERROR, "failed", "运行失败"),
    (Stage.NO_APP_FILE, "empty", "暂无应用"),
]


@pytest.fixture
def space(place) -> Space:
    return a_space(title="A <demo> & 'more'")


def change(**values) -> None:
    with db.writing() as session:
        row = session.get(Space, 1)
        for name, value in values.items():
            setattr(row, name, value)


def text_of(svg: str) -> str:
    return ET.fromstring(svg).find("{http://www.w3.org/2000/svg}title").text


# -- the badge -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stage", "en", "zh"), STATES)
def test_a_badge_tells_how_a_space_stands_now(space, browser, stage, en, zh):
    change(stage=stage)
    for query, told in (("", en), ("?lang=zh", zh)):
        answer = browser.get(f"/spaces/alice/demo/badge.svg{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/svg+xml")
        assert answer.headers["cache-control"] == "public, max-age=30"
        assert text_of(answer.text) == f"Demodock: {told}"


def test_p41_the_badge_of_a_private_space_is_that_of_none_even_for_its_owner(space, browser):
    with_password("alice")
    browser.sign_in("alice")
    change(visibility=Visibility.PRIVATE, stage=Stage.RUNNING)
    private, missing = (browser.get(f"/spaces/alice/{name}/badge.svg") for name in ("demo", "nothing"))
    assert text_of(private.text) == "Demodock: not found"
    differs = {"x-request-id"}
    assert private.content == missing.content and private.status_code == missing.status_code == 200
    assert {k: v for k, v in private.headers.items() if k not in differs} == {
        k: v for k, v in missing.headers.items() if k not in differs
    }


def test_a_badge_that_has_not_changed_is_not_sent_again(space, browser):
    tag = browser.get("/spaces/alice/demo/badge.svg").headers["etag"]
    again = browser.http.get("/spaces/alice/demo/badge.svg", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    change(stage=Stage.PAUSED)
    again = browser.http.get("/spaces/alice/demo/badge.svg", headers={"If-None-Match": tag})
    assert again.status_code == 200


def test_every_text_of_a_badge_fits_and_can_be_read():
    for state, color in badge.COLORS.items():
        for language in ("en", "zh"):
            root = ET.fromstring(badge.draw(state, language))
            whole = int(root.get("width"))
            last = root.findall(".//{http://www.w3.org/2000/svg}text")[-1]
            assert int(last.get("x")) + int(last.get("textLength")) + 7 == whole
        assert contrast(color) >= 4.5, state


def contrast(color: str) -> float:
    def light(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4

    shade = sum(light(color[at : at + 2]) * weight for at, weight in ((1, 0.2126), (3, 0.7152), (5, 0.0722)))
    return 1.05 / (shade + 0.05)


# -- oEmbed ----------------------------------------------------------------------------------------


class Consumer(micawber.Provider):
    """micawber, with our application in the network's place."""

    def __init__(self, browser) -> None:
        super().__init__("http://localhost:8000/oembed")
        self.browser = browser

    def fetch(self, url):
        answer = self.browser.get(url)
        if answer.status_code != 200:
            raise micawber.ProviderException(str(answer.status_code))
        return answer.text


@pytest.fixture
def consumer(browser) -> micawber.ProviderRegistry:
    registry = micawber.ProviderRegistry()
    registry.register(r"http://localhost:8000/spaces/\S+", Consumer(browser))
    registry.register(r"http://\S+\.localhost:8000\S*", Consumer(browser))
    return registry


@pytest.mark.parametrize("stage", [Stage.RUNNING, Stage.SLEEPING, Stage.PAUSED, Stage.BUILDING, Stage.RUNTIME_ERROR])
@pytest.mark.parametrize("address", [PAGE, f"{PAGE}/tree/main", APP, f"{APP}some/page?q=1"])
def test_an_oembed_consumer_gets_a_frame_whatever_the_stage(space, consumer, stage, address):
    change(stage=stage)
    told = consumer.request(address, maxwidth=500)
    assert (told["type"], told["version"], told["title"]) == ("rich", "1.0", "A <demo> & 'more'")
    assert (told["width"], told["height"]) == (500, 600) and told["provider_name"] == "Demodock"
    assert f'src="{APP}"' in told["html"] and 'title="A &lt;demo&gt; &amp; &#x27;more&#x27;"' in told["html"]
    assert 'sandbox="' in told["html"] and "allow-top-navigation" not in told["html"]
    assert told["thumbnail_url"] == f"{PAGE}/preview.png"


@pytest.mark.parametrize(
    "address",
    [
        "http://localhost:8000/spaces/alice/nothing", "http://alice-nothing.localhost:8000/", "http://localhost:8000/",
        "https://elsewhere.example/spaces/alice/demo", "javascript:alert(1)", "http://[", "alice", "http://localhost:1/spaces/alice/demo",
    ],
)  # fmt: skip
def test_p41_oembed_says_of_a_private_space_what_it_says_of_none(space, browser, address):
    change(visibility=Visibility.PRIVATE)
    with_password("alice")
    browser.sign_in("alice")
    answers = [browser.http.get("/oembed", params={"url": url}) for url in (PAGE, address)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_a_space_for_some_sites_is_a_link_to_an_oembed_consumer(space, consumer):
    for sites in ("", "https://a.example"):
        change(sites=sites)
        told = consumer.request(PAGE)
        assert told["type"] == "link" and "html" not in told and told["title"]


def test_oembed_refuses_what_it_does_not_speak(space, browser):
    def asked(**query):
        return browser.http.get("/oembed", params=query).status_code

    assert asked(url=PAGE) == asked(url=PAGE, format="json") == 200
    assert asked(url=PAGE, format="xml") == 501 and asked(url=PAGE, format="; touch /tmp/x") == 422
    assert asked() == 400 and asked(url=PAGE, maxwidth="wide") == asked(url=PAGE, maxwidth=-1) == 422


def test_an_address_of_former_days_leads_to_the_space(space, consumer):
    from spaces import renames
    from spaces.models import RepoKind
    from tests.unit.people import actor_of

    with db.writing() as session:
        renames.move_repository(session, actor_of("alice"), RepoKind.SPACE, session.get(Space, 1), "alice", "better")
    assert "http://alice-better.localhost:8000/" in consumer.request(PAGE)["html"]


# -- for our web component -------------------------------------------------------------------------


def test_p29_a_page_of_another_site_learns_how_a_public_space_stands_and_nothing_of_a_private_one(space, browser):
    def asked(src, origin="https://other.example"):
        return browser.http.get("/embed/status.json", params={"src": src}, headers={"Origin": origin})

    for src in ("alice/demo", PAGE, APP, "alice-demo.localhost:8000"):
        answer = asked(src)
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        told = answer.json()
        assert (told["name"], told["app"], told["state"], told["allowed"]) == ("alice/demo", APP, "empty", True)
    change(sites="https://other.example")
    assert asked("alice/demo").json()["allowed"] and not asked("alice/demo", "https://evil.example").json()["allowed"]
    with_password("alice")
    browser.sign_in("alice")
    change(visibility=Visibility.PRIVATE)
    private, missing = asked("alice/demo"), asked("alice/none")
    assert private.status_code == missing.status_code == 404
    assert private.text.replace("demo", "none") == missing.text
    assert private.headers["access-control-allow-origin"] == "*", "so that the page can say so"
    assert private.headers["cache-control"] == missing.headers["cache-control"] == "no-store", "it may come soon"


def test_the_component_is_one_file_that_every_page_may_load(browser):
    answer = browser.get("/embed.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["cache-control"].startswith("public") and "set-cookie" not in answer.headers
    assert "import" not in answer.text and "http" not in re.sub(r"//.*", "", answer.text)
    assert f'SANDBOX = "{snippets.SANDBOX}"' in answer.text and f'ALLOW = "{snippets.ALLOW}"' in answer.text


# -- the picture -----------------------------------------------------------------------------------


def card(**data) -> None:
    with db.writing() as session:
        session.merge(RepoCard(number=1, commit="0" * 40, data=json.dumps(data)))


def test_the_picture_is_a_png_of_the_size_that_sites_expect(space, browser):
    card(colorFrom="green", colorTo="nonsense")
    answer = browser.get("/spaces/alice/demo/preview.png")
    picture = Image.open(io.BytesIO(answer.content))
    assert (answer.status_code, picture.format, picture.size) == (200, "PNG", (1200, 630))
    assert len(answer.content) < 400_000 and answer.headers["cache-control"] == "public, max-age=3600"
    change(visibility=Visibility.PRIVATE)
    assert browser.get("/spaces/alice/demo/preview.png").status_code == 404


@pytest.mark.parametrize("title", ["", "\U0001f680", "x" * 3000, "图像分类演示", "עברית", "a\u0000b", "word " * 400])
def test_a_picture_is_drawn_of_every_title(title):
    for found in (fonts._found(), ()):
        fonts_there = fonts._found
        try:
            fonts._found = lambda found=found: found
            preview.draw.cache_clear()
            assert preview.draw(title, "alice/demo", ("blue", "blue")).startswith(b"\x89PNG")
        finally:
            fonts._found = fonts_there


def test_every_color_of_a_card_is_known():
    from spaces.card_keys import COLORS as named

    assert set(COLORS) == set(named)


# -- snippets --------------------------------------------------------------------------------------


def test_what_an_author_pastes_cannot_be_broken_out_of(space):
    change(title='"><script>alert(1)</script>]( javascript:x')
    with db.reading() as session:
        look = look_at(session, "alice", "demo")
    for text in (
        snippets.frame(look),
        snippets.component(look),
        snippets.gradio(look, "6.1.0"),
        snippets.streamlit(look),
    ):
        assert "<script>alert" not in text
    assert re.fullmatch(r"\[!\[[^\[\]<>]*\]\(http://\S+/badge\.svg\)\]\(http://\S+\)", snippets.badge(look))
