"""From a session on the control host into a private Space."""

from __future__ import annotations

import html
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from spaces import db, names
from spaces.lifecycle import Stage
from spaces.models import Space, Visibility
from spaces.passes import admits, exchange
from tests.unit.people import a_space, bearer, person, token_of
from tests.unit.web.kit import PASSWORD, with_password

NOWHERE = "/enter?to=nobody-nothing&path=%2F"


@pytest.fixture
def den(place) -> Space:
    with_password("owner")
    return a_space("owner", "den", visibility=Visibility.PRIVATE, stage=Stage.RUNNING)


def sign_in(address: str) -> tuple[str, str]:
    """The address without its sign, and the sign."""
    parts = urlsplit(address)
    [sign] = parse_qs(parts.query)[names.PARAMETER_SIGN]
    return address.replace(f"{names.PARAMETER_SIGN}={sign}", ""), sign


def test_its_people_are_led_in_with_a_sign_for_that_space_alone(den, browser):
    browser.sign_in("owner")
    answer = browser.get("/enter?to=owner-den&path=%2Fx%3Fa%3D1")
    where, sign = sign_in(answer.headers["location"])
    assert (answer.status_code, where) == (303, "http://owner-den.localhost:8000/x?a=1&")
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cache-control"] == "private, no-store"
    cookie = exchange(sign, den.id)
    assert admits(den.id, [], [cookie])
    browser.send("/logout", page="/")
    assert not admits(den.id, [], [cookie]), "signing out on the control host ends it"


def test_p41_nobody_learns_by_the_way_in_whether_a_space_is_there(den, browsers):
    strangers, nobodys = browsers(), browsers()
    with_password("stranger")
    strangers.sign_in("stranger")
    there, nowhere = "/enter?to=owner-den&path=%2F", NOWHERE
    first, second = strangers.get(there), strangers.get(nowhere)
    assert first.status_code == second.status_code == 404
    assert visible_text(first) == visible_text(second) and "owner" not in visible_text(first)
    for path in (there, nowhere):
        answer = nobodys.get(path)
        assert (answer.status_code, answer.headers["location"].partition("=")[0]) == (303, "/login?next")


def visible_text(answer) -> str:
    """What a page says, without the form's token and without what the request itself said."""
    return re.sub(r'value="[0-9a-f]+"|href="\?[^"]*"', "", answer.text)


def test_who_signs_in_first_comes_back_by_a_page(den, browser):
    to_sign_in = browser.get("/enter?to=owner-den&path=%2Fx").headers["location"]
    [kept] = re.findall(r'name="next" value="([^"]+)"', browser.get(to_sign_in).text)
    answer = browser.send("/login", name="owner", password=PASSWORD, next=html.unescape(kept))
    back = answer.headers["location"]
    assert back.startswith("/enter?to=owner-den&path=%2Fx&")
    answer = browser.get(back)
    where, sign = sign_in(answer.headers["refresh"].partition("url=")[2])
    assert (answer.status_code, where) == (200, "http://owner-den.localhost:8000/x?")
    assert "form-action 'self'" in answer.headers["content-security-policy"]
    assert exchange(sign, den.id)


@pytest.mark.parametrize(
    "path", ["//evil.example/", "http://evil.example/", "/\\evil.example", "@evil.example/", ".evil.example/"]
)
def test_it_leads_to_no_other_host(den, browser, path):
    browser.sign_in("owner")
    answer = browser.get(f"/enter?to=owner-den&path={quote(path)}")
    assert urlsplit(answer.headers["location"]).netloc == "owner-den.localhost:8000"


def test_a_public_space_needs_no_sign(den, browser):
    with db.writing() as session:
        session.get(Space, den.id).visibility = Visibility.PUBLIC
    browser.sign_in("owner")
    assert browser.get("/enter?to=owner-den").headers["location"] == "http://owner-den.localhost:8000/"


def test_p41_the_landing_page_and_a_repositorys_address_show_a_private_space_to_its_people_only(den, browsers):
    person("stranger")
    nobody, owner = browsers(), browsers()
    owner.sign_in("owner")
    assert "owner-den" not in nobody.get("/").text and nobody.get("/spaces/owner/den").status_code == 404
    assert 'href="/spaces/owner/den"' in owner.get("/").text
    assert "/enter?to=owner-den" in owner.get("/spaces/owner/den").text


def test_a_program_in_a_page_gets_a_sign_where_its_token_may_visit_and_only_there(client, den):
    asked = "/api/spaces/owner/den/jwt"
    sign = client.get(asked, headers=bearer(token_of("owner"))).json()["token"]
    assert admits(den.id, [], [], sign) and not admits(den.id + 1, [], [], sign)
    strange = client.get(asked, headers=bearer(token_of("mallory")))
    nowhere = client.get(asked.replace("den", "none"), headers=bearer(token_of("mallory")))
    assert strange.status_code == 404 and strange.text.replace("den", "none") == nowhere.text
    a_space("owner", "open")
    assert client.get("/api/spaces/owner/open/jwt").status_code == 401
