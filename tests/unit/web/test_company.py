"""Signing in with a company's account, against an OpenID provider that runs as a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

import httpx
import pytest
from sqlmodel import select

from spaces import db
from spaces.company import accounts, provider
from spaces.models import BrowserSession, Identity, Member, MemberRole, Owner, OwnerDefaults, Profile
from spaces.settings import Settings, get_settings
from tests import openid_provider
from tests.harness import ROOT, free_port
from tests.unit.people import person, token_of
from tests.unit.web.kit import ORIGIN, Browser, with_password

ALICE = {"sub": "248-a", "preferred_username": "alice.b", "name": "Alice B.", "email": "Alice@Corp.example"}
VERIFIED = ALICE | {"email_verified": True}


@pytest.fixture(scope="module")
def company():
    """The provider's address."""
    issuer = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "tests.openid_provider", issuer.rpartition(":")[2]]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                httpx.get(f"{issuer}/keys", timeout=5)
                break
            except httpx.HTTPError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.1)
        yield issuer
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def configure(monkeypatch, company, place) -> Callable[..., None]:
    """Settings of the sign-in beyond the provider itself."""

    def configure(**more: str) -> None:
        wanted = {
            "issuer": company,
            "client_id": openid_provider.CLIENT,
            "client_secret": openid_provider.SECRET,
        } | more
        for name, value in wanted.items():
            monkeypatch.setenv(f"DEMODOCK_OIDC_{name.upper()}", value)
        get_settings.cache_clear()
        provider.forget()

    configure()
    return configure


@pytest.fixture
def before(company) -> Callable[..., None]:
    """Who sits before the provider, and how it lies."""

    def put(claims: dict | None = None, /, **lies: object) -> None:
        httpx.post(f"{company}/test", json={"person": claims or VERIFIED, "lies": lies}).raise_for_status()
        provider.forget()

    put()
    return put


def come(browser: Browser, leave: str = "/login/company?next=/settings"):
    """Leaves for the provider and comes back; gives our answer."""
    return back(browser, browser.get(leave).headers["location"])


def back(browser: Browser, address: str):
    answer = httpx.get(address)
    assert answer.headers["location"].startswith(f"{ORIGIN}/login/company/callback?"), answer.text
    return browser.get(answer.headers["location"].removeprefix(ORIGIN))


def test_whoever_comes_for_the_first_time_gets_an_account_and_later_the_same(configure, before, browsers):
    first, second = browsers(), browsers()
    assert "Sign in with your company" in first.get("/login").text
    answer = come(first)
    assert (answer.status_code, answer.headers["location"], first.who) == (303, "/settings", "alice.b")
    before(VERIFIED | {"preferred_username": "renamed", "email": "new@corp.example"})
    come(second)
    assert second.who == "alice.b"
    with db.reading() as session:
        (profile,) = session.exec(select(Profile)).all()
        assert (profile.full_name, profile.email, profile.email_verified) == ("Alice B.", "new@corp.example", True)
        assert len(session.exec(select(Owner).where(Owner.name != "admin")).all()) == 1


def test_without_a_provider_there_is_no_such_way_in(browser):
    assert "/login/company" not in browser.get("/login").text
    assert browser.get("/login/company").status_code == 404


def test_a_name_or_an_address_opens_nobodys_account(configure, before, browser):
    with_password("alice.b")
    with db.writing() as session:
        owner = session.exec(select(Owner)).one()
        session.add(Profile(owner_id=owner.id, email="alice@corp.example"))
    come(browser)
    assert browser.who == "alice.b-2"


def test_an_account_is_connected_from_inside_and_then_opened(configure, before, browsers):
    configure(create="0")
    here, elsewhere = browsers(), browsers()
    refused = come(elsewhere)
    assert refused.status_code == 403 and "connect it on your account page" in refused.text
    with_password("ada")
    here.sign_in("ada")
    leaving = here.send("/login/company/connect", page="/settings")
    address = leaving.text.partition("url=")[2].partition('"')[0].replace("&amp;", "&")
    assert back(here, address).headers["location"] == "/settings?done=connect#connect"
    come(elsewhere)
    assert elsewhere.who == "ada"


