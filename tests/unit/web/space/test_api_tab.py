"""The API tab: what the app told, honest about apps that sleep or say nothing, and no text of theirs is more than text."""

from __future__ import annotations

import html

import pytest

from spaces import db
from spaces.interface import kept
from spaces.interface.shape import Endpoint, Interface, Kind, Parameter
from spaces.lifecycle import Stage
from spaces.models import Space, SpaceInterface, Visibility

HERE = "/spaces/alice/demo/api"
EVIL = "<script>alert(1)</script>\u202e"
GREET = Endpoint(path="/greet", summary="Greets", parameters=(Parameter(name="name", type="str", example="you"),))


@pytest.fixture
def tells(space, monkeypatch):
    """Says what the app answers."""

    def tell(interface: Interface | None, **values: object) -> None:
        with db.writing() as session:
            if old := session.get(SpaceInterface, space.id):
                session.delete(old)
            row = session.get(Space, space.id)
            for name, value in values.items():
                setattr(row, name, value)
        monkeypatch.setattr(kept.reader, "ask", lambda *_: interface)

    return tell


def test_a_running_app_is_asked_and_shown_in_every_language(nobody, tells):
    tells(Interface(kind=Kind.GRADIO, prefix="/gradio_api", endpoints=(GREET,), tools=("greet",)))
    page = html.unescape(nobody.get(HERE).text)
    assert 'Client("http://alice-demo.localhost:8000/")' in page and 'api_name="/greet"' in page
    assert "pip install gradio_client" in page and "http://alice-demo.localhost:8000/gradio_api/mcp/" in page
    assert "@gradio/client" in html.unescape(nobody.get(f"{HERE}?code=javascript").text)
    assert "/gradio_api/call/greet" in html.unescape(nobody.get(f"{HERE}?code=curl").text)


def test_a_private_app_needs_a_token_and_says_so(alice, tells):
    tells(Interface(kind=Kind.OPENAPI, endpoints=(Endpoint(path="/", method="GET"),)), visibility=Visibility.PRIVATE)
    page = html.unescape(alice.get(HERE).text)
    assert 'curl -sS http://alice-demo.localhost:8000/ -H "Authorization: Bearer $DEMODOCK_TOKEN"' in page
    assert "/settings#token" in page


@pytest.mark.parametrize(
    "values, said",
    [
        ({"stage": Stage.SLEEPING}, "The app sleeps."),
        ({"stage": Stage.BUILDING}, "being built"),
        ({"stage": Stage.PAUSED}, "is paused"),
        ({"stage": Stage.RUNTIME_ERROR}, "does not run"),
        ({"stage": Stage.RUNNING}, "does not describe its endpoints"),
        ({"sdk": "static"}, "holds files and no program"),
    ],
)
def test_an_app_that_tells_nothing_is_honestly_that(alice, tells, values, said):
    tells(Interface() if values.get("stage") == Stage.RUNNING else None, **values)
    page = alice.get(HERE).text
    assert said in page
    assert ('form="act" name="do" value="wake"' in page.partition('id="notice"')[2].partition('class="api"')[2]) is (
        values.get("stage") == Stage.SLEEPING
    )


def test_a_sleeping_app_shows_what_it_told_last(alice, tells, space):
    tells(Interface(kind=Kind.GRADIO, endpoints=(GREET,)))
    alice.get(HERE)
    with db.writing() as session:
        row = session.get(Space, space.id)
        row.stage, row.revision_id = Stage.SLEEPING, 77
    page = alice.get(HERE).text
    assert "/greet" in page and "The app sleeps." in page and "earlier revision" in page


def test_p34_what_the_app_tells_stays_text(nobody, tells):
    endpoint = Endpoint(path="/" + EVIL, summary=EVIL, parameters=(Parameter(name=EVIL, label=EVIL, type=EVIL, example=EVIL),), returns=(EVIL,))  # fmt: skip
    for kind in (Kind.GRADIO, Kind.OPENAPI):
        tells(Interface(kind=kind, endpoints=(endpoint,), tools=(EVIL,)))
        for code in ("python", "javascript", "curl"):
            page = nobody.get(f"{HERE}?code={code}").text
            assert "<script>alert" not in page and "\u202e" not in page and "&lt;script&gt;" in page


def test_the_app_is_asked_again_by_a_form(alice, nobody, tells):
    tells(Interface())
    alice.get(HERE)
    tells_more = Interface(kind=Kind.GRADIO, endpoints=(GREET,))
    kept.reader.ask = lambda *_: tells_more
    assert "/greet" not in alice.get(HERE).text
    assert alice.send(HERE, do="read").headers["location"] == HERE
    assert "/greet" in alice.get(HERE).text
    assert nobody.http.post(HERE, data={}).status_code in (303, 403)
