"""Which sites may frame a Space."""

from __future__ import annotations

import pytest

from spaces import audit, db
from spaces.embedding import allowed, checked_sites, in_force, policy
from spaces.errors import Invalid
from spaces.models import Space
from tests.unit.people import a_space, bearer, token_of

CONTROL = "https://spaces.example"


@pytest.mark.parametrize(
    ("typed", "site"),
    [
        ("https://example.com", "https://example.com"),
        (" Example.COM/ ", "https://example.com"),
        ("https://*.example.com", "https://*.example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:*", "http://example.com:*"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
    ],
)
def test_a_site_is_spelled_as_the_policy_spells_it(typed, site):
    assert checked_sites([typed, typed]) == site


@pytest.mark.parametrize(
    "typed",
    [
        "", "*", "https://*", "https:", "'none'", "https://a.example; script-src *", "https://a.example https://b.example",
        "https://a.example/path", "javascript://a.example", "data:", "https://user@a.example", "https://a.example\nX: y",
        "https://[::1]", "https://{{ . }}", "https://a.*.example", "https://" + "a" * 300, "https://a..b", "ws://a.example",
        "https://\udcff.example",
    ],
)  # fmt: skip
def test_p30_what_is_no_site_never_becomes_part_of_a_policy(typed):
    with pytest.raises(Invalid) as caught:
        checked_sites([typed])
    assert caught.value.code == "no_site"


def test_a_list_has_an_end():
    with pytest.raises(Invalid, match="More than 50"):
        checked_sites(f"https://s{n}.example" for n in range(51))


def test_everybody_is_no_policy_and_the_own_page_is_in_each():
    assert policy(None, CONTROL) is None
    assert policy("", CONTROL) == f"frame-ancestors 'self' {CONTROL}"
    assert policy("https://a.example", CONTROL) == f"frame-ancestors 'self' {CONTROL} https://a.example"
    assert (in_force(None, False), in_force("https://a.example", True)) == (None, "")


@pytest.mark.parametrize(
    ("sites", "origin", "may"),
    [
        (None, "https://any.example", True),
        (None, "null", True),
        ("", "https://any.example", False),
        ("", CONTROL, True),
        ("https://a.example", "https://a.example", True),
        ("https://a.example", "https://A.example", True),
        ("https://a.example", "http://a.example", False),
        ("https://a.example", "https://a.example:8443", False),
        ("https://a.example", "https://b.a.example", False),
        ("https://a.example", "https://a.example.evil", False),
        ("https://*.a.example", "https://b.a.example", True),
        ("https://*.a.example", "https://a.example", False),
        ("http://a.example", "https://a.example", True),
        ("http://a.example:3000", "http://a.example:3000", True),
        ("http://a.example:3000", "http://a.example", False),
        ("http://a.example:*", "http://a.example:81", True),
        ("https://a.example", "null", False),
        ("https://a.example", "", False),
    ],
)
def test_an_origin_is_judged_as_browsers_judge_it(sites, origin, may):
    assert allowed(sites, CONTROL, origin) is may


def test_sites_are_set_over_the_api_and_written_down(client):
    a_space()
    token = bearer(token_of("alice"))
    url = "/api/spaces/alice/demo/embedding"
    assert client.get(url).json() == {"sites": None, "disabled": False}
    answer = client.put(url, json={"sites": ["example.com", "http://localhost:3000"]}, headers=token)
    assert answer.json() == {"sites": ["https://example.com", "http://localhost:3000"], "disabled": False}
    with db.reading() as session:
        assert session.get(Space, 1).sites == "https://example.com http://localhost:3000"
        (line,) = audit.entries(session)
    assert (line.actor, line.action, line.subject) == ("alice", "space.embedding", "alice/demo")
    assert client.put(url, json={"sites": ["*"]}, headers=token).status_code == 422
    assert client.put(url, json={"sites": []}, headers=token).json()["sites"] == []
    assert client.put(url, json={"sites": None}, headers=token).json()["sites"] is None
