"""What clients of the sign-in for apps call: discovery, keys, tokens, devices, claims. The pages that people see stand in
`spaces/web/consent.py`. Bodies and errors are those of the RFCs, not of the Hub's API."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any
from urllib.parse import unquote_plus

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse
from sqlmodel import Session

from spaces import db
from spaces.api.deps import bearer
from spaces.errors import OAuthError, Unauthorized, UnknownClient
from spaces.models import Owner, Token
from spaces.oauth import claims, clients, device, exchange, keys, scopes
from spaces.oauth.clients import Client
from spaces.owners import authenticate
from spaces.settings import get_settings

router = APIRouter(include_in_schema=False)

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
FIELDS = 40
FIELD_LENGTH = 10_000


async def _form(request: Request) -> dict[str, str]:
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise OAuthError("Send application/x-www-form-urlencoded.")
    pairs = (await request.form(max_files=0, max_fields=FIELDS, max_part_size=FIELD_LENGTH)).multi_items()
    fields = {name: value for name, value in pairs if isinstance(value, str)}
    if len(fields) != len(pairs):
        raise OAuthError("A parameter came twice.")
    return fields


Fields = Annotated[dict[str, str], Depends(_form)]


@router.get("/.well-known/openid-configuration")
@router.get("/.well-known/oauth-authorization-server")
def configuration() -> dict[str, Any]:
    """Where everything is. People's browsers go to the control host, where they are signed in; programs, also those inside a
    Space, to the name that both know."""
    hub, base = get_settings().hub_url, get_settings().base_url
    methods = ["client_secret_basic", "client_secret_post", "none"]
    return {
        "issuer": hub,
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{hub}/oauth/token",
        "userinfo_endpoint": f"{hub}/oauth/userinfo",
        "jwks_uri": f"{hub}/oauth/jwks",
        "device_authorization_endpoint": f"{hub}/oauth/device",
        "revocation_endpoint": f"{hub}/oauth/revoke",
        "scopes_supported": list(scopes.SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", DEVICE_GRANT],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [keys.ALGORITHM],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["iss", "aud", "iat", "exp", "auth_time", "nonce", *claims.CLAIMS],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
    }


@router.get("/oauth/jwks")
def key_set() -> dict[str, Any]:
    return keys.published()


@router.post("/oauth/token")
def token(request: Request, fields: Fields) -> JSONResponse:
    """Tokens for a code, a refresh token or a device's code. What came twice takes its grant along, in a transaction of
    its own: the error that the caller gets must not undo it."""
    waiting: exchange.Waiting | None = None
    try:
        with db.writing() as session:
            client = _client(session, request, fields)
            try:
                answer = _exchange(session, client, fields)
            except exchange.Waiting as error:
                waiting = error
    except exchange.Copied as copied:
        with db.writing() as session:
            exchange.end(session, copied.grant_id)
        raise OAuthError("This was exchanged before; its tokens are revoked.", code="invalid_grant") from None
    if waiting is not None:
        raise waiting
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


@router.post("/oauth/device")
def begin_device(request: Request, fields: Fields) -> dict[str, Any]:
    """A code for a device, of the command line only: Spaces are used by people with browsers."""
    with db.writing() as session:
        client = _client(session, request, fields)
        if not client.public:
            raise OAuthError("This client signs people in with their browser.", code="unauthorized_client")
        return device.begin(session, client, fields.get("scope", ""), request.client.host if request.client else "")


@router.post("/oauth/revoke")
def revoke(request: Request, fields: Fields) -> dict[str, Any]:
    """Says the same whether there was such a token or not (RFC 7009)."""
    with db.writing() as session:
        exchange.revoke(session, _client(session, request, fields), _needed(fields, "token"))
    return {}


@router.get("/oauth/userinfo")
@router.post("/oauth/userinfo")
def user_info(request: Request) -> dict[str, Any]:
    """Who signed in, for the holder of an access token."""
    actor = authenticate(bearer(request.headers.get("authorization")) or "")
    with db.reading() as session:
        held = session.get(Token, actor.token_id)
        allowed = (held.scopes or "").split() if held else []
        if "openid" not in allowed:
            raise Unauthorized(
                "This needs an access token with the scope `openid`.", hint="Sign in through /oauth/authorize."
            )
        return claims.of(session, session.get_one(Owner, actor.owner_id), allowed)


# -- private --------------------------------------------------------------------------------------


def _exchange(session: Session, client: Client, fields: dict[str, str]) -> exchange.Answer:
    match fields.get("grant_type"):
        case "authorization_code":
            proof = _needed(fields, "redirect_uri"), fields.get("code_verifier", "")
            return exchange.code(session, client, _needed(fields, "code"), *proof)
        case "refresh_token":
            return exchange.refresh(session, client, _needed(fields, "refresh_token"), fields.get("scope", ""))
        case value if value == DEVICE_GRANT:
            return exchange.device_code(session, client, _needed(fields, "device_code"))
    raise OAuthError("This grant_type is not offered.", code="unsupported_grant_type")


def _client(session: Session, request: Request, fields: dict[str, str]) -> Client:
    """The client that sent this, by basic authentication or by fields, and not by both."""
    client_id, secret = fields.get("client_id", ""), fields.get("client_secret", "")
    authorization = request.headers.get("authorization", "")
    if authorization.lower().startswith("basic "):
        if secret:
            raise OAuthError("Authenticate in one way only.")
        named, secret = _basic(authorization.partition(" ")[2])
        if client_id not in ("", named):
            raise OAuthError("client_id is not the client that authenticates.")
        client_id = named
    found = clients.find(session, client_id)
    if found is None or not clients.knows_secret(session, found, secret):
        raise UnknownClient("The client, or its secret, is not known.")
    return found


def _basic(text: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise UnknownClient("The Authorization header cannot be read.") from None
    return unquote_plus(name), unquote_plus(secret)


def _needed(fields: dict[str, str], name: str) -> str:
    if not fields.get(name):
        raise OAuthError(f"{name} is missing.")
    return fields[name]
