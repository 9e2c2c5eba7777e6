"""What goes wrong in a browser is a page in the reader's language; programs get problem+json as ever, and nobody learns of our insides."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError
from starlette.datastructures import Headers

from spaces import names
from spaces.api import browsers
from spaces.errors import DemodockError, EntryNotFound, Forbidden, TooMany
from spaces.web import gallery
from spaces.web.problems import told
from tests.unit.people import a_space
from tests.unit.web.kit import with_password

READER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PAGES = ("/nobody", "/spaces/nobody/nothing")
"""Whose routes draw pages for whoever asks."""
UNKNOWN = [
    *PAGES,
    "/a/b/c/d",
    "/spaces/nobody/nothing",
    "/nobody",
    "/spaces/nobody/nothing/resolve/main/a.txt",
    "/datasets/a/b/c",
]


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_address_is_a_page_to_a_browser_and_json_to_a_program(browser, path):
    page = browser.http.get(path, headers=READER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert 'lang="en"' in page.text and f"/login?next={path}" in page.text
    chinese = browser.http.get(f"{path}?{names.PARAMETER_LANGUAGE}=zh", headers=READER).text
    assert "此地址没有内容" in chinese and "not found" not in chinese.lower()
    if path not in PAGES:
        answer = browser.http.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
        assert answer.json()["status"] == 404


def test_a_private_space_and_none_at_all_are_the_same_page(browsers):
    a_space("alice", "hidden", visibility="private")
    with_password("mallory")
    for stranger in (browsers(), browsers()):
        shown = [stranger.http.get(f"/spaces/alice/{name}", headers=READER) for name in ("hidden", "absent")]
        texts = {answer.text.replace("hidden", "absent") for answer in shown}
        assert {answer.status_code for answer in shown} == {404} and len(texts) == 1
        stranger.sign_in("mallory")


def test_a_method_that_an_address_does_not_take_is_a_page(browser):
    answer = browser.http.request("PUT", "/login", headers=READER)
    assert answer.status_code == 405 and "does not take that" in answer.text and answer.headers["allow"]
    assert browser.http.request("PUT", "/login").json()["status"] == 405


def test_a_form_of_another_site_is_refused_with_a_page(browser):
    with_password("alice")
    browser.sign_in("alice")
    for headers in (READER, READER | {"Origin": "https://evil.example"}):
        answer = browser.http.post("/settings", data={"do": "profile"}, headers=headers)
        assert (
            answer.status_code == 403
            and "<!doctype html>" in answer.text
            and "not sent from a page of ours" in answer.text
        )
        assert "alice" not in answer.text


def test_a_defect_of_ours_is_told_by_its_number_alone(browser, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("secret-inside")

    monkeypatch.setattr(gallery.gallery, "find", broken)
    with_password("alice")
    browser.sign_in("alice")
    page, answer = browser.http.get("/", headers=READER), browser.http.get("/")
    assert page.status_code == answer.status_code == 500 and "<!doctype html>" in page.text
    assert "script-src 'self'" in page.headers["content-security-policy"]
    assert page.headers[names.HEADER_REQUEST_ID] in page.text
    assert answer.json()["request_id"] == answer.headers[names.HEADER_REQUEST_ID]
    for said in (page, answer):
        assert "secret-inside" not in said.text and "RuntimeError" not in said.text


def test_a_database_that_is_away_is_a_page_that_asks_it_nothing(browser, monkeypatch):
    def away(*_: object, **__: object) -> None:
        raise OperationalError("SELECT secret", {}, Exception("no such host"))

    with_password("alice")
    browser.sign_in("alice")
    monkeypatch.setattr(browsers.sessions, "find", away)
    page = browser.http.get("/", headers=READER)
    assert (page.status_code, page.headers["retry-after"]) == (503, "5")
    assert "Not at the moment" in page.text and "secret" not in page.text and "/login" not in page.text


def test_an_unknown_host_gets_a_page_that_knows_nobody(browser):
    with_password("alice")
    browser.sign_in("alice")
    answer = browser.http.get("/settings", headers=READER | {"Host": "evil.example"})
    assert answer.status_code == 400 and "<!doctype html>" in answer.text and "alice" not in answer.text


@pytest.mark.parametrize(
    ("accept", "path", "page"),
    [
        (READER["Accept"], "/spaces/a/b", True),
        ("text/html", "/a/b/c", True),
        ("*/*", "/spaces/a/b", False),
        ("application/json", "/spaces/a/b", False),
        ("", "/spaces/a/b", False),
        (READER["Accept"], "/api/spaces/a/b", False),
        (READER["Accept"], "/spaces/a/b/info/refs", False),
        (READER["Accept"], "/apiary", True),
    ],
)
def test_who_opens_an_address_to_read_it_is_told_from_programs(accept, path, page):
    assert browsers.wants_page(Headers({"accept": accept}), path) is page


@pytest.mark.parametrize(
    ("error", "en", "zh"),
    [
        (TooMany("Wait.", retry_after=9), ("Too often", "Too many attempts."), ("操作过于频繁", "尝试次数过多。")),
        (Forbidden("No {x}."), ("That is not allowed", "You may not do this"), ("没有权限", "你没有权限")),
        (EntryNotFound("No file a."), ("There is nothing", "No file a."), ("此地址没有内容", "它可能已")),
        (
            DemodockError("Odd.", hint="Do so."),
            ("Something went wrong", "It is not your fault."),
            ("服务器", "这不是你"),
        ),
    ],
)
def test_an_error_is_told_in_words_for_people(error, en, zh):
    for language, (headline, text) in (("en", en), ("zh", zh)):
        shown = told(error, language)
        assert shown.headline.startswith(headline) and shown.text.startswith(text)
