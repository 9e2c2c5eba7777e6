"""Live stages: every change reaches whoever may see it, in their language, and nobody else; signing out ends it."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
from starlette.requests import Request

from spaces import db, sessions
from spaces.access import Permission, find_owner
from spaces.api import streams
from spaces.lifecycle import Phase, Stage
from spaces.models import Space, Visibility
from spaces.moves import move
from spaces.names import session_cookie
from spaces.settings import get_settings
from spaces.web import stages
from spaces.web.words import WORDS
from tests.unit.people import a_space
from tests.unit.web.kit import PASSWORD, with_password


@contextlib.contextmanager
def listening(server: str, *spaces: str, cookie: str = "", language: str = "en") -> Iterator[list[tuple[str, str]]]:
    """What the stream has told so far, as pairs of event and text; `("end", "")` where it ended."""
    told: list[tuple[str, str]] = []
    headers = {"Cookie": cookie, "Accept-Language": language}
    client = httpx.Client(base_url=server, headers=headers, timeout=30)

    def read() -> None:
        with client.stream("GET", f"/events/stages?{stages.query(spaces)}") as answer:
            assert answer.status_code == 200
            kind = ""
            for line in answer.iter_lines():
                name, _, value = line.partition(": ")
                kind = value if name == "event" else kind
                if name == "data":
                    told.append((kind, re.sub(r"<[^>]+>", "", value)))
        told.append(("end", ""))

    def run() -> None:
        with contextlib.suppress(httpx.HTTPError):
            read()

    reader = threading.Thread(target=run, daemon=True)
    reader.start()
    yield told
    client.close()


def until(told: list[tuple[str, str]], wanted: tuple[str, str], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while wanted not in told:
        assert time.monotonic() < deadline, f"{wanted} did not come, only {told}"
        time.sleep(0.02)


def change(space: Space, stage: Stage, phase: Phase) -> None:
    with db.writing() as session:
        move(session, session.get_one(Space, space.id), stage, phase)


def signed_in(server: str, name: str) -> str:
    answer = httpx.post(
        f"{server}/login", data={"name": name, "password": PASSWORD}, headers={"Origin": get_settings().origin}
    )
    settings = get_settings()
    return f"{session_cookie(settings.secure, settings.port)}={answer.cookies[session_cookie(settings.secure, settings.port)]}"


def test_a_page_hears_how_its_spaces_stand_and_every_change_in_its_language(server):
    space = a_space("alice", "demo")
    other = a_space("alice", "other")
    with listening(server, "alice/demo", "Alice/Demo", "nobody/nothing", "x") as told:
        with listening(server, "alice/demo", "alice/other", language="zh") as chinese:
            until(told, (f"stage-{space.id}", "No app yet"))
            until(chinese, (f"stage-{other.id}", "尚无应用"))
            change(space, Stage.BUILDING, Phase.QUEUED)
            until(told, (f"stage-{space.id}", "Building"))
            until(chinese, (f"stage-{space.id}", "构建中"))
            change(other, Stage.BUILDING, Phase.QUEUED)
            until(chinese, (f"stage-{other.id}", "构建中"))
    assert {kind for kind, _ in told} == {f"stage-{space.id}"}


def test_p41_nobody_hears_of_a_private_space_but_its_people_and_they_until_they_sign_out(server, monkeypatch):
    monkeypatch.setattr(streams.while_allowed, "__defaults__", (0.2,))
    with_password("alice")
    with_password("mallory")
    hidden = a_space("alice", "hidden", visibility=Visibility.PRIVATE)
    mine, theirs = signed_in(server, "alice"), signed_in(server, "mallory")
    with (
        listening(server, "alice/hidden", cookie=mine) as told,
        listening(server, "alice/hidden", cookie=theirs) as strange,
        listening(server, "alice/hidden") as nobodys,
    ):
        until(told, (f"stage-{hidden.id}", "No app yet"))
        change(hidden, Stage.BUILDING, Phase.QUEUED)
        until(told, (f"stage-{hidden.id}", "Building"))
        assert not strange and not nobodys
        token = re.search(
            r'name="form_token" value="(\w+)"', httpx.get(f"{server}/settings", headers={"Cookie": mine}).text
        )[1]
        httpx.post(
            f"{server}/logout", data={"form_token": token}, headers={"Cookie": mine, "Origin": get_settings().origin}
        )
        until(told, ("end", ""))


def test_a_space_that_turns_private_ends_what_others_hear(server, monkeypatch):
    monkeypatch.setattr(streams.while_allowed, "__defaults__", (0.2,))
    space = a_space("alice", "demo")
    with listening(server, "alice/demo") as told:
        until(told, (f"stage-{space.id}", "No app yet"))
        with db.writing() as session:
            session.get_one(Space, space.id).visibility = Visibility.PRIVATE
        until(told, ("end", ""))


def test_a_signed_in_browser_keeps_its_streams_until_it_signs_out(server):
    with_password("alice")
    a_space("alice", "hidden", visibility=Visibility.PRIVATE)
    cookie = signed_in(server, "alice")
    request = Request({"type": "http", "method": "GET", "headers": [(b"cookie", cookie.encode())]})
    still = streams.may_still(request, "alice", "hidden", Permission.INSPECT)
    assert still()
    with db.writing() as session:
        sessions.end_all(session, find_owner(session, "alice").id)
    assert not still()


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_tone_and_a_name(stage):
    for phase in Phase:
        look = stages.look(stage, phase)
        assert look.key in WORDS and look.tone in ("good", "busy", "bad", "rest", "cold")


def test_what_serves_never_looks_as_if_it_waited():
    assert stages.look(Stage.RUNNING_BUILDING, Phase.WAITING_FOR_GPU).tone == "good"
    assert stages.look(Stage.RUNNING, Phase.FROZEN).key == "stage.frozen"
