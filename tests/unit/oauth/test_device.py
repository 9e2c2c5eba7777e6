"""Signing in a command line: `hf auth login` without a token, and whoever would like to be it."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from huggingface_hub import HfApi, constants
from huggingface_hub.errors import DeviceCodeError
from huggingface_hub.utils import _oauth_device as hub
from sqlmodel import select

from spaces import db, farewells, names
from spaces.limits import Limit
from spaces.models import OAuthClient, OAuthConsent, OAuthGrant, OAuthRefresh, Owner
from spaces.models.owner import Role
from spaces.models.types import now
from spaces.oauth import device
from spaces.oauth.clients import COMMAND_LINE
from tests.unit.oauth.kit import App, Browser, a_client
from tests.unit.people import actor_of, bearer, person
from tests.unit.web.kit import ORIGIN

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@pytest.fixture
def begun(client):
    return client.post("/oauth/device", data={"client_id": COMMAND_LINE}).json()


def poll(client, begun):
    fields = {"grant_type": GRANT, "device_code": begun["device_code"], "client_id": COMMAND_LINE}
    return client.post("/oauth/token", data=fields)


def refresh(client, token, **changes):
    fields = {"grant_type": "refresh_token", "refresh_token": token, "client_id": COMMAND_LINE} | changes
    return client.post("/oauth/token", data=fields)


def type_code(browser: Browser, code: str, *acts: str):
    """Types the code on the page, and presses these buttons one after another."""
    said = None
    for act in ("look", *acts):
        page = browser.http.get("/oauth/device").text
        form_token = re.search(rf'name="{names.FIELD_FORM_TOKEN}" value="([0-9a-f]+)"', page)[1]
        fields = {"user_code": code, "do": act, names.FIELD_FORM_TOKEN: form_token}
        said = browser.http.post("/oauth/device/confirm", data=fields, headers={"Origin": ORIGIN})
    return said


def signed_in(client, begun):
    type_code(Browser(client, "bob"), begun["user_code"], "allow")
    return poll(client, begun).json()


def expire(table, column, seconds=-1):
    with db.writing() as session:
        for row in session.exec(select(table)):
            setattr(row, column, now() + dt.timedelta(seconds=seconds))
            session.add(row)


def test_a_code_is_typed_and_the_command_line_is_signed_in(client, begun):
    assert re.fullmatch(r"[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}", begun["user_code"])
    assert begun["verification_uri_complete"].startswith("http://localhost:8000/oauth/device?user_code=")
    assert poll(client, begun).json()["error"] == "authorization_pending"
    bob = Browser(client, "bob")
    assert begun["user_code"] in bob.http.get(begun["verification_uri_complete"]).text
    assert "bob" in type_code(bob, begun["user_code"].lower()).text, "it asks first"
    assert poll(client, begun).json()["error"] == "slow_down"
    assert "go back to the device" in type_code(bob, begun["user_code"], "allow").text
    me = bearer(poll(client, begun).json()["access_token"])
    who = client.get("/api/whoami-v2", headers=me).json()
    described = who["auth"]["accessToken"] | {"createdAt": 0}
    assert who["name"] == "bob" and described == {"displayName": "hf auth login", "role": "write", "createdAt": 0}
    body = {"name": "a", "type": "space", "sdk": "gradio"}
    assert client.post("/api/repos/create", json=body, headers=me).status_code == 200


def test_the_hubs_own_client_signs_in_and_renews_it(server, monkeypatch):
    monkeypatch.setattr(constants, "ENDPOINT", server)
    info, bob, waited = hub.request_device_code(), actor_of("bob"), threading.Event()
    info["interval"] = 1

    def allow() -> None:
        assert waited.wait(30)
        with db.writing() as session:
            device.allow(session, bob, device.waiting(session, info["user_code"]))

    typist = threading.Thread(target=allow)
    typist.start()
    tokens = hub.poll_device_token(info, on_pending=waited.set)
    typist.join()
    assert HfApi(endpoint=server, token=tokens["access_token"]).whoami()["name"] == "bob"
    fresh = hub.refresh_access_token(tokens["refresh_token"])
    assert fresh["access_token"] != tokens["access_token"] and fresh["refresh_token"] != tokens["refresh_token"]
    with pytest.raises(DeviceCodeError, match="invalid_grant"):
        hub.refresh_access_token(tokens["refresh_token"])


def test_a_refresh_token_is_good_once_and_a_copy_takes_everything_along(client, begun):
    first = signed_in(client, begun)
    second = refresh(client, first["refresh_token"]).json()
    assert client.get("/oauth/userinfo", headers=bearer(second["access_token"])).status_code == 200
    assert refresh(client, first["refresh_token"]).json()["error"] == "invalid_grant"
    for token in (first["access_token"], second["access_token"]):
        assert client.get("/api/whoami-v2", headers=bearer(token)).status_code == 401
    assert refresh(client, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_gives_less_where_less_is_asked_for_and_never_more(client):
    begun = client.post("/oauth/device", data={"client_id": COMMAND_LINE, "scope": "openid read-repos"}).json()
    tokens = signed_in(client, begun)
    assert tokens["scope"] == "openid read-repos"
    assert refresh(client, tokens["refresh_token"], scope="openid write-repos").json()["error"] == "invalid_scope"
    assert refresh(client, tokens["refresh_token"], scope="openid").json()["scope"] == "openid"


def test_a_refresh_token_expires(client, begun):
    tokens = signed_in(client, begun)
    expire(OAuthRefresh, "expires_at")
    assert refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_the_clients_that_got_it(client, begun):
    tokens, (_, environment) = signed_in(client, begun), a_client()
    app = App(client, environment)
    stolen = app.post("/oauth/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
    assert stolen.json()["error"] == "invalid_grant"
    assert refresh(client, tokens["refresh_token"]).status_code == 200


def test_revoking_a_refresh_token_ends_the_sign_in(client, begun):
    tokens = signed_in(client, begun)
    fields = {"token": tokens["refresh_token"], "client_id": COMMAND_LINE}
    assert client.post("/oauth/revoke", data=fields).status_code == 200
    assert client.get("/api/whoami-v2", headers=bearer(tokens["access_token"])).status_code == 401


def test_who_denies_a_device_gives_it_nothing(client, begun):
    type_code(Browser(client, "bob"), begun["user_code"], "deny")
    assert poll(client, begun).json()["error"] == "access_denied"
    assert type_code(Browser(client, "carol"), begun["user_code"], "allow").status_code == 404


def test_a_device_code_expires(client, begun):
    expire(OAuthGrant, "code_expires_at")
    assert poll(client, begun).json()["error"] == "expired_token"
    assert type_code(Browser(client, "bob"), begun["user_code"], "allow").status_code == 404


def test_a_device_code_is_exchanged_once_and_a_second_time_takes_the_tokens_along(client, begun):
    token = signed_in(client, begun)["access_token"]
    assert poll(client, begun).json()["error"] == "invalid_grant"
    assert client.get("/api/whoami-v2", headers=bearer(token)).status_code == 401


def test_a_device_code_is_no_code_of_a_redirect_and_the_other_way_round(client, begun):
    fields = {"grant_type": "authorization_code", "code": begun["device_code"], "redirect_uri": "x"}
    refused = client.post("/oauth/token", data={**fields, "client_id": COMMAND_LINE})
    assert refused.json()["error"] == "invalid_grant"
    _, environment = a_client()
    app, code = App(client, environment), Browser(client, "bob").code(environment)
    assert app.post("/oauth/token", grant_type=GRANT, device_code=code).json()["error"] == "invalid_grant"
    assert app.post("/oauth/device", scope="openid").json()["error"] == "unauthorized_client"


def test_codes_are_not_guessed(client, begun, monkeypatch):
    monkeypatch.setattr(device, "TRIES", Limit("device/try", 3, 900))
    bob = Browser(client, "bob")
    assert [type_code(bob, "BBBB-BBBB").status_code for _ in range(4)] == [404, 404, 404, 429]
    assert type_code(bob, begun["user_code"]).status_code == 429


def test_who_is_not_signed_in_is_led_to_the_sign_in_page_and_back(client, begun):
    there = Browser(client).http.get(begun["verification_uri_complete"])
    assert there.headers["location"].startswith("/login?next=/oauth/device%3Fuser_code%3D")


def test_no_unknown_program_begins(client):
    refused = client.post("/oauth/device", data={"client_id": "another"})
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert client.post("/oauth/device", data={"client_id": COMMAND_LINE, "client_secret": "x"}).status_code == 401


def test_a_person_who_is_deleted_leaves_no_sign_in(client, begun):
    tokens, bob, root = signed_in(client, begun), person("bob"), actor_of("root", role=Role.ADMIN)
    with db.writing() as session:
        session.add(OAuthConsent(client_id=session.exec(select(OAuthClient.id)).one(), owner_id=bob.id))
    with db.writing() as session:
        farewells.delete_user(session, session.get_one(Owner, bob.id), root)
    assert client.get("/api/whoami-v2", headers=bearer(tokens["access_token"])).status_code == 401
    assert refresh(client, tokens["refresh_token"]).json()["error"] == "invalid_grant"
