"""Fine-grained tokens: they open what everybody sees and what they were given, as far as their person holds it now."""

from __future__ import annotations

import pytest
from sqlmodel import select

from spaces import db
from spaces.access import Actor, Permission, access_owner, access_people, permission_on, visible
from spaces.errors import DemodockError, Forbidden, NotFound
from spaces.models import Member, MemberRole, Owner, RepoKind, Space, Visibility
from spaces.models.grant import Grant, Power
from spaces.models.owner import OwnerKind, Role, TokenScope
from spaces.owners import authenticate
from spaces.repositories import create_repository
from tests.unit.people import a_space, actor_of, bearer, person, token_of

P = Permission


def fine(owner: Owner, *grants: Grant, role: Role = Role.MEMBER) -> Actor:
    return Actor(owner.id, owner.name, role, TokenScope.FINE_GRAINED, 1, grants=grants)


@pytest.fixture
def acme(place) -> Owner:
    """An organization in which alice writes and carol reads."""
    with db.writing() as session:
        acme = Owner(name="acme", name_key="acme", kind=OwnerKind.ORGANIZATION)
        session.add(acme)
        session.flush()
    for name, role in (("alice", MemberRole.WRITE), ("carol", MemberRole.READ)):
        user = person(name)
        with db.writing() as session:
            session.add(Member(organization_id=acme.id, user_id=user.id, role=role))
    return acme


CASES = [
    # who, what the token was given with the Space's owner, then the power on a public and on a private Space
    ("alice", None, P.READ, None),
    ("alice", Power.READ, P.INSPECT, P.INSPECT),
    ("alice", Power.WRITE, P.WRITE, P.WRITE),
    ("alice", Power.ADMIN, P.ADMIN, P.ADMIN),
    ("carol", None, P.READ, None),
    ("carol", Power.ADMIN, P.READ, P.READ),
    ("dave", Power.ADMIN, P.READ, None),
]


@pytest.mark.parametrize("by_number", [False, True])
@pytest.mark.parametrize(("who", "power", "public", "private"), CASES)
def test_p37_a_tokens_power_is_the_role_cut_by_what_it_was_given(acme, who, power, public, private, by_number):
    space = a_space("alice", "demo", owner_id=acme.id)
    grant = (
        Grant(number=space.id, power=power or "read") if by_number else Grant(owner_id=acme.id, power=power or "read")
    )
    actor = fine(person(who), *([grant] if power else []))
    for visibility, expected in ((Visibility.PUBLIC, public), (Visibility.PRIVATE, private)):
        with db.writing() as session:
            session.get(Space, space.id).visibility = visibility
        with db.reading() as session:
            assert permission_on(session, actor, session.get(Space, space.id)) == expected
            listed = session.exec(select(Space).where(visible(actor, Space))).all()
        assert bool(listed) == (expected is not None)


def test_a_grant_about_another_repository_or_owner_gives_nothing(acme):
    space, other = a_space("alice", "demo", visibility="private"), a_space("alice", "other", visibility="private")
    alice = person("alice")
    for grant in (Grant(number=other.id, power="admin"), Grant(owner_id=acme.id, power="admin")):
        with db.reading() as session:
            assert permission_on(session, fine(alice, grant), space) is None


def test_an_admins_fine_grained_token_opens_what_it_was_given_alone(acme):
    space, other = a_space("alice", "demo", visibility="private"), a_space("alice", "other", visibility="private")
    root = fine(person("root", Role.ADMIN), Grant(number=space.id, power="write"), role=Role.ADMIN)
    with db.reading() as session:
        assert permission_on(session, root, space) == P.WRITE and permission_on(session, root, other) is None
        assert [found.id for found in session.exec(select(Space).where(visible(root, Space)))] == [space.id]


def test_creating_needs_a_grant_to_write_with_the_owner(acme):
    space = a_space("alice", "demo")
    alice = person("alice")
    with db.reading() as session:
        for grant in (Grant(owner_id=acme.id, power="read"), Grant(number=space.id, power="admin")):
            with pytest.raises(Forbidden):
                access_owner(session, fine(alice, grant), "acme")
        assert access_owner(session, fine(alice, Grant(owner_id=acme.id, power="write")), "acme").id == acme.id
        with pytest.raises(NotFound):
            access_people(session, fine(alice, Grant(number=space.id, power="admin")), "alice")


