"""Signing in to a Space: from its button to its tokens, and everything that must not come through on the way."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlmodel import select

from spaces import db
from spaces.models import Member, MemberRole, OAuthGrant, Profile, Space, Token, Visibility
from spaces.models.owner import OwnerKind
from spaces.models.types import now
from spaces.oauth import authorize, keys
from tests.unit.oauth.kit import CALLBACK, CHALLENGE, VERIFIER, App, Browser, a_client, address, answer, serve
from tests.unit.people import person


@pytest.fixture
def space(client):
    return a_client()


@pytest.fixture
def environment(space):
    return space[1]


@pytest.fixture
def app(client, environment):
    return App(client, environment)


@pytest.fixture
def bob(client):
    return Browser(client, "bob")


def test_from_the_button_to_the_name(client, environment, app, bob):
    stranger = Browser(client)
    asked = stranger.ask(environment)
    assert asked.status_code == 303
    assert asked.headers["location"].startswith("/login?next=/oauth/authorize%3F")
    page = bob.ask(environment)
    assert page.status_code == 200 and "alice/demo" in page.text and "bob" in page.text
    back = bob.decide(environment)
    where = urlsplit(back.headers["location"])
    assert (where.scheme, where.netloc, where.path) == ("http", "alice-demo.localhost:8000", "/login/callback")
    told = answer(back)
    assert (told["state"], told["iss"], told["_target_url"]) == ("s1", "http://hub.localhost:8000", "/?")
    tokens = app.exchange(told["code"]).json()
    assert tokens["token_type"] == "bearer" and tokens["scope"] == "openid profile" and tokens["expires_in"] == 480 * 60
    assert "refresh_token" not in tokens, "a sign-in lasts as long as the card says"
    who = app.get("/oauth/userinfo", tokens["access_token"]).json()
    assert (who["preferred_username"], who["name"], who["isPro"]) == ("bob", "bob", False)
    assert who["profile"] == "http://localhost:8000/bob" and who["picture"].endswith("/avatars/bob")
    assert "email" not in who and "orgs" not in who
    assert client.get("/avatars/bob").headers["content-type"] == "image/svg+xml"


def test_the_identity_token_is_what_openid_says(environment, app, bob):
    config = app.http.get("/.well-known/openid-configuration").json()
    assert config["issuer"] == environment["OPENID_PROVIDER_URL"]
    published = KeySet.import_key_set(app.http.get(urlsplit(config["jwks_uri"]).path).json())
    assert not any({"d", "p", "q"} & set(key) for key in app.http.get("/oauth/jwks").json()["keys"])
    text = app.exchange(bob.code(environment)).json()["id_token"]
    claims = jwt.decode(text, published, algorithms=["RS256"]).claims
    assert (claims["iss"], claims["aud"], claims["nonce"]) == (config["issuer"], environment["OAUTH_CLIENT_ID"], "n1")
    assert claims["exp"] - claims["iat"] == 480 * 60 and claims["auth_time"] <= claims["iat"]
    assert claims["preferred_username"] == "bob" and {"name", "picture", "profile", "sub", "at_hash"} <= set(claims)


def test_a_new_signing_key_on_top_leaves_the_old_one_published(place, environment, app, bob):
    before = app.exchange(bob.code(environment)).json()["id_token"]
    where = place.path(keys.FILE)
    where.write_text(keys.make() + "\n" + where.read_text())
    after = app.exchange(bob.code(environment)).json()["id_token"]
    published = KeySet.import_key_set(app.http.get("/oauth/jwks").json())
    kids = [jwt.decode(text, published, algorithms=["RS256"]).header["kid"] for text in (before, after)]
    assert len(set(kids)) == 2 and where.stat().st_mode & 0o077 == 0


def test_who_allowed_an_app_is_not_asked_again_until_it_wants_more(space, environment, bob):
    bob.decide(environment)
    assert "code" in answer(bob.ask(environment))
    assert bob.ask(environment, prompt="consent").status_code == 200
    more = serve(space[0], hf_oauth=True, hf_oauth_scopes=["email"])
    assert bob.ask(more).status_code == 200 and "e-mail" in bob.ask(more).text
    assert bob.ask(more, scope="openid profile").status_code == 303


def test_a_person_says_no(environment, bob):
    told = answer(bob.decide(environment, "deny"))
    assert (told["error"], told["state"]) == ("access_denied", "s1") and "code" not in told
    assert bob.ask(environment).status_code == 200, "and is asked again"


def test_prompt_none_never_shows_a_page(client, environment, bob):
    assert answer(Browser(client).ask(environment, prompt="none"))["error"] == "login_required"
    assert answer(bob.ask(environment, prompt="none"))["error"] == "consent_required"
    bob.decide(environment)
    assert "code" in answer(bob.ask(environment, prompt="none"))


def test_p28_a_consent_that_another_sites_page_sends_counts_for_nothing(environment, bob):
    path = address(environment)
    for origin in ("http://evil.example", "http://alice-demo.localhost:8000", "null", "http://hub.localhost:8000"):
        assert bob.http.post(path, data={"do": "allow"}, headers={"Origin": origin}).status_code == 403
    assert bob.http.post(path, data={"do": "allow"}, headers={"Origin": "http://localhost:8000"}).status_code == 403
    assert bob.ask(environment).status_code == 200


def test_p30_a_consent_page_cannot_be_framed(environment, bob):
    headers = bob.ask(environment).headers
    assert headers["x-frame-options"] == "DENY" and "frame-ancestors 'none'" in headers["content-security-policy"]


def test_after_a_form_of_ours_a_page_leads_on_since_browsers_hold_redirects_to_our_form_action(environment, bob):
    bob.decide(environment)
    page = bob.http.get(address(environment), headers={"Sec-Fetch-Site": "same-origin"})
    assert page.status_code == 200 and 'content="0; url=http://alice-demo.localhost:8000/login/callback?' in page.text


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "https://evil.example/login/callback",
        "https://alice-demo.localhost:8000.evil.example/login/callback",
        "https://alice-demo.localhost:8000@evil.example/login/callback",
        "https://evil.example\\@alice-demo.localhost:8000/login/callback",
        "https://alice-demo.localhost:8000/login/callback#x",
        "https://alice-demo.localhost:8001/login/callback",
        "https://alice-other.localhost:8000/login/callback",
        "https://localhost:8000/login/callback",
        "javascript://alice-demo.localhost:8000/%0aalert(1)",
        "//alice-demo.localhost:8000/login/callback",
        "https://alice-demo.localhost:8000",
        "https://alice-demo.localhost:x/",
        "https://alice-demo.localhost:8000/a\r\nb",
        "https://alice-demo.localhost:8000/a b",
    ],
)
def test_p35_nobody_is_sent_anywhere_but_to_the_space(environment, bob, redirect_uri):
    page = bob.ask(environment, redirect_uri=redirect_uri)
    assert page.status_code == 400 and "location" not in page.headers
    assert bob.decide(environment, redirect_uri=redirect_uri).status_code in (400, 403)


def test_any_path_of_the_spaces_own_origin_will_do(environment, bob):
    for own in ("http://alice-demo.localhost:8000/auth/callback", "http://alice-demo.localhost:8000/?x=1"):
        assert bob.decide(environment, redirect_uri=own).headers["location"].startswith(own)


def test_a_client_that_is_none_is_told_nothing(client, environment, bob):
    for unknown in ("", "nobody", "26be6b09-91c5-47da-9861-d2d2bb7a7e36"):
        assert bob.ask(environment, client_id=unknown).status_code == 400
    assert bob.http.get(address(environment) + "&redirect_uri=https://evil.example/").status_code == 400, "twice"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": ""}, "unsupported_response_type"),
        ({"scope": "write-repos"}, "invalid_scope"),
        ({"code_challenge": CHALLENGE}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short", "code_challenge_method": "S256"}, "invalid_request"),
        ({"code_challenge_method": "S256"}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
    ],
)
def test_a_wrong_request_is_answered_to_the_client(environment, bob, changes, error):
    told = answer(bob.ask(environment, **changes))
    assert (told["error"], told["state"]) == (error, "s1")


def test_a_code_is_good_once_and_a_second_time_takes_the_tokens_along(environment, app, bob):
    code = bob.code(environment)
    token = app.exchange(code).json()["access_token"]
    assert app.get("/oauth/userinfo", token).status_code == 200
    again = app.exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert app.get("/oauth/userinfo", token).status_code == 401


def test_a_code_expires_within_a_minute_or_so(environment, app, bob):
    code = bob.code(environment)
    with db.writing() as session:
        grant = session.exec(select(OAuthGrant)).one()
        assert grant.code_expires_at - now() <= dt.timedelta(seconds=authorize.CODE_SECONDS)
        grant.code_expires_at = now() - dt.timedelta(seconds=1)
        session.add(grant)
    assert app.exchange(code).json()["error"] == "invalid_grant"


def test_pkce_binds_the_code_to_whoever_asked(environment, app, bob):
    asked = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    code = bob.code(environment, **asked)
    for wrong in ("", "w" * 43, CHALLENGE, VERIFIER[:-1]):
        assert app.exchange(code, code_verifier=wrong).json()["error"] == "invalid_grant"
    assert app.exchange(code, code_verifier=VERIFIER).status_code == 200
    plain = bob.code(environment)
    assert app.exchange(plain, code_verifier=VERIFIER).json()["error"] == "invalid_grant", "the challenge was taken out"


def test_the_exchange_repeats_the_redirect_as_it_was_written(environment, app, bob):
    code = bob.code(environment)
    assert app.exchange(code, redirect_uri="http" + CALLBACK.removeprefix("https")).json()["error"] == "invalid_grant"
    assert app.exchange(code, redirect_uri="").json()["error"] == "invalid_request"
    assert app.exchange(code).status_code == 200


def test_no_other_client_may_exchange_a_code(client, environment, bob):
    _, others = a_client("mallory", "trap")
    code = bob.code(environment)
    assert App(client, others).exchange(code).json()["error"] == "invalid_grant"
    stolen = {**environment, "OAUTH_CLIENT_SECRET": others["OAUTH_CLIENT_SECRET"]}
    refused = App(client, stolen).exchange(code)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    assert refused.headers["www-authenticate"].startswith("Basic")
    assert App(client, {**environment, "OAUTH_CLIENT_SECRET": ""}).exchange(code).status_code == 401
    assert App(client, environment).exchange(code).status_code == 200


def test_the_secret_may_stand_in_the_body_but_not_in_both_places(environment, app, bob):
    fields = {"client_id": app.who[0], "client_secret": app.who[1], "grant_type": "authorization_code"}
    body = {**fields, "code": bob.code(environment), "redirect_uri": CALLBACK}
    assert app.http.post("/oauth/token", data=body, auth=app.who).json()["error"] == "invalid_request"
    assert app.http.post("/oauth/token", json=body).json()["error"] == "invalid_request"
    assert app.http.post("/oauth/token", data=body).status_code == 200
    assert app.post("/oauth/token", grant_type="password").json()["error"] == "unsupported_grant_type"


def test_p33_p83_neither_secret_nor_code_nor_token_lies_readable_in_the_data_directory(place, environment, app, bob):
    code = bob.code(environment)
    token = app.exchange(code).json()["access_token"]
    assert token.startswith("dd_oauth_") and code.startswith("dd_code_")
    stored = b"".join(path.read_bytes() for path in place.data.rglob("*") if path.is_file())
    for text in (code, token, environment["OAUTH_CLIENT_SECRET"]):
        assert text.encode() not in stored


def test_only_members_of_the_named_organizations_sign_in(client, space, bob):
    club = person("Club")
    with db.writing() as session:
        club.kind = OwnerKind.ORGANIZATION
        session.add(club)
    environment = serve(space[0], hf_oauth=True, hf_oauth_authorized_org=["club", "another"])
    refused = bob.ask(environment)
    assert refused.status_code == 403 and "club" in refused.text
    assert bob.decide(environment).status_code == 403
    with db.writing() as session:
        session.add(Member(organization_id=club.id, user_id=person("bob").id, role=MemberRole.READ))
    assert "code" in answer(bob.decide(environment))
    with db.writing() as session:
        session.delete(session.get_one(Member, (club.id, person("bob").id)))
    assert bob.ask(environment).status_code == 403, "asked anew at every sign-in, consent or not"


def test_a_private_space_is_a_client_to_its_own_people_only(client, space, bob):
    with db.writing() as session:
        row = session.get_one(Space, space[0].id)
        row.visibility = Visibility.PRIVATE
        session.add(row)
    assert bob.ask(space[1]).status_code == 400
    assert Browser(client, "alice").ask(space[1]).status_code == 200


def test_scopes_open_claims(client, space, bob):
    club, me = person("Club"), person("bob")
    with db.writing() as session:
        session.add(Member(organization_id=club.id, user_id=me.id, role=MemberRole.WRITE))
        session.add(Profile(owner_id=me.id, full_name="Bob Builder", email="bob@example.org"))
    environment = serve(space[0], hf_oauth=True, hf_oauth_scopes=["email", "read-memberships", "jobs"])
    assert environment["OAUTH_SCOPES"] == "openid profile email read-memberships"
    app = App(client, environment)
    who = app.get("/oauth/userinfo", app.exchange(bob.code(environment)).json()["access_token"]).json()
    assert (who["name"], who["email"], who["email_verified"]) == ("Bob Builder", "bob@example.org", False)
    (organization,) = who["orgs"]
    assert (organization["preferred_username"], organization["roleInOrg"]) == ("Club", "write")


def test_a_sign_in_lasts_as_long_as_the_card_says(client, space, bob):
    environment = serve(space[0], hf_oauth=True, hf_oauth_expiration_minutes=5)
    app = App(client, environment)
    tokens = app.exchange(bob.code(environment)).json()
    assert tokens["expires_in"] == 300
    with db.writing() as session:
        row = session.exec(select(Token).where(Token.grant_id.is_not(None))).one()
        assert dt.timedelta(seconds=290) < row.expires_at - now() <= dt.timedelta(seconds=300)
        row.expires_at = now() - dt.timedelta(seconds=1)
        session.add(row)
    assert app.get("/oauth/userinfo", tokens["access_token"]).status_code == 401


def test_what_is_taken_back_opens_nothing_and_is_asked_about_again(environment, app, bob):
    token = app.exchange(bob.code(environment)).json()["access_token"]
    page = bob.http.get("/settings/applications").text
    assert "alice/demo" in page
    number = page.partition('name="id" value="')[2].partition('"')[0]
    form_token = page.partition('name="form_token" value="')[2].partition('"')[0]
    form = {"id": number, "form_token": form_token}
    assert (
        bob.http.post("/settings/applications", data=form, headers={"Origin": "http://localhost:8000"}).status_code
        == 303
    )
    assert app.get("/oauth/userinfo", token).status_code == 401
    assert bob.ask(environment).status_code == 200


def test_a_client_revokes_its_own_tokens_and_no_others(client, environment, app, bob):
    _, others = a_client("mallory", "trap")
    token = app.exchange(bob.code(environment)).json()["access_token"]
    assert App(client, others).post("/oauth/revoke", token=token).status_code == 200
    assert app.get("/oauth/userinfo", token).status_code == 200
    assert app.post("/oauth/revoke", token=token).status_code == 200
    assert app.get("/oauth/userinfo", token).status_code == 401
    assert app.post("/oauth/revoke", token="unknown").status_code == 200
