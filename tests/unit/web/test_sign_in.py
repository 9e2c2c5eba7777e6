"""The ways into a browser session, and what they refuse."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from argon2 import PasswordHasher
from sqlmodel import select

from spaces import db, limits, passwords, signin
from spaces.models import BrowserSession, OneTimeLink, Password, Tally, Token
from spaces.models.owner import TokenScope
from spaces.models.types import now
from spaces.owners import ensure_admin, revoke_token
from spaces.settings import get_settings
from tests.unit.people import person, token_of
from tests.unit.web.kit import COOKIE, ORIGIN, PASSWORD, with_password


def link_of(name: str) -> str:
    """The path of a fresh one-time link."""
    owner = person(name)
    with db.writing() as session:
        link, _ = signin.make_link(session, owner)
    assert link.startswith(f"{ORIGIN}/login/link/")
    return link.removeprefix(ORIGIN)


def test_a_password_opens_a_session_and_leads_back(browser):
    with_password("alice")
    answer = browser.sign_in("ALICE", path="/login?next=/settings")
    assert (answer.status_code, browser.who) == (303, "alice")
    assert browser.get("/settings").status_code == 200


@pytest.mark.parametrize(
    "next", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", ""]
)
def test_a_link_to_the_sign_in_page_leads_to_no_other_site(browser, next):
    with_password("alice")
    answer = browser.http.post(
        "/login", data={"name": "alice", "password": PASSWORD, "next": next}, headers={"Origin": ORIGIN}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_without_tls_the_cookie_is_for_this_host_and_no_script(browser):
    with_password("alice")
    cookie = browser.sign_in("alice").headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; ")) and "Domain" not in cookie


def test_p27_over_tls_the_cookies_prefix_keeps_spaces_from_setting_it(place, monkeypatch, browsers):
    monkeypatch.setenv("DEMODOCK_PUBLIC_URL", "https://demos.example.org")
    get_settings.cache_clear()
    with_password("alice")
    browser = browsers(origin="https://demos.example.org")
    cookie = browser.sign_in("alice").headers["set-cookie"]
    assert cookie.startswith("__Host-demodock=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(cookie.split("; ")) and "Domain" not in cookie
    assert browser.who == "alice"


def test_wrong_name_and_wrong_password_look_alike(browser):
    with_password("alice")
    wrong, unknown = browser.sign_in("alice", "not this one"), browser.sign_in("nobody", "not this one")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace("alice", "") == unknown.text.replace("nobody", "")
    assert "Name or password is wrong" in wrong.text and browser.who is None


def test_wrong_name_and_wrong_password_cost_the_same_work(browser, monkeypatch):
    with_password("alice")
    person("bob")
    tried = []
    real = passwords._hasher.verify
    monkeypatch.setattr(PasswordHasher, "verify", lambda self, *given: tried.append(given) or real(*given))
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    for name in ("alice", "bob", "nobody"):
        browser.sign_in(name, "not this one")
    assert len(tried) == 3


def test_p82_an_account_is_tried_so_often_and_no_oftener(browsers):
    with_password("alice")
    with_password("bob")
    attackers = [browsers(address=f"192.0.2.{n}") for n in range(1, 4)]
    for n in range(limits.SIGN_IN_ACCOUNT.most):
        assert attackers[n % 3].sign_in("alice", "guess").status_code == 401
    refused = attackers[0].sign_in("Alice")
    assert refused.status_code == 429 and "Too many attempts" in refused.text
    assert attackers[0].sign_in("bob").status_code == 303
    with db.writing() as session:
        for tally in session.exec(select(Tally)):
            tally.until = now()
    assert attackers[0].sign_in("alice").status_code == 303


def test_p82_an_address_is_tried_so_often_whatever_the_names(browsers, monkeypatch):
    monkeypatch.setattr(limits, "SIGN_IN_ADDRESS", limits.Limit("sign-in/address", 5, 900))
    with_password("alice")
    attacker = browsers(address="192.0.2.1")
    for n in range(5):
        assert attacker.sign_in(f"user{n}", "guess").status_code == 401
    assert attacker.sign_in("alice").status_code == 429
    assert browsers(address="192.0.2.2").sign_in("alice").status_code == 303


def test_p82_signing_in_oneself_does_not_pay_for_guesses_at_others(browsers, monkeypatch):
    monkeypatch.setattr(limits, "SIGN_IN_ADDRESS", limits.Limit("sign-in/address", 5, 900))
    with_password("mallory")
    attacker = browsers(address="192.0.2.1")
    for n in range(5):
        attacker.sign_in("mallory")
        attacker.http.cookies.clear()
        assert attacker.sign_in(f"user{n}", "guess").status_code == 401
    assert attacker.sign_in("user9", "guess").status_code == 429


def test_p82_tokens_are_made_so_often_and_no_oftener(client, monkeypatch):
    monkeypatch.setattr(limits, "TOKENS_ACCOUNT", limits.Limit("tokens/account", 2, 3600))
    alice, bob = ({"Authorization": f"Bearer {token_of(name)}"} for name in ("alice", "bob"))
    made = [client.post("/api/tokens", json={"name": "x"}, headers=alice) for _ in range(3)]
    assert [answer.status_code for answer in made] == [201, 201, 429] and int(made[2].headers["retry-after"]) > 3000
    assert client.post("/api/tokens", json={"name": "x"}, headers=bob).status_code == 201


def test_a_token_opens_a_session_while_there_is_no_password(place, browsers):
    ensure_admin(place)
    text = (place.data / "admin-token").read_text()
    first, second = browsers(), browsers()
    assert first.sign_in("admin", text + "\n").status_code == 303 and first.who == "admin"
    assert first.send("/settings", do="password", password=PASSWORD).status_code == 303
    assert second.sign_in("admin", text).status_code == 401
    assert second.sign_in("admin", PASSWORD).status_code == 303


def test_a_token_that_only_reads_or_is_somebody_elses_opens_no_session(browser):
    person("alice")
    assert browser.sign_in("alice", token_of("alice", TokenScope.READ)).status_code == 401
    assert browser.sign_in("alice", token_of("bob")).status_code == 401


def test_p83_a_session_ends_with_the_token_that_opened_it(browser):
    browser.sign_in("alice", token_of("alice"))
    assert browser.who == "alice"
    with db.writing() as session:
        revoke_token(session, session.exec(select(Token)).one())
    assert browser.who is None


def test_p83_a_cookie_is_kept_as_a_digest_and_never_as_itself(place, browser):
    with_password("alice")
    browser.sign_in("alice")
    secret = browser.http.cookies[COOKIE]
    assert len(secret) >= 43
    assert secret.encode() not in b"".join(p.read_bytes() for p in place.data.rglob("*") if p.is_file())


def test_a_sign_in_never_takes_over_a_session_that_the_browser_brought(browser):
    with_password("alice")
    browser.http.cookies.set(COOKIE, "x" * 43, domain="localhost.local")
    browser.sign_in("alice")
    first = browser.http.cookies.get(COOKIE, domain="localhost.local")
    assert first != "x" * 43
    browser.send("/logout", page="/")
    browser.sign_in("alice")
    assert browser.http.cookies.get(COOKIE, domain="localhost.local") != first


def test_p87_there_is_no_password_that_nobody_set(place, browser):
    ensure_admin(place)
    with db.reading() as session:
        assert session.exec(select(Password)).all() == []
    for guess in ("", "admin", "demodock", "password", "None", "null"):
        assert browser.sign_in("admin", guess).status_code == 401


# -- one-time links --------------------------------------------------------------------------------


def test_a_link_sets_a_password_once_and_signs_in(browsers):
    path = link_of("alice")
    alice, late = browsers(), browsers()
    for _ in range(2):
        assert "Welcome, alice" in alice.get(path).text
    assert alice.send(path, password="short").status_code == 422
    assert alice.send(path, password=PASSWORD).status_code == 303 and alice.who == "alice"
    assert late.get(path).status_code == 404
    assert late.send(path, password="another one altogether").status_code == 404 and late.who is None
    assert late.sign_in("alice").status_code == 303


def test_a_new_link_replaces_the_old_and_both_end(browser):
    first, second = link_of("alice"), link_of("alice")
    assert (browser.get(first).status_code, browser.get(second).status_code) == (404, 200)
    with db.writing() as session:
        session.exec(select(OneTimeLink)).one().expires_at = now()
    assert browser.get(second).status_code == 404


def test_a_link_ends_every_session_of_before(browsers):
    with_password("alice")
    before, after = browsers(), browsers()
    before.sign_in("alice")
    after.send(link_of("alice"), password="something else entirely")
    assert (before.who, after.who) == (None, "alice")
    assert browsers().sign_in("alice").status_code == 401


def test_p35_a_link_leads_to_the_configured_address_whatever_the_host_header_says(client):
    token = {"Authorization": f"Bearer {token_of('root', role='admin')}"}
    person("alice")
    evil = client.post("/api/admin/users/alice/link", headers=token | {"Host": "evil.example"})
    assert (evil.status_code, evil.json()["code"]) == (400, "unknown_host")
    forwarded = {"Host": "127.0.0.1:9", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = client.post("/api/admin/users/alice/link", headers=token | forwarded)
    assert answer.json()["link"].startswith("http://localhost:8000/login/link/")


def test_only_an_admin_makes_links_and_only_for_people(client):
    person("alice")
    path = "/api/admin/users/alice/link"
    assert client.post(path).status_code == 401
    assert client.post(path, headers={"Authorization": f"Bearer {token_of('alice')}"}).status_code == 403
    admin = {"Authorization": f"Bearer {token_of('root', role='admin')}"}
    assert client.post("/api/admin/users/nobody/link", headers=admin).status_code == 404


# -- registration ----------------------------------------------------------------------------------


def test_people_register_only_where_the_settings_say_so(place, monkeypatch, browser):
    assert browser.get("/signup").status_code == 403 and "/signup" not in browser.get("/login").text
    answer = browser.http.post("/signup", data={"name": "eve", "password": PASSWORD}, headers={"Origin": ORIGIN})
    assert answer.status_code == 403 and browser.sign_in("eve").status_code == 401
    monkeypatch.setenv("DEMODOCK_REGISTRATION", "1")
    get_settings.cache_clear()
    assert "/signup" in browser.get("/login").text
    assert browser.send("/signup", name="eve", password=PASSWORD).status_code == 303 and browser.who == "eve"


@pytest.mark.parametrize("name", ["admin-console", "api", "a/b", "", "-x", "Alice"])
def test_a_name_that_is_taken_or_no_name_is_refused_on_the_page(place, monkeypatch, browser, name):
    monkeypatch.setenv("DEMODOCK_REGISTRATION", "1")
    get_settings.cache_clear()
    person("alice")
    answer = browser.send("/signup", name=name, password=PASSWORD)
    assert answer.status_code in (409, 422) and 'role="alert"' in answer.text and browser.who is None


# -- passwords -------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "short", "alice12345", "aaaaaaaaaaaa", "x" * 1001])
def test_a_password_that_is_guessed_at_once_is_refused(browser, text):
    assert browser.send(link_of("alice"), password=text).status_code == 422 and browser.who is None


def test_a_password_is_renewed_when_the_parameters_change(browser, monkeypatch):
    with_password("alice")

    def kept() -> str:
        with db.reading() as session:
            return session.exec(select(Password)).one().hash

    assert "m=64," in kept()
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=128, parallelism=1))
    browser.sign_in("alice", "not this one")
    assert "m=64," in kept()
    assert browser.sign_in("alice").status_code == 303
    assert "m=128," in kept()


def test_real_hashes_are_argon2id_and_cost_memory():
    assert re.match(r"\$argon2id\$v=19\$m=65536,t=3,p=4\$", PasswordHasher().hash("x"))


# -- how sessions end ------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["used_at", "expires_at"])
def test_a_session_ends_when_it_idles_and_when_its_time_is_over(browser, column):
    with_password("alice")
    browser.sign_in("alice")
    back = {"used_at": get_settings().session_idle, "expires_at": get_settings().session_lifetime}[column]
    with db.writing() as session:
        row = session.exec(select(BrowserSession)).one()
        setattr(row, column, getattr(row, column) - dt.timedelta(seconds=back + 1))
    assert browser.who is None
    assert browser.get("/settings").headers["location"] == "/login?next=/settings"


def test_use_keeps_a_session_from_idling(browser):
    with_password("alice")
    browser.sign_in("alice")
    with db.writing() as session:
        session.exec(select(BrowserSession)).one().used_at -= dt.timedelta(days=6)
    assert browser.who == "alice"
    with db.reading() as session:
        assert now() - session.exec(select(BrowserSession)).one().used_at < dt.timedelta(minutes=1)


def test_signing_out_ends_the_session_itself_and_not_only_the_cookie(browser):
    with_password("alice")
    browser.sign_in("alice")
    secret = browser.http.cookies[COOKIE]
    assert browser.send("/logout", page="/").status_code == 303 and COOKIE not in browser.http.cookies
    browser.http.cookies.set(COOKIE, secret)
    assert browser.who is None