# -- over the API ----------------------------------------------------------------------------------


def make(client, name: str, *grants: tuple[str, str]):
    body = {"name": "fine", "scope": "fineGrained", "grants": [{"on": on, "permission": power} for on, power in grants]}
    return client.post("/api/tokens", json=body, headers=bearer(token_of(name)))


def test_a_fine_grained_token_is_made_used_and_described(client):
    a_space("alice", "demo", visibility="private")
    a_space("alice", "other", visibility="private")
    actor = actor_of("alice")
    with db.writing() as session:
        create_repository(session, actor, RepoKind.DATASET, "alice", "rows")
    made = make(client, "alice", ("spaces/alice/Demo", "write"), ("datasets/alice/rows", "read"))
    assert made.status_code == 201, made.text
    assert [(g["on"], g["permission"]) for g in made.json()["grants"]] == [
        ("spaces/alice/demo", "write"),
        ("datasets/alice/rows", "read"),
    ]
    headers = bearer(made.json()["token"])
    who = client.get("/api/whoami-v2", headers=headers).json()["auth"]["accessToken"]
    assert who["role"] == "fineGrained"
    assert who["fineGrained"]["scoped"][0] == {
        "entity": {"type": "space", "name": "alice/demo"},
        "permissions": ["repo.content.read", "repo.write"],
    }
    variables = {"key": "K", "value": "1"}
    assert client.post("/api/spaces/alice/demo/variables", json=variables, headers=headers).status_code == 200
    assert client.post("/api/spaces/alice/other/variables", json=variables, headers=headers).status_code == 404
    body = {"type": "space", "name": "alice/demo"}
    assert client.request("DELETE", "/api/repos/delete", json=body, headers=headers).status_code == 403
    assert client.post("/api/repos/create", json={"type": "space", "name": "new"}, headers=headers).status_code == 403


def test_p37_a_fine_grained_token_makes_no_token_and_changes_no_account(client):
    a_space("alice", "demo")
    made = make(client, "alice", ("alice", "admin"), ("spaces/alice/demo", "admin")).json()
    headers = bearer(made["token"])
    for method, path, body in (
        ("POST", "/api/tokens", {"name": "x", "scope": "write"}),
        ("POST", "/api/organizations", {"name": "mine"}),
        ("DELETE", "/api/sessions/1", None),
        ("PUT", "/api/owners/alice/defaults", {}),
    ):
        assert client.request(method, path, json=body, headers=headers).status_code == 403, path


def test_p37_leaving_an_organization_empties_the_grant(client, acme):
    space = a_space("alice", "demo", owner_id=acme.id, visibility="private")
    actor = authenticate(make(client, "alice", ("acme", "admin")).json()["token"])
    with db.reading() as session:
        assert permission_on(session, actor, space) == P.ADMIN
    with db.writing() as session:
        session.get(Member, (acme.id, person("alice").id)).role = MemberRole.READ
    with db.reading() as session:
        assert permission_on(session, actor, space) == P.READ
    with db.writing() as session:
        session.delete(session.get(Member, (acme.id, person("alice").id)))
    with db.reading() as session:
        assert permission_on(session, actor, space) is None


@pytest.mark.parametrize(
    ("on", "power"),
    [("", "read"), ("bob", "read"), ("nobody", "read"), ("spaces/bob/hidden", "read"), ("spaces/bob/nothing", "read")]
    + [("alice", "everything"), ("alice", ""), ("studios/a/b", "read"), ("a/b/c/d", "read"), ("spaces/alice", "read")],
)
def test_a_grant_about_nothing_or_what_one_does_not_see_is_refused(client, on, power):
    a_space("bob", "hidden", visibility="private")
    answer = make(client, "alice", (on, power))
    assert answer.status_code in (404, 422) and answer.json()["detail"]


def test_a_fine_grained_token_without_grants_is_refused(client):
    assert make(client, "alice").json()["code"] == "no_grants"
    with pytest.raises(DemodockError):
        authenticate("")
