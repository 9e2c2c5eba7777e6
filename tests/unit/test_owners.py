"""Users, tokens, and who may do what."""

from __future__ import annotations

import datetime as dt
import stat

import pytest
from sqlmodel import select

from spaces import db
from spaces.access import ANONYMOUS, Permission, access_owner, access_space
from spaces.errors import Conflict, Forbidden, Invalid, NotFound, Unauthorized
from spaces.models import Token
from spaces.models.owner import Role, TokenScope
from spaces.models.types import now
from spaces.owners import authenticate, create_user, digest, ensure_admin, issue_token, new_token, revoke_token
from tests.unit.people import a_space, actor_of, person, token_of


def test_the_first_admin_gets_a_token_file_that_only_we_can_read(place):
    ensure_admin(place)
    ensure_admin(place)
    file = place.data / "admin-token"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    actor = authenticate(file.read_text())
    assert actor.name == "admin" and actor.admin and actor.writes
    with db.reading() as session:
        assert len(session.exec(select(Token)).all()) == 1


def test_p83_a_token_is_kept_as_a_digest_and_never_as_itself(place):
    text = token_of("alice")
    assert text.startswith("dd_") and len(text) == 43
    with db.reading() as session:
        row = session.exec(select(Token)).one()
    assert row.digest == digest(text) and text not in row.model_dump_json()
    assert text.encode() not in b"".join(p.read_bytes() for p in place.data.rglob("*") if p.is_file())


def test_p83_a_revoked_token_opens_nothing_from_then_on(place):
    text = token_of("alice")
    authenticate(text)
    with db.writing() as session:
        revoke_token(session, session.exec(select(Token)).one())
    with pytest.raises(Unauthorized):
        authenticate(text)


def test_p83_an_expired_token_opens_nothing(place):
    owner = person("alice")
    with db.writing() as session:
        token, text = issue_token(session, owner, "short", TokenScope.WRITE, now() + dt.timedelta(hours=1))
    authenticate(text)
    with db.writing() as session:
        session.get_one(Token, token.id).expires_at = now() - dt.timedelta(seconds=1)
    with pytest.raises(Unauthorized):
        authenticate(text)


def test_a_token_that_would_be_born_expired_is_refused(place):
    owner = person("alice")
    with db.writing() as session, pytest.raises(Invalid):
        issue_token(session, owner, "late", TokenScope.READ, now() - dt.timedelta(seconds=1))


def test_p83_tokens_come_from_the_systems_random_source(monkeypatch):
    import random

    random.seed(7)
    first = new_token()
    random.seed(7)
    assert first != new_token()


def test_use_of_a_token_is_noted_at_most_once_a_minute(place):
    text = token_of("alice")

    def used() -> dt.datetime | None:
        with db.reading() as session:
            return session.exec(select(Token)).one().used_at

    authenticate(text)
    first = used()
    authenticate(text)
    assert first is not None and used() == first
    with db.writing() as session:
        session.exec(select(Token)).one().used_at = first - dt.timedelta(minutes=2)
    authenticate(text)
    assert used() > first


@pytest.mark.parametrize("text", ["", "dd_", "x" * 10000, "dd_" + "\udcff" * 3, "dd_ü"])
def test_nonsense_is_no_token(place, text):
    with pytest.raises(Unauthorized):
        authenticate(text)


@pytest.mark.parametrize(
    "name", ["", "-a", "a-", "a--b", "a..b", "a/b", "../x", "a.git", "a\0b", "ä", "x" * 97, "a b", "a\n"]
)
def test_p14_a_name_that_could_be_a_path_is_no_user(place, name):
    with db.writing() as session, pytest.raises(Invalid):
        create_user(session, name)


def test_names_differ_by_more_than_case_and_some_are_ours(place):
    person("Alice")
    with db.writing() as session:
        with pytest.raises(Conflict):
            create_user(session, "aLICE")
        with pytest.raises(Invalid):
            create_user(session, "API")


WRITE, READ = TokenScope.WRITE, TokenScope.READ
MAY = [
    # who, scope, role, what they get for READ, INSPECT, WRITE, ADMIN
    ("alice", WRITE, Role.MEMBER, [None, None, None, None]),
    ("alice", READ, Role.MEMBER, [None, None, Forbidden, Forbidden]),
    ("bob", WRITE, Role.MEMBER, [None, Forbidden, Forbidden, Forbidden]),
    ("root", WRITE, Role.ADMIN, [None, None, None, None]),
    ("root", READ, Role.ADMIN, [None, None, Forbidden, Forbidden]),
]


@pytest.mark.parametrize(("who", "scope", "role", "expected"), MAY)
def test_who_may_do_what_to_alices_space(place, who, scope, role, expected):
    a_space("alice", "demo")
    actor = actor_of(who, scope, role)
    assert [_refusal(actor, permission) for permission in Permission if permission > Permission.VISIT] == expected


def test_nobody_in_particular_may_look_and_no_more(place):
    a_space("alice", "demo")
    assert [_refusal(ANONYMOUS, p) for p in Permission] == [None, None, Unauthorized, Unauthorized, Unauthorized]


def test_an_unknown_space_and_an_unseeable_one_look_alike(place):
    a_space("alice", "demo", visibility="private")
    with db.reading() as session, pytest.raises(NotFound) as unknown:
        access_space(session, ANONYMOUS, "alice", "nope", Permission.WRITE)
    with db.reading() as session, pytest.raises(NotFound) as hidden:
        access_space(session, ANONYMOUS, "alice", "demo", Permission.WRITE)
    assert hidden.value.problem() == {
        key: str(value).replace("nope", "demo") if isinstance(value, str) else value
        for key, value in unknown.value.problem().items()
    }


def test_names_are_looked_up_whatever_their_case(place):
    space = a_space("Alice", "Demo")
    with db.reading() as session:
        assert access_space(session, ANONYMOUS, "aLICE", "DEMO", Permission.READ).id == space.id


def test_spaces_are_created_under_ones_own_name_only(place):
    person("alice")
    with db.reading() as session:
        assert access_owner(session, actor_of("alice"), None).name == "alice"
        for actor, owner, error in [
            (ANONYMOUS, "alice", Unauthorized),
            (actor_of("bob"), "alice", Forbidden),
            (actor_of("bob"), "nobody", Forbidden),
            (actor_of("alice", READ), "alice", Forbidden),
        ]:
            with pytest.raises(error):
                access_owner(session, actor, owner)


def _refusal(actor, permission):
    with db.reading() as session:
        try:
            access_space(session, actor, "alice", "demo", permission)
        except (Forbidden, Unauthorized, NotFound) as error:
            return type(error)
    return None
