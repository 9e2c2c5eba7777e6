"""Organizations in a browser: created, people invited and accepted, roles changed, all without a script."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from spaces import db
from spaces.models import Invitation, Member, Owner, OwnerDefaults, Profile
from spaces.models.owner import OwnerKind
from tests.unit.web.kit import ORIGIN, PASSWORD, Browser, with_password

LIST, ACME = "/settings/organizations", "/settings/organizations/acme"


@pytest.fixture
def people(browsers) -> dict[str, Browser]:
    """Signed in: alice, who made acme, and bob and dave."""
    everybody = {}
    for name in ("alice", "bob", "dave"):
        with_password(name)
        everybody[name] = browsers()
        everybody[name].sign_in(name)
    made = everybody["alice"].send(LIST, do="create", name="acme", full_name="Acme & Co")
    assert made.headers["location"] == ACME
    return everybody


def link_in(answer) -> str:
    return re.search(rf'<code id="fresh">{ORIGIN}(/join/[^<]+)<', answer.text)[1]


def invitation() -> int:
    with db.reading() as session:
        return session.exec(select(Invitation)).one().id


def roles() -> dict[str, str]:
    with db.reading() as session:
        rows = session.exec(select(Owner, Member).join(Member, Member.user_id == Owner.id))
        return {user.name: member.role.value for user, member in rows}


def test_a_user_is_invited_and_accepts(people):
    alice, bob = people["alice"], people["bob"]
    answer = alice.send(ACME, do="invite", recipient="bob", role="contributor")
    assert answer.status_code == 200 and link_in(answer) not in alice.get(ACME).text
    assert "acme" in bob.get(LIST).text and "Accept" in bob.get(link_in(answer)).text
    assert bob.send(LIST, do="accept", id=invitation()).headers["location"] == ACME
    assert roles() == {"alice": "admin", "bob": "contributor"}
    assert bob.get(link_in(answer)).status_code == 404


def test_p37_a_link_in_the_wrong_hands_opens_nothing(people, browsers):
    link = link_in(people["alice"].send(ACME, do="invite", recipient="bob", role="admin"))
    stranger = browsers()
    assert "Sign in" in stranger.get(link).text and 'name="password"' not in stranger.get(link).text
    answer = stranger.http.post(link, data={"name": "eve", "password": PASSWORD}, headers={"Origin": ORIGIN})
    assert answer.status_code == 404
    dave = people["dave"]
    assert "signed in as dave" in dave.get(link).text
    assert dave.send(LIST, do="accept", id=invitation()).status_code == 404
    assert dave.send(LIST, do="decline", id=invitation()).status_code == 404
    assert roles() == {"alice": "admin"} and invitation()


def test_whoever_gets_the_link_by_e_mail_makes_an_account_with_it_once(people, browsers):
    link = link_in(people["alice"].send(ACME, do="invite", recipient="Erin@Example.org", role="write"))
    erin, late = browsers(), browsers()
    assert erin.send(link, name="alice", password=PASSWORD).status_code == 409
    assert erin.send(link, name="erin", password="short").status_code == 422
    assert erin.send(link, name="erin", password=PASSWORD).status_code == 303 and erin.who == "erin"
    assert roles()["erin"] == "write"
    with db.reading() as session:
        profile = session.exec(select(Profile).where(Profile.email == "erin@example.org")).one()
    assert not profile.email_verified
    answer = late.http.post(link, data={"name": "late", "password": PASSWORD}, headers={"Origin": ORIGIN})
    assert answer.status_code == 404 and late.who is None


def test_p37_who_has_an_account_does_not_accept_for_an_address_that_nobody_vouches_for(people):
    link = link_in(people["alice"].send(ACME, do="invite", recipient="dave@example.org", role="admin"))
    dave = people["dave"]
    dave.send("/settings", do="profile", full_name="", email="dave@example.org")
    assert "ask for an invitation by your user name" in dave.get(link).text
    assert dave.send(LIST, do="accept", id=invitation()).status_code == 404


def test_roles_change_and_members_go(people):
    alice, bob = people["alice"], people["bob"]
    alice.send(ACME, do="invite", recipient="bob", role="read")
    bob.send(LIST, do="accept", id=invitation())
    assert "Take back" not in bob.get(ACME).text and "New repositories" not in bob.get(ACME).text
    for act in (
        {"do": "role", "member": "bob", "role": "admin"},
        {"do": "remove", "member": "alice"},
        {"do": "delete"},
    ):
        assert bob.send(ACME, **act).status_code == 403
    assert alice.send(ACME, do="leave").status_code == 409 and "at least one admin" in alice.send(ACME, do="leave").text
    alice.send(ACME, do="role", member="bob", role="admin")
    assert roles()["bob"] == "admin"
    assert alice.send(ACME, do="leave").headers["location"] == LIST and roles() == {"bob": "admin"}
    assert alice.get(ACME).status_code == 403
    assert people["dave"].get(ACME).status_code == 403


def test_an_invitation_is_taken_back(people):
    people["alice"].send(ACME, do="invite", recipient="bob", role="read")
    assert people["alice"].send(ACME, do="take-back", id=invitation()).status_code == 303
    assert "acme" not in people["bob"].get(LIST).text


def test_defaults_are_set(people):
    alice = people["alice"]
    wanted = {"visibility": "private", "hardware": "", "sleep": "30"}
    assert alice.send(ACME, do="defaults", **wanted).status_code == 303
    with db.reading() as session:
        row = session.exec(select(OwnerDefaults)).one()
    assert (row.visibility, row.hardware, row.sleep_after) == ("private", None, 1800)
    for wrong in ({"visibility": "secret"}, {"hardware": "h900"}, {"sleep": "soon"}, {"sleep": "0"}):
        assert alice.send(ACME, do="defaults", **wanted | wrong).status_code == 422


def test_an_organization_is_deleted_by_typing_its_name(people):
    alice = people["alice"]
    assert alice.send(ACME, do="delete", name="other").status_code == 422
    assert alice.send(ACME, do="delete", name="Acme").status_code == 303
    with db.reading() as session:
        assert session.exec(select(Owner).where(Owner.kind == OwnerKind.ORGANIZATION)).all() == []
    assert alice.get(ACME).status_code == 404


def test_a_page_of_an_organization_is_for_those_who_are_signed_in(browser):
    for path in (LIST, ACME):
        assert browser.get(path).headers["location"] == f"/login?next={path}"