def test_a_companys_account_is_one_persons(configure, before, browsers):
    come(browsers())
    with_password("eve")
    eve = browsers()
    eve.sign_in("eve")
    leaving = eve.send("/login/company/connect", page="/settings")
    address = leaving.text.partition("url=")[2].partition('"')[0].replace("&amp;", "&")
    assert back(eve, address).status_code == 409
    with db.reading() as session:
        assert session.exec(select(Identity)).one().owner_id != person("eve").id


def test_p28_nobody_elses_page_connects_an_account(configure, before, browser):
    with_password("ada")
    browser.sign_in("ada")
    assert browser.get("/login/company/connect").status_code == 405
    answer = browser.http.post("/login/company/connect", headers={"Origin": "http://evil.localhost:8000"})
    assert answer.status_code == 403
    assert come_path(browser, "/login/company") == "/"


def come_path(browser: Browser, path: str) -> str:
    return browser.get(path).headers["location"]


LIES = {
    "another nonce": {"claims": {"nonce": "x" * 43}},
    "another audience": {"claims": {"aud": "somebody"}},
    "several audiences without a party": {"claims": {"aud": ["demodock", "somebody"]}},
    "another party": {"claims": {"azp": "somebody"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "over": {"claims": {"exp": 1_000_000_000}},
    "from the future": {"claims": {"iat": 9_000_000_000}},
    "nobody": {"claims": {"sub": ""}},
    "no text": {"claims": {"sub": 7}},
    "another key": {"signature": "other"},
    "no signature": {"signature": "none"},
    "a key that we know too": {"signature": "shared"},
    "two people": {"userinfo": {"sub": "somebody"}},
    "another's answer": {"answer_iss": "https://evil.example"},
    "another's description": {"issuer": "https://evil.example"},
    "denied": {"denied": True},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_provider_that_lies_opens_nothing(configure, before, browser, lie):
    leave = browser.get("/login/company").headers["location"]
    before(VERIFIED, **LIES[lie])
    assert back(browser, leave).status_code == 401 and browser.who is None
    with db.reading() as session:
        assert session.exec(select(Identity)).all() == [] and session.exec(select(BrowserSession)).all() == []


def test_an_answer_counts_only_in_the_browser_that_left_and_once(configure, before, browsers):
    victim, attacker = browsers(), browsers()
    answer = httpx.get(attacker.get("/login/company").headers["location"])
    path = answer.headers["location"].removeprefix(ORIGIN)
    assert victim.get(path).status_code == 401 and victim.who is None
    victim.get("/login/company")
    assert victim.get(path).status_code == 401 and victim.who is None
    assert attacker.get(path).status_code == 303 and attacker.get(path).status_code == 401
    damaged = path.replace("state=", "state=x")
    attacker.get("/login/company")
    assert attacker.get(damaged).status_code == 401


def test_p35_the_way_back_is_the_configured_address(configure, before, browser):
    answer = browser.http.get("/login/company", headers={"Host": "127.0.0.1:1", "X-Forwarded-Host": "evil.example"})
    assert "redirect_uri=http%3A%2F%2Flocalhost%3A8000%2Flogin%2Fcompany%2Fcallback" in answer.headers["location"]


def test_it_leads_back_to_no_other_site(configure, before, browser):
    assert come(browser, "/login/company?next=//evil.example").headers["location"] == "/"


def test_a_provider_that_does_not_answer_is_nobodys_fault(configure, browser):
    configure(issuer=f"http://127.0.0.1:{free_port()}")
    answer = browser.get("/login/company")
    assert answer.status_code == 503 and "does not answer" in answer.text and browser.get("/login").status_code == 200


# -- who may, and as what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claims", "settings", "admitted"),
    [
        (VERIFIED, {"oidc_domains": "corp.example, other.example"}, True),
        (VERIFIED, {"oidc_domains": "other.example"}, False),
        (VERIFIED | {"email": "a@evilcorp.example"}, {"oidc_domains": "corp.example"}, False),
        (VERIFIED | {"email": "a@x@corp.example"}, {"oidc_domains": "corp.example"}, False),
        (ALICE, {"oidc_domains": "corp.example"}, False),
        (ALICE | {"email_verified": "true"}, {"oidc_domains": "corp.example"}, False),
        (ALICE | {"groups": ["ml", "ops"]}, {"oidc_groups": "ml"}, True),
        (ALICE | {"groups": "ml"}, {"oidc_groups": "ml"}, False),
        (ALICE, {"oidc_groups": "ml"}, False),
        (ALICE | {"teams": ["ml"]}, {"oidc_groups": "ml", "oidc_groups_claim": "teams"}, True),
    ],
)
def test_domains_and_groups_admit(place, claims, settings, admitted):
    try:
        accounts.check_admitted(claims, Settings(**settings))
    except accounts.Forbidden:
        assert not admitted
    else:
        assert admitted


def test_who_is_no_longer_admitted_does_not_come_in_again(configure, before, browsers):
    come(browsers())
    configure(groups="ml")
    late = browsers()
    assert come(late).status_code == 403 and late.who is None


def test_groups_stand_for_memberships_and_take_none_away(configure, before, browsers, client):
    token = token_of("root", role="admin")
    client.post("/api/organizations", json={"name": "acme"}, headers={"Authorization": f"Bearer {token}"})
    configure(organizations="ml=acme:write, ops=nowhere:admin")
    before(VERIFIED | {"groups": ["ml", "ops"]})

    def role() -> str | None:
        come(browsers())
        with db.reading() as session:
            found = session.exec(select(Member).join(Owner, Owner.id == Member.user_id).where(Owner.name == "alice.b"))
            return next((member.role for member in found), None)

    assert role() == MemberRole.WRITE
    with db.writing() as session:
        for member in session.exec(select(Member).where(Member.role == MemberRole.WRITE)):
            member.role = MemberRole.CONTRIBUTOR
    assert role() == MemberRole.CONTRIBUTOR
    before(VERIFIED)
    assert role() == MemberRole.CONTRIBUTOR
    with db.reading() as session:
        assert session.exec(select(OwnerDefaults)).all() == []


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ann"}, "ann"),
        ({"preferred_username": "ann@corp.example"}, "ann"),
        ({"preferred_username": "../../etc/passwd"}, "etc-passwd"),
        ({"preferred_username": "--a--..b--"}, "a-.b"),
        ({"preferred_username": "王"}, "user"),
        ({"preferred_username": "x" * 300}, "x" * 80),
        ({"preferred_username": "api"}, "api-2"),
        ({"preferred_username": ["list"]}, "list"),
        ({"email": "bob@corp.example", "email_verified": True}, "bob"),
        ({"email": "bob@corp.example"}, "user"),
        ({}, "user"),
    ],
)
def test_a_new_account_has_a_name_that_can_be_one(configure, before, browser, claims, name):
    before({"sub": "1"} | claims)
    come(browser)
    assert browser.who == name


def test_p37_an_invitation_by_e_mail_is_accepted_where_the_provider_vouches_for_the_address(
    configure, before, browsers, client
):
    root = {"Authorization": f"Bearer {token_of('root', role='admin')}"}
    client.post("/api/organizations", json={"name": "acme"}, headers=root)
    body = {"recipient": "alice@corp.example", "role": "read"}
    client.post("/api/organizations/acme/invitations", json=body, headers=root)
    before(ALICE | {"sub": "mallory"})
    mallory, alice = browsers(), browsers()
    come(mallory)
    assert mallory.get("/api/invitations").json() == []
    before(VERIFIED)
    come(alice)
    assert [row["organization"] for row in alice.get("/api/invitations").json()] == ["acme"]
