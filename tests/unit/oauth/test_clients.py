"""Which Spaces are clients: those whose serving revision's card asks, while it does."""

from __future__ import annotations

import pytest
from sqlmodel import select

from controller.erase import erase
from proxy.starts import spec_of
from spaces import db, env, names
from spaces.engines.fake import FakeEngine
from spaces.errors import DemodockError
from spaces.models import EnvEntry, OAuthClient, Revision, Space
from spaces.models.space import EnvKind
from spaces.oauth import clients
from tests.unit.oauth.kit import App, Browser, a_client, serve
from tests.unit.people import a_space


def rows():
    with db.reading() as session:
        return session.exec(select(OAuthClient)).all()


def instance_env(place, space):
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        return dict(spec_of(session, place, row, session.get_one(Revision, row.revision_id)).env)


def test_an_instance_is_told_what_gradio_asks_for(place):
    space, environment = a_client(hf_oauth_scopes=["email", "inference-api"])
    assert environment.items() <= instance_env(place, space).items()
    assert set(environment) == {"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"}
    assert environment["OAUTH_SCOPES"] == "openid profile email"
    assert environment["OPENID_PROVIDER_URL"] == place.hub_url


def test_a_restart_keeps_the_client_and_a_card_without_it_ends_it(place):
    space, first = a_client()
    assert serve(space, hf_oauth=True) == first, "people stay signed in"
    assert serve(space) == {} and rows() == []
    again = serve(space, hf_oauth=True)
    assert again["OAUTH_CLIENT_SECRET"] != first["OAUTH_CLIENT_SECRET"]


def test_a_space_that_serves_nothing_signs_nobody_in(client):
    space, environment = a_client()
    bob = Browser(client, "bob")
    code = bob.code(environment)
    with db.writing() as session:
        row = session.get_one(Space, space.id)
        row.revision_id = None
        session.add(row)
    assert bob.ask(environment).status_code == 400
    assert App(client, environment).exchange(code).status_code == 401


def test_p17_nobody_sets_the_names_of_the_sign_in_themselves(place):
    for key in ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL"):
        assert not names.valid_env_key(key)
    space, environment = a_client()
    with db.writing() as session:
        evil = {"kind": EnvKind.VARIABLE, "key": "OPENID_PROVIDER_URL", "value": "http://evil.example"}
        session.add(EnvEntry(space_id=space.id, **evil))
    assert instance_env(place, space)["OPENID_PROVIDER_URL"] == environment["OPENID_PROVIDER_URL"]


def test_a_space_that_does_not_ask_is_told_nothing(place):
    assert serve(a_space()) == {} and rows() == []


def test_p33_a_clients_secret_opens_at_its_own_space_only(place):
    space, environment = a_client()
    (row,) = rows()
    assert env.unseal(space.id, clients.SECRET, row.secret) == environment["OAUTH_CLIENT_SECRET"]
    with pytest.raises(DemodockError):
        env.unseal(a_space("alice", "other").id, clients.SECRET, row.secret)


def test_erasing_a_space_leaves_nothing_of_its_sign_ins(client, place):
    space, environment = a_client()
    assert App(client, environment).exchange(Browser(client, "bob").code(environment)).status_code == 200
    erase(FakeEngine(), place, space.id)
    assert rows() == []
