"""Organizations over the API: alice is an admin of acme, bob writes, carol reads, dave is a stranger, root runs the platform."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import SQLModel, select

from spaces import db, farewells
from spaces.models import Identity, Invitation, Owner, Profile, Space, Token
from spaces.models.owner import Role
from spaces.models.types import now
from spaces.owners import digest
from spaces.settings import get_settings
from tests.unit.people import a_space, bearer, token_of

ROLES = {"bob": "write", "carol": "read"}


class Person:
    """Somebody with a write token."""

    def __init__(self, client, name: str, role: Role = Role.MEMBER) -> None:
        self.name, self.client, self.token = name, client, token_of(name, role=role)

    def __call__(self, method: str, path: str, **body: object):
        return self.client.request(method, path, json=body or None, headers=bearer(self.token))


@pytest.fixture
def people(client):
    everybody = {name: Person(client, name) for name in ("alice", "bob", "carol", "dave")}
    everybody["root"] = Person(client, "root", Role.ADMIN)
    assert everybody["alice"]("POST", "/api/organizations", name="acme", fullname="Acme & Co").status_code == 201
    for name, role in ROLES.items():
        invite(everybody["alice"], name, role)
        accept(everybody[name])
    return everybody


def invite(inviter: Person, recipient: str, role: str):
    made = inviter("POST", "/api/organizations/acme/invitations", recipient=recipient, role=role)
    assert made.status_code == 201, made.text
    return made.json()


def accept(person: Person):
    (row,) = person("GET", "/api/invitations").json()
    answer = person("POST", f"/api/invitations/{row['id']}/accept")
    assert answer.status_code == 200, answer.text
    return answer.json()


def roles(person: Person) -> dict[str, str]:
    return {row["user"]: row["role"] for row in person("GET", "/api/organizations/acme/members").json()}


def test_people_join_by_invitation_and_whoami_says_so(people):
    assert roles(people["carol"]) == {"alice": "admin", "bob": "write", "carol": "read"}
    (org,) = people["bob"]("GET", "/api/whoami-v2").json()["orgs"]
    assert (org["name"], org["fullname"], org["roleInOrg"]) == ("acme", "Acme & Co", "write")
    assert people["dave"]("GET", "/api/whoami-v2").json()["orgs"] == []


MAY = [
    # what, then the status for alice, bob, carol, dave, nobody
    (("GET", "/api/organizations/acme/overview", {}), (200, 200, 200, 200, 200)),
    (("GET", "/api/organizations/acme/members", {}), (200, 200, 200, 403, 401)),
    (("GET", "/api/organizations/acme/invitations", {}), (200, 403, 403, 403, 401)),
    (("POST", "/api/organizations/acme/invitations", {"recipient": "a@b.example", "role": "admin"}), (201, 403, 403, 403, 401)),
    (("PUT", "/api/organizations/acme/members/bob", {"role": "write"}), (200, 403, 403, 403, 401)),
    (("DELETE", "/api/organizations/acme/members/alice", {}), (409, 403, 403, 403, 401)),
    (("PATCH", "/api/organizations/acme", {"fullname": "Acme"}), (200, 403, 403, 403, 401)),
    (("GET", "/api/owners/acme/defaults", {}), (200, 403, 403, 403, 401)),
    (("PUT", "/api/owners/acme/defaults", {"visibility": "private"}), (200, 403, 403, 403, 401)),
    (("DELETE", "/api/organizations/acme", {}), (200, 403, 403, 403, 401)),
]  # fmt: skip


@pytest.mark.parametrize(("what", "expected"), MAY, ids=[f"{what[0]} {what[1]}" for what, _ in MAY])
def test_p37_a_role_may_do_what_the_table_says_and_no_more(people, client, what, expected):
    method, path, body = what
    for name, status in list(zip(("alice", "bob", "carol", "dave"), expected, strict=False))[::-1]:
        assert people[name](method, path, **body).status_code == status, name
    assert client.request(method, path, json=body or None).status_code in (expected[4], 404)


def test_p37_an_invitation_is_seen_and_used_by_its_recipient_alone(people):
    made = invite(people["alice"], "dave", "admin")
    secret = made["link"].rpartition("/")[2]
    for name in ("alice", "bob", "carol", "root"):
        assert people[name]("GET", "/api/invitations").json() == []
        for method, rest in (("POST", "/accept"), ("DELETE", "")):
            answer = people[name](method, f"/api/invitations/{made['id']}{rest}")
            assert (answer.status_code, answer.json()["code"]) == (404, "no_invitation")
    assert people["alice"]("GET", "/api/organizations/acme/invitations").json() == [
        {key: value for key, value in made.items() if key != "link"}
    ]
    with db.reading() as session:
        row = session.exec(select(Invitation)).one()
    assert row.digest == digest(secret) and secret not in row.model_dump_json()
    assert accept(people["dave"])["role"] == "admin"


def test_p37_an_invitation_works_once(people):
    made = invite(people["alice"], "dave", "read")
    accept(people["dave"])
    assert people["dave"]("DELETE", "/api/organizations/acme/members/dave").status_code == 200
    assert people["dave"]("POST", f"/api/invitations/{made['id']}/accept").status_code == 404
    assert "dave" not in roles(people["alice"])


def test_p37_an_invitation_ends_by_time_by_being_taken_back_and_by_another(people):
    def refused(made) -> bool:
        return people["dave"]("POST", f"/api/invitations/{made['id']}/accept").status_code == 404

    late = invite(people["alice"], "dave", "read")
    with db.writing() as session:
        session.exec(select(Invitation)).one().expires_at = now() - dt.timedelta(seconds=1)
    assert refused(late)
    back = invite(people["alice"], "dave", "read")
    assert people["alice"]("DELETE", f"/api/organizations/acme/invitations/{back['id']}").status_code == 200
    assert refused(back)
    first, second = invite(people["alice"], "dave", "admin"), invite(people["alice"], "DAVE", "read")
    assert refused(first) and accept(people["dave"])["role"] == "read", second


def test_p37_invitations_of_an_admin_who_is_none_any_more_are_void(people):
    invite(people["alice"], "dave", "admin")
    people["alice"]("PUT", "/api/organizations/acme/members/bob", role="admin")
    people["bob"]("PUT", "/api/organizations/acme/members/alice", role="read")
    assert people["dave"]("GET", "/api/invitations").json() == []


def test_p37_another_organizations_admin_takes_nothing_back(people):
    made = invite(people["alice"], "dave", "read")
    assert people["bob"]("POST", "/api/organizations", name="other").status_code == 201
    assert people["bob"]("DELETE", f"/api/organizations/other/invitations/{made['id']}").status_code == 404
    accept(people["dave"])


def test_p37_an_address_that_was_merely_typed_opens_no_invitation(people):
    made = invite(people["alice"], "Dave@Example.org", "admin")
    with db.writing() as session:
        dave = session.exec(select(Owner).where(Owner.name == "dave")).one()
        session.add(Profile(owner_id=dave.id, email="dave@example.org"))
    assert people["dave"]("GET", "/api/invitations").json() == []
    assert people["dave"]("POST", f"/api/invitations/{made['id']}/accept").status_code == 404
    with db.writing() as session:
        session.get(Profile, dave.id).email_verified = True
    assert accept(people["dave"])["role"] == "admin"


def test_p37_a_demoted_admins_token_is_worth_what_they_now_are(people):
    people["alice"]("PUT", "/api/organizations/acme/members/bob", role="admin")
    assert people["bob"]("GET", "/api/organizations/acme/invitations").status_code == 200
    people["alice"]("PUT", "/api/organizations/acme/members/bob", role="write")
    assert people["bob"]("GET", "/api/organizations/acme/invitations").status_code == 403
    space = a_space("bob", "demo", owner_id=_id("acme"))
    assert people["bob"]("POST", "/api/spaces/acme/demo/variables", key="K", value="1").status_code == 200
    people["alice"]("PUT", "/api/organizations/acme/members/bob", role="read")
    assert people["bob"]("POST", "/api/spaces/acme/demo/variables", key="K", value="2").status_code == 403
    people["alice"]("DELETE", "/api/organizations/acme/members/bob")
    with db.writing() as session:
        session.get(Space, space.id).visibility = "private"
    assert people["bob"]("GET", "/api/spaces/acme/demo").status_code == 404


def test_p37_nobody_makes_a_token_that_is_the_organization_itself(people):
    for name in ("alice", "bob", "root"):
        answer = people[name]("POST", "/api/tokens", name="x", scope="write", owner="acme")
        assert answer.status_code in (403, 404), name
    with db.reading() as session:
        assert session.exec(select(Token).where(Token.owner_id == _id("acme"))).all() == []


def test_an_organization_keeps_an_admin(people):
    alice = people["alice"]
    for answer in (
        alice("DELETE", "/api/organizations/acme/members/alice"),
        alice("PUT", "/api/organizations/acme/members/alice", role="write"),
        people["root"]("DELETE", "/api/organizations/acme/members/alice"),
        people["root"]("DELETE", "/api/admin/users/alice"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert "admin" in answer.json()["error"] and answer.json()["detail"]
    alice("PUT", "/api/organizations/acme/members/bob", role="admin")
    assert alice("DELETE", "/api/organizations/acme/members/alice").status_code == 200


def test_people_are_added_without_an_invitation_by_the_platforms_admin_alone(people):
    assert people["alice"]("PUT", "/api/organizations/acme/members/dave", role="read").status_code == 404
    assert people["root"]("PUT", "/api/organizations/acme/members/dave", role="read").status_code == 200
    assert people["root"]("PUT", "/api/organizations/acme/members/acme", role="read").status_code == 404


@pytest.mark.parametrize(
    ("recipient", "status"), [("bob", 409), ("nobody", 404), ("acme", 404), ("@", 422), ("a@b@c", 422), ("", 404)]
)
def test_who_cannot_be_invited_is_said(people, recipient, status):
    body = {"recipient": recipient, "role": "read"}
    answer = people["alice"]("POST", "/api/organizations/acme/invitations", **body)
    assert answer.status_code == status and answer.json()["detail"]


def test_an_invitation_may_be_declined(people):
    made = invite(people["alice"], "dave", "read")
    assert people["dave"]("DELETE", f"/api/invitations/{made['id']}").status_code == 200
    assert people["alice"]("GET", "/api/organizations/acme/invitations").json() == []


@pytest.mark.parametrize("name", ["alice", "ALICE", "acme", "api", "a/b", "-a", ""])
def test_an_organizations_name_is_nobodys_and_a_name(people, name):
    assert people["dave"]("POST", "/api/organizations", name=name).status_code in (409, 422)


def test_who_may_create_organizations_is_a_setting(people, monkeypatch):
    monkeypatch.setenv("DEMODOCK_ORGANIZATIONS", "admins")
    get_settings.cache_clear()
    assert people["dave"]("POST", "/api/organizations", name="mine").status_code == 403
    assert people["root"]("POST", "/api/organizations", name="theirs").status_code == 201


def test_a_read_token_changes_nothing_about_people(people, client):
    reading = bearer(token_of("alice", "read"))
    for method, path, body in (
        ("POST", "/api/organizations", {"name": "mine"}),
        ("POST", "/api/organizations/acme/invitations", {"recipient": "dave", "role": "admin"}),
        ("DELETE", "/api/organizations/acme/members/alice", None),
        ("PUT", "/api/owners/alice/defaults", {}),
        ("POST", "/api/invitations/1/accept", None),
    ):
        assert client.request(method, path, json=body, headers=reading).status_code == 403


# -- overviews and defaults ------------------------------------------------------------------------


def test_overviews_count_what_the_reader_may_see(people, client):
    a_space("alice", "open", owner_id=_id("acme"))
    a_space("alice", "closed", owner_id=_id("acme"), visibility="private")
    path = "/api/organizations/acme/overview"
    assert people["carol"]("GET", path).json() | {"numSpaces": 2, "numUsers": 3} == people["carol"]("GET", path).json()
    assert people["dave"]("GET", path).json()["numSpaces"] == client.get(path).json()["numSpaces"] == 1
    user = client.get("/api/users/Alice/overview").json()
    assert (user["user"], user["orgs"][0]["name"], user["numSpaces"]) == ("alice", "acme", 0)
    assert client.get("/api/users/acme/overview").status_code == 404
    assert client.get("/api/organizations/alice/overview").status_code == 404


def test_new_repositories_get_what_their_owner_wants(people):
    wanted = {"visibility": "protected", "hardware": "cpu-upgrade", "sleepTimeSeconds": 600}
    assert people["alice"]("PUT", "/api/owners/acme/defaults", **wanted).json() == wanted
    assert people["alice"]("GET", "/api/owners/acme/defaults").json() == wanted

    def create(**more):
        body = {"organization": "acme", "sdk": "gradio"} | more
        assert people["bob"]("POST", "/api/repos/create", **body).status_code == 200

    create(name="plain", type="space")
    create(name="other", type="space", hardware="cpu-basic", sleepTimeSeconds=60, visibility="public")
    create(name="weights")
    with db.reading() as session:
        made = {space.name: space for space in session.exec(select(Space))}
    kept = {name: (space.visibility, space.hardware, space.sleep_after) for name, space in made.items()}
    assert kept == {"plain": ("protected", "cpu-upgrade", 600), "other": ("public", "cpu-basic", 60)}
    assert people["dave"]("GET", "/api/models/acme/weights").status_code == 404
    assert people["alice"]("PUT", "/api/owners/acme/defaults", hardware=None).json() == dict.fromkeys(wanted)


@pytest.mark.parametrize("wrong", [{"hardware": "h900"}, {"sleepTimeSeconds": 0}, {"visibility": "secret"}])
def test_a_default_that_there_is_not_is_refused(people, wrong):
    assert people["dave"]("PUT", "/api/owners/dave/defaults", **wrong).status_code == 422


# -- farewells -------------------------------------------------------------------------------------


def test_an_owner_with_repositories_is_not_deleted(people):
    a_space("alice", "demo", owner_id=_id("acme"))
    a_space("dave", "demo")
    for person, path in (("alice", "/api/organizations/acme"), ("root", "/api/admin/users/dave")):
        answer = people[person]("DELETE", path)
        assert (answer.status_code, answer.json()["code"]) == (409, "owns_repositories") and answer.json()["detail"]


def test_p36_a_deleted_user_leaves_no_token_and_their_name_gives_nobody_their_things(people, client):
    invite(people["alice"], "dave", "read")
    with db.writing() as session:
        session.add(Identity(issuer="https://id.example", subject="7", owner_id=_id("bob")))
    space = a_space("bob", "demo", owner_id=_id("acme"))
    for name in ("bob", "dave"):
        assert people["root"]("DELETE", f"/api/admin/users/{name}").status_code == 200
        assert people[name]("GET", "/api/whoami-v2").status_code == 401
    assert roles(people["alice"]) == {"alice": "admin", "carol": "read"}
    again = Person(client, "bob")
    assert (
        again("GET", "/api/whoami-v2").json()["orgs"] == []
        and people["bob"]("GET", "/api/whoami-v2").status_code == 401
    )
    with db.reading() as session:
        assert session.get(Space, space.id).creator_id is None and session.exec(select(Identity)).all() == []


def test_every_row_that_names_an_owner_is_thought_of_when_the_owner_goes():
    handled = {(table.__tablename__, "owner_id") for table in farewells.THEIRS}
    handled |= {(table, column) for table in ("space", "repository") for column in ("owner_id", "creator_id")}
    handled |= {("reservation", "owner_id")}
    handled |= {("like", "owner_id")}
    handled |= {("member", "organization_id"), ("member", "user_id"), ("import", "actor_id")}
    handled |= {("invitation", column) for column in ("organization_id", "user_id", "inviter_id")}
    named = {
        (table.name, key.parent.name)
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.target_fullname == "owner.id"
    }
    named.add(("quota", "owner_id"))  # without a key: the defaults are nobody's
    assert named == handled, "spaces/farewells.py deletes it, refuses for it, or names somebody else"


def test_only_an_admin_deletes_users_and_never_themselves(people):
    assert people["alice"]("DELETE", "/api/admin/users/dave").status_code == 403
    assert people["root"]("DELETE", "/api/admin/users/root").status_code == 409
    assert people["root"]("DELETE", "/api/admin/users/acme").status_code == 404


def _id(name: str) -> int:
    with db.reading() as session:
        return session.exec(select(Owner).where(Owner.name == name)).one().id
