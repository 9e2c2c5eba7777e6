"""Who is let in to a private Space, and for how long."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import select

from spaces import db, passes
from spaces.models import Member, PassKind, Space, SpacePass, Token, Visibility
from spaces.models.owner import Role
from spaces.owners import authenticate, revoke_token
from spaces.passes import admits, exchange, issue
from tests.unit.people import a_space, person, token_of


@pytest.fixture
def den(place) -> Space:
    return a_space("owner", "den", visibility=Visibility.PRIVATE)


def sign_for(token: str, space: Space, kind: PassKind = PassKind.SIGN) -> str:
    with db.writing() as session:
        return issue(session, authenticate(token), space, kind)


def change(**values) -> None:
    with db.writing() as session:
        space = session.get(Space, 1)
        for name, value in values.items():
            setattr(space, name, value)
        session.add(space)


def test_people_of_a_private_space_are_let_in_and_nobody_else(den):
    owner, stranger, admin = token_of("owner"), token_of("stranger"), token_of("root", role=Role.ADMIN)
    assert admits(den.id, [owner]) and admits(den.id, [admin]) and admits(den.id, ["dd_wrong", owner])
    assert not admits(den.id, [stranger]) and not admits(den.id, ["dd_wrong"]) and not admits(den.id, [])
    assert not admits(0, [owner, admin]), "no Space, no gate"


def test_who_loses_the_right_loses_the_gate(den):
    token = token_of("member")
    member = person("member")
    with db.writing() as session:
        session.add(Member(organization_id=den.owner_id, user_id=member.id, role="read"))
    cookie = exchange(sign_for(token, den), den.id)
    assert admits(den.id, [token]) and admits(den.id, [], [cookie])
    with db.writing() as session:
        session.delete(session.get(Member, (den.owner_id, member.id)))
    assert not admits(den.id, [token]) and not admits(den.id, [], [cookie])
    change(visibility=Visibility.PUBLIC)
    assert admits(den.id, [token]) and admits(den.id, [], [cookie])


def test_p31_a_sign_is_good_once_at_one_gate_for_a_minute(den):
    token, other = token_of("owner"), a_space("owner", "other", visibility=Visibility.PRIVATE)
    sign = sign_for(token, den)
    assert not admits(den.id, [], [sign]) and not admits(den.id, [], [], sign), "it opens nothing by itself"
    assert exchange(sign, other.id) is None
    cookie = exchange(sign, den.id)
    assert cookie and exchange(sign, den.id) is None
    assert admits(den.id, [], [cookie]) and not admits(other.id, [], [cookie])
    assert exchange(cookie, den.id) is None, "a cookie is no sign"
    late = sign_for(token, den)
    expire()
    assert exchange(late, den.id) is None and not admits(den.id, [], [cookie])


def test_p31_a_pass_ends_with_the_token_that_asked_for_it(den):
    token = token_of("owner")
    cookie, unused = exchange(sign_for(token, den), den.id), sign_for(token, den, PassKind.PROGRAM)
    assert admits(den.id, [], [cookie]) and admits(den.id, [], [], unused)
    with db.writing() as session:
        revoke_token(session, session.get(Token, authenticate(token).token_id))
    assert not admits(den.id, [], [cookie]) and not admits(den.id, [], [], unused)


def test_a_programs_sign_serves_until_it_is_exchanged(den):
    sign = sign_for(token_of("owner"), den, PassKind.PROGRAM)
    assert admits(den.id, [], [], sign) and admits(den.id, [], [], sign)
    assert not admits(den.id, [], [sign])
    assert exchange(sign, den.id) and not admits(den.id, [], [], sign)


def test_passes_are_kept_as_digests_and_those_that_ended_are_removed(den):
    token = token_of("owner")
    first = sign_for(token, den)
    assert first not in repr(rows())
    expire()
    sign_for(token, den)
    assert len(rows()) == 1


def rows() -> list[SpacePass]:
    with db.reading() as session:
        return list(session.exec(select(SpacePass)))


def expire() -> None:
    with db.writing() as session:
        for row in session.exec(select(SpacePass)):
            row.expires_at -= dt.timedelta(days=2)
            session.add(row)


def test_the_longest_pass_lasts_half_a_day():
    assert max(passes.SECONDS.values()) == 12 * 3600
