"""How far an app gets in a person's name: scope by scope, and never to more than it was given."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from spaces import db
from spaces.models import Member, MemberRole, Profile, Space, Token, Visibility
from spaces.models.owner import Role
from spaces.oauth import clients, scopes
from spaces.web.words import WORDS
from tests.unit.oauth.kit import App, Browser, a_client
from tests.unit.people import a_space, bearer, person, token_of
from tests.unit.web.kit import Browser as Screen


@pytest.fixture
def held(client):
    """Gives a token of bob's with the scopes asked for."""
    _, environment = a_client(hf_oauth_scopes=["email", "read-repos", "write-repos", "manage-repos"])
    bob, app = Browser(client, "bob"), App(client, environment)
    a_space("bob", "hidden", visibility=Visibility.PRIVATE)
    a_space("bob", "open")

    def hold(asked: str) -> dict[str, str]:
        return bearer(app.exchange(bob.code(environment, scope=f"openid profile {asked}")).json()["access_token"])

    return hold


@pytest.mark.parametrize(
    ("scope", "see", "change", "create"),
    [
        ("email", 404, 403, 403),
        ("read-repos", 200, 403, 403),
        ("write-repos", 200, 200, 403),
        ("manage-repos", 200, 200, 200),
    ],
)
def test_a_token_gets_as_far_as_its_scopes(client, held, scope, see, change, create):
    me = held(scope)
    assert client.get("/api/whoami-v2", headers=me).json()["name"] == "bob"
    assert client.get("/api/spaces/bob/open", headers=me).status_code == 200
    assert client.get("/api/spaces/bob/hidden", headers=me).status_code == see
    listed = {space["id"] for space in client.get("/api/spaces?author=bob", headers=me).json()}
    assert ("bob/hidden" in listed) == (see == 200)
    variable = {"key": "A", "value": "1"}
    assert client.post("/api/spaces/bob/open/variables", headers=me, json=variable).status_code == change
    body = {"name": "fresh", "type": "space", "sdk": "gradio"}
    assert client.post("/api/repos/create", headers=me, json=body).status_code == create
    gone = {"name": "open", "organization": "bob", "type": "space"}
    assert client.request("DELETE", "/api/repos/delete", headers=me, json=gone).status_code == create


def test_whoami_tells_an_app_no_more_than_it_was_allowed(client, held):
    with db.writing() as session:
        me = person("bob")
        session.add(Profile(owner_id=me.id, email="bob@example.org"))
        session.add(Member(organization_id=person("Club").id, user_id=me.id, role=MemberRole.READ))
    own = client.get("/api/whoami-v2", headers=bearer(token_of("bob"))).json()
    assert own["email"] == "bob@example.org" and [org["name"] for org in own["orgs"]] == ["Club"]
    narrow = client.get("/api/whoami-v2", headers=held("read-repos")).json()
    assert narrow["email"] is None and narrow["orgs"] == []
    assert client.get("/api/whoami-v2", headers=held("email")).json()["email"] == "bob@example.org"


def test_p37_nothing_that_an_app_holds_becomes_more_or_lasts_longer(client, held):
    me = held("manage-repos")
    own = client.post("/api/tokens", headers=bearer(token_of("bob")), json={"name": "own"}).json()
    refused = [
        client.post("/api/tokens", headers=me, json={"name": "more", "scope": "write"}),
        client.get("/api/tokens", headers=me),
        client.get("/api/sessions", headers=me),
        client.delete(f"/api/tokens/{own['id']}", headers=me),
        client.delete("/api/sessions/1", headers=me),
    ]
    assert [answer.status_code for answer in refused] == [403] * len(refused)
    text = me["Authorization"].removeprefix("Bearer ")
    assert Screen(client.app).sign_in("bob", text).status_code == 401, "it is no password either"


def test_p37_an_admins_app_is_no_admin(client):
    _, environment = a_client(hf_oauth_scopes=["manage-repos"])
    person("root", Role.ADMIN)
    a_space("carol", "theirs", visibility=Visibility.PRIVATE)
    code = Browser(client, "root").code(environment, scope="openid manage-repos")
    me = bearer(App(client, environment).exchange(code).json()["access_token"])
    assert client.get("/api/whoami-v2", headers=me).json()["role"] == "member"
    assert client.get("/api/admin/users", headers=me).status_code == 403
    assert client.get("/api/spaces/carol/theirs", headers=me).status_code == 404


def test_userinfo_is_for_those_who_asked_for_an_identity(client, held):
    assert client.get("/oauth/userinfo", headers=bearer(token_of("bob"))).status_code == 401
    assert client.get("/oauth/userinfo").status_code == 401
    assert client.get("/oauth/userinfo", headers=held("email")).json()["preferred_username"] == "bob"


def test_the_account_page_shows_tokens_of_ones_own_only(client, held):
    held("email")
    bob = Browser(client, "bob")
    assert "alice/demo" not in bob.http.get("/settings").text
    assert "alice/demo" in bob.http.get("/settings/applications").text


def test_every_scope_that_means_something_is_named_to_people():
    assert all(f"scope.{scope}" in WORDS for scope in scopes.SCOPES if scope != "openid")


def test_a_token_falls_with_its_space(client, held):
    me = held("email")
    with db.writing() as session:
        clients.remove(session, session.exec(select(Space.id).where(Space.name == "demo")).one())
    assert client.get("/api/whoami-v2", headers=me).status_code == 401
    with db.reading() as session:
        assert session.exec(select(Token).where(col(Token.grant_id).is_not(None))).all() == []
