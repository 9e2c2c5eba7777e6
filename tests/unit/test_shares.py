"""Share links: who makes them, what they open, and when they stop."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from spaces import audit, db, shares
from spaces.errors import BadRequest, EntryNotFound, Invalid
from spaces.models import Member, MemberRole, ShareLink, Space, SpacePass, Visibility
from spaces.owners import authenticate
from spaces.passes import admits, exchange
from tests.unit.people import a_space, actor_of, bearer, person, token_of


@pytest.fixture
def den(place) -> Space:
    return a_space("owner", "den", visibility=Visibility.PRIVATE)


def link(space: Space, who: str = "owner", **wish) -> str:
    """What opens it."""
    with db.writing() as session:
        _, url = shares.make(session, actor_of(who), space, **wish)
    return url.partition("=")[2]


def row() -> ShareLink:
    with db.reading() as session:
        return session.exec(select(ShareLink)).one()


def test_p31_a_share_link_lets_browsers_in_to_one_space_and_counts_them(den):
    other, text = a_space("owner", "other", visibility=Visibility.PRIVATE), link(den)
    assert not admits(den.id, [], [text]) and not admits(den.id, [], [], text), "it opens nothing by itself"
    first, second = exchange(text, den.id), exchange(text, den.id)
    assert first and second and first != second and row().uses == 2
    assert admits(den.id, [], [first]) and not admits(other.id, [], [first])
    assert exchange(text, other.id) is None and exchange(text, 0) is None and row().uses == 2


def test_p31_a_share_link_ends_by_time_by_use_and_by_being_taken_back(den):
    once = link(den, most=1)
    cookie = exchange(once, den.id)
    assert cookie and exchange(once, den.id) is None and admits(den.id, [], [cookie])
    with db.writing() as session:
        shares.take_back(session, actor_of("owner"), den, row().id)
    assert not admits(den.id, [], [cookie]), "what it opened closes with it"
    text = link(den, seconds=3600)
    cookie = exchange(text, den.id)
    with db.reading() as session:
        assert session.exec(select(SpacePass)).one().expires_at == row().expires_at, "no pass outlives its link"
    with db.writing() as session:
        found = session.exec(select(ShareLink)).one()
        found.expires_at -= dt.timedelta(days=2)
    assert exchange(text, den.id) is None and not admits(den.id, [], [cookie])


def test_p31_a_share_link_is_worth_what_its_maker_may_do_now(den):
    maker = person("maker")
    with db.writing() as session:
        session.add(Member(organization_id=den.owner_id, user_id=maker.id, role=MemberRole.WRITE))
    text = link(den, "maker")
    cookie = exchange(text, den.id)
    assert admits(den.id, [], [cookie])
    with db.writing() as session:
        session.get(Member, (den.owner_id, maker.id)).role = MemberRole.READ
    assert not admits(den.id, [], [cookie]) and exchange(text, den.id) is None


def test_only_a_digest_is_kept_and_the_audit_log_holds_neither(den):
    text = link(den, label="for the jury")
    assert text not in repr(row().model_dump())
    with db.reading() as session:
        (line,) = audit.entries(session)
        assert (line.action, line.subject) == ("share.make", "owner/den")
        assert text not in repr(line.model_dump()) and "for the jury" in line.after


@pytest.mark.parametrize(
    "wish", [{"seconds": 1}, {"seconds": 10**9}, {"most": 0}, {"label": "a\nb"}, {"label": "x" * 101}]
)
def test_a_wish_that_makes_no_sense_is_refused(den, wish):
    with pytest.raises(Invalid):
        link(den, **wish)


def test_a_space_that_everybody_opens_has_no_share_links(place):
    with pytest.raises(BadRequest):
        link(a_space("owner", "open"))


def test_links_are_made_listed_and_taken_back_over_the_api(client):
    den = a_space("owner", "den", visibility=Visibility.PRIVATE)
    token = bearer(token_of("owner"))
    url = "/api/spaces/owner/den/shares"
    made = client.post(url, json={"label": "for the jury", "most": 3}, headers=token)
    assert made.status_code == 201 and made.json()["url"].startswith("http://owner-den.localhost:8000/?__sign=share_")
    (listed,) = client.get(url, headers=token).json()
    assert listed == {key: value for key, value in made.json().items() if key != "url"}
    assert (listed["label"], listed["most"], listed["uses"], listed["maker"]) == ("for the jury", 3, 0, "owner")
    other = a_space("owner", "other", visibility=Visibility.PRIVATE)
    with db.writing() as session, pytest.raises(EntryNotFound):
        shares.take_back(session, authenticate(token_of("owner")), other, listed["id"])
    assert client.delete(f"{url}/{listed['id']}", headers=token).status_code == 200
    assert client.get(url, headers=token).json() == []
    assert den.id
