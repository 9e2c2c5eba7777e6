"""What pages of other sites, Spaces among them, can make a signed-in browser do: nothing."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from spaces import names
from spaces.api.app import create_app
from spaces.models import Space
from spaces.settings import get_settings
from tests.unit.people import a_space
from tests.unit.web.kit import COOKIE, ORIGIN, PASSWORD, with_password

SPACE_ORIGIN = "http://mallory-evil.localhost:8000"
OTHERS = [SPACE_ORIGIN, "null", "https://evil.example", "http://localhost:8001", "https://localhost:8000", "", None]


def all_routes(router=None) -> list[APIRoute]:
    """Every route of the control host, those of its parts included."""
    found = []
    for route in (router or create_app()).routes:
        inner = getattr(route, "original_router", None) or getattr(route, "router", None)
        if isinstance(route, APIRoute):
            found.append(route)
        elif inner is not None:
            found += all_routes(inner)
    return found


ROUTES = all_routes()
CHANGING = sorted({(method, route.path) for route in ROUTES for method in route.methods - {"GET", "HEAD", "OPTIONS"}})


def test_there_are_routes_to_look_at():
    paths = {path for _, path in CHANGING}
    assert len(CHANGING) > 20 and {"/login", "/settings", "/api/tokens", "/api/repos/create"} <= paths


@pytest.mark.parametrize("origin", OTHERS)
def test_p28_no_changing_route_follows_a_page_that_is_not_ours(browser, origin):
    with_password("root", role="admin")
    space = a_space("root", "demo")
    browser.sign_in("root")
    headers = {} if origin is None else {"Origin": origin}
    headers |= {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "navigate"}  # proves nothing
    for method, path in CHANGING:
        filled = re.sub(r"{owner}", "root", path).replace("{name}", "demo")
        filled = re.sub(r"{(\w+)(:\w+)?}", "1", filled)
        answer = browser.http.request(method, filled, headers=headers, data={"name": "x", "password": PASSWORD})
        assert (answer.status_code, "not sent from a page of ours" in answer.text) == (403, True), (method, path)
    from spaces import db

    with db.reading() as session:
        assert session.get(Space, space.id).intent == space.intent
    assert browser.who == "root"


def test_p28_a_page_of_ours_follows_with_the_form_token_and_only_with_it(browsers):
    alice, eve = browsers(), browsers()
    for person, name in ((alice, "alice"), (eve, "eve")):
        with_password(name)
        person.sign_in(name)
    theirs = re.search(rf'name="{names.FIELD_FORM_TOKEN}" value="(\w+)"', eve.get("/settings").text)[1]
    for token in ({}, {names.FIELD_FORM_TOKEN: ""}, {names.FIELD_FORM_TOKEN: theirs}, {names.FIELD_FORM_TOKEN: "ü"}):
        fields = {"do": "profile", "full_name": "Mallory"} | token
        answer = alice.http.post("/settings", data=fields, headers={"Origin": ORIGIN})
        assert answer.status_code == 403 and "out of date" in answer.text
    assert "Mallory" not in alice.get("/settings").text
    assert alice.send("/settings", do="profile", full_name="Alice A.").status_code == 303
    assert "Alice A." in alice.get("/settings").text


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"])
def test_p28_what_a_form_can_send_is_no_call_of_the_api(browser, kind):
    with_password("alice")
    a_space("alice", "demo")
    browser.sign_in("alice")
    answer = browser.http.post(
        "/api/spaces/alice/demo/pause", content=b"x=1", headers={"Origin": ORIGIN, "Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "stale_form")


def test_p28_a_script_of_ours_may_call_the_api(browser):
    with_password("alice")
    browser.sign_in("alice")
    answer = browser.http.post("/api/tokens", json={"name": "mine"}, headers={"Origin": ORIGIN})
    assert answer.status_code == 201


def test_p28_tokens_need_no_origin(browser):
    with_password("alice")
    browser.sign_in("alice")
    made = browser.http.post("/api/tokens", json={"name": "mine", "scope": "write"}, headers={"Origin": ORIGIN}).json()
    for origin in OTHERS:
        headers = {"Authorization": f"Bearer {made['token']}"} | ({} if origin is None else {"Origin": origin})
        assert browser.http.post("/api/tokens", json={"name": "y"}, headers=headers).status_code == 201


def test_p28_an_authorization_header_stands_for_itself_whatever_cookie_comes_along(browser):
    with_password("alice")
    browser.sign_in("alice")
    for text in ("Bearer nonsense", "Bearer", ""):
        answer = browser.http.post(
            "/api/tokens", json={"name": "x"}, headers={"Authorization": text, "Origin": SPACE_ORIGIN}
        )
        assert answer.status_code == 401


FOR_ALL = {"/embed.js", "/embed/status.json", "/oembed"}
"""What pages of other sites read: without any credentials, and the same whoever asks."""


@pytest.mark.parametrize("origin", [SPACE_ORIGIN, "null", ORIGIN, "https://evil.example"])
def test_p29_no_answer_shares_itself_with_another_origin(browser, origin):
    with_password("root", role="admin")
    a_space("root", "demo")
    browser.sign_in("root")
    for route in ROUTES:
        path = re.sub(r"{(\w+)(:\w+)?}", "1", route.path.replace("{owner}", "root").replace("{name}", "demo"))
        if path.endswith(("/events", "/events/stages", "/live")) or "/logs/" in path:
            continue  # streams without an end
        for method in ("OPTIONS", "GET"):
            answer = browser.http.request(
                method, path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
            )
            shared = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
            if path in FOR_ALL and shared:
                assert shared == {"access-control-allow-origin": "*"}, (method, path, shared)
                continue
            assert not shared, (method, path, shared)


# -- cookie tossing --------------------------------------------------------------------------------


def test_p27_cookies_that_a_space_set_for_our_parent_domain_open_and_close_nothing(browsers):
    with_password("alice")
    with_password("mallory")
    alice, mallory = browsers(), browsers()
    alice.sign_in("alice")
    mallory.sign_in("mallory")
    own, theirs = alice.http.cookies[COOKIE], mallory.http.cookies[COOKIE]
    alice.http.cookies.clear()

    def who(*values: str) -> str | None:
        line = "; ".join(f"{COOKIE}={value}" for value in values)
        answer = alice.http.get("/api/whoami-v2", headers={"Cookie": line})
        return answer.json()["name"] if answer.status_code == 200 else None

    assert who(own) == "alice"
    assert who("tossed", own) == who(own, "tossed") == who(*["x"] * 150, own) == who(own, own) == "alice"
    assert who(theirs, own) is None and who(own, theirs) is None


def test_p27_a_cookie_of_the_plain_name_is_nothing_over_tls(monkeypatch, place, browsers):
    monkeypatch.setenv("DEMODOCK_PUBLIC_URL", "https://demos.example.org")
    get_settings.cache_clear()
    with_password("mallory")
    mallory = browsers(origin="https://demos.example.org")
    mallory.sign_in("mallory")
    secret = mallory.http.cookies["__Host-demodock"]
    mallory.http.cookies.clear()
    answer = mallory.http.get("/api/whoami-v2", headers={"Cookie": f"{names.session_cookie(False, 8000)}={secret}"})
    assert answer.status_code == 401
