"""Pages: their headers, their two languages, what people typed in them, and the account's forms."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from spaces import db, names
from spaces.models import BrowserSession, Token, Visibility
from spaces.owners import authenticate
from spaces.web.agents import agent_name
from tests.unit.people import a_space, token_of
from tests.unit.web.kit import PASSWORD, with_password

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PAGES = ["/", "/login", "/settings", "/signup", "/login/link/nonsense"]


@pytest.mark.parametrize("path", PAGES)
def test_p30_every_page_runs_our_own_scripts_alone_and_stands_in_no_frame(browser, path):
    with_password("alice")
    browser.sign_in("alice")
    if path == "/login":
        browser.http.cookies.clear()
    headers = browser.get(path).headers
    policy = dict(part.strip().partition(" ")[::2] for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'" and policy["frame-ancestors"] == "'none'"
    assert (
        policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'" and "frame-src" not in policy
    )
    assert policy["form-action"] == "'self'" and policy["base-uri"] == "'none'" and "unsafe" not in str(policy)
    assert headers["cache-control"] == "private, no-store" and headers["x-frame-options"] == "DENY"


def test_pages_ask_nobody_else_for_anything(browser):
    with_password("alice")
    browser.sign_in("alice")
    for path in PAGES:
        text = browser.get(path).text
        assert "http://" not in text.replace("http://localhost:8000", "") and "https://" not in text, path
        assert re.findall(r"<script(?! src=./assets/)|<style|\son\w+=|\sstyle=|javascript:", text) == []


def test_a_language_that_was_chosen_is_remembered(browser):
    assert "Sign in" in browser.get("/login").text
    assert "登录" in browser.get(f"/login?{names.PARAMETER_LANGUAGE}=zh").text
    assert 'lang="zh-Hans"' in browser.get("/login").text
    browser.http.cookies.set(names.PARAMETER_LANGUAGE, "<b>")
    assert browser.get("/login").status_code == 200


def test_a_theme_that_was_chosen_is_remembered_and_the_page_stays_the_same(browser):
    assert 'data-theme="auto"' in browser.get("/login").text
    chosen = browser.get(f"/login?next=/settings&{names.PARAMETER_THEME}=dark").text
    assert 'data-theme="dark"' in chosen and f'href="?next=%2Fsettings&amp;{names.PARAMETER_THEME}=light"' in chosen
    assert 'data-theme="dark"' in browser.get("/login").text
    browser.http.cookies.clear()
    browser.http.cookies.set(names.PARAMETER_THEME, "<script>")
    assert 'data-theme="auto"' in browser.get("/login").text


def test_p34_what_people_typed_is_text(browser):
    with_password("alice")
    browser.sign_in("alice")
    browser.send("/settings", do="profile", full_name=HOSTILE)
    token = browser.send("/settings", do="token", name=HOSTILE, scope="read", days="7")
    wrong = browser.send("/login", page="/", name=HOSTILE, password="x")
    browser.http.headers["user-agent"] = HOSTILE
    with_password("bob")
    browser.sign_in("bob")
    for answer in (browser.get("/settings"), token, wrong):
        assert HOSTILE not in answer.text and "<img src=x" not in answer.text
        assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize(
    "fields",
    [{"full_name": "x" * 101}, {"full_name": "a\nb"}, {"email": "nobody"}, {"email": "a@b@c"}, {"email": "a@b\n"}],
)
def test_a_profile_is_checked(browser, fields):
    with_password("alice")
    browser.sign_in("alice")
    answer = browser.send("/settings", do="profile", **{"full_name": "Alice", "email": "a@example.org"} | fields)
    if fields == {"email": "a@b\n"}:
        assert answer.status_code == 303  # blanks around it are nobody's fault
    else:
        assert answer.status_code == 422 and 'role="alert"' in answer.text


def test_a_token_is_shown_once_and_does_what_it_says(browser):
    with_password("alice")
    browser.sign_in("alice")
    answer = browser.send("/settings", do="token", name="laptop", scope="write", days="30")
    text = answer.text.partition('<code id="fresh">')[2].partition("<")[0]
    actor = authenticate(text)
    assert (actor.name, actor.writes) == ("alice", True) and text not in browser.get("/settings").text
    with db.reading() as session:
        token = session.exec(select(Token).where(Token.name == "laptop")).one()
    assert token.expires_at is not None
    assert browser.send("/settings", do="revoke", id=token.id).status_code == 303
    with pytest.raises(Exception, match="Invalid credentials"):
        authenticate(text)


@pytest.mark.parametrize("fields", [{"name": ""}, {"name": "x" * 101}, {"scope": "admin"}, {"scope": "fineGrained"}])
def test_a_token_that_says_nothing_or_too_much_is_refused(browser, fields):
    with_password("alice")
    browser.sign_in("alice")
    fields = {"name": "laptop", "scope": "read", "days": "7"} | fields
    assert browser.send("/settings", do="token", **fields).status_code == 422


def test_a_fine_grained_token_is_made_line_by_line(browser):
    with_password("alice")
    a_space("alice", "demo")
    browser.sign_in("alice")
    lines = "alice read\n\n  spaces/alice/demo   write  "
    answer = browser.send("/settings", do="token", name="ci", scope="fineGrained", days="7", grants=lines)
    assert "alice read" in answer.text and "spaces/alice/demo write" in answer.text
    actor = authenticate(answer.text.partition('<code id="fresh">')[2].partition("<")[0])
    assert [grant.power for grant in actor.grants] == ["read", "write"] and not actor.writes


def test_nobody_revokes_tokens_or_ends_sessions_of_others(browsers):
    token_of("bob")
    alice, bob = browsers(), browsers()
    for browser, name in ((alice, "alice"), (bob, "bob")):
        with_password(name)
        browser.sign_in(name)
    with db.reading() as session:
        token = session.exec(select(Token)).one()
        theirs = session.exec(select(BrowserSession).where(BrowserSession.owner_id == token.owner_id)).one()
    assert alice.send("/settings", do="revoke", id=token.id).status_code == 404
    alice.send("/settings", do="session", id=theirs.id)
    answer = alice.http.delete(f"/api/sessions/{theirs.id}", headers={"Origin": alice.origin})
    assert answer.status_code == 404 and bob.who == "bob"
    assert [entry["id"] for entry in bob.get("/api/sessions").json()] == [theirs.id]


def test_one_signs_out_another_browser_or_all_others(browsers):
    with_password("alice")
    first, second, third = browsers(), browsers(), browsers()
    for browser in (first, second, third):
        browser.sign_in("alice")
    ids = [entry["id"] for entry in first.get("/api/sessions").json()]
    first.send("/settings", do="session", id=ids[0])
    assert [b.who for b in (first, second, third)].count(None) == 1 and first.who
    first.send("/settings", do="others")
    assert [b.who for b in (first, second, third)] == ["alice", None, None]


def test_a_changed_password_needs_the_present_one_and_ends_every_other_session(browsers):
    with_password("alice")
    here, elsewhere = browsers(), browsers()
    here.sign_in("alice")
    elsewhere.sign_in("alice")
    change = {"do": "password", "password": "a wholly new sentence"}
    assert here.send("/settings", **change, current="a guess").status_code == 401
    assert elsewhere.who == "alice"
    assert here.send("/settings", **change, current=PASSWORD).status_code == 303
    assert (here.who, elsewhere.who) == ("alice", None)
    assert elsewhere.sign_in("alice").status_code == 401
    assert elsewhere.sign_in("alice", "a wholly new sentence").status_code == 303


@pytest.mark.parametrize("fields", [{}, {"do": "nothing"}, {"do": "session", "id": "x"}, {"do": "revoke"}])
def test_a_damaged_form_is_refused_as_a_page(browser, fields):
    with_password("alice")
    browser.sign_in("alice")
    answer = browser.send("/settings", **fields)
    assert answer.status_code in (400, 404) and "<!doctype html>" in answer.text


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
        ("curl/8", "curl/8"),
        ("", "?"),
    ],
)
def test_a_browser_has_the_name_that_people_give_it(agent, name):
    assert agent_name(agent) == name


def test_who_is_not_signed_in_is_led_there_and_back(browser):
    answer = browser.get("/settings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/settings")


def test_p41_the_landing_page_and_a_repositorys_address_show_a_private_space_to_its_people_alone(browsers):
    a_space("alice", "hidden", visibility=Visibility.PRIVATE)
    a_space("alice", "shown", visibility=Visibility.PROTECTED)
    for name, sees in (("alice", True), ("mallory", False)):
        with_password(name)
        browser = browsers()
        browser.sign_in(name)
        landing = browser.get("/").text
        assert "alice/shown" in landing and ("alice/hidden" in landing) == sees
        assert browser.get("/spaces/alice/shown").status_code == 200
        assert browser.get("/spaces/alice/hidden").status_code == (200 if sees else 404)
