"""Speaks to the company's OpenID provider: where to send a browser, and what the code it brings back is worth.

Authorization code with PKCE, state and nonce. Of an identity token everything is checked that could make it somebody
else's: signature, issuer, audience, time, nonce.
"""

from __future__ import annotations

import functools
import secrets
import time
from dataclasses import dataclass
from typing import Any

import httpx
from authlib.integrations.base_client.errors import OAuthError as AuthlibError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from spaces.errors import Busy, DemodockError, NotFound, Unauthorized
from spaces.settings import get_settings

CALLBACK = "/login/company/callback"
SCOPES = "openid profile email"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""Signatures by a key that only the provider has: neither `none`, nor those whose key we would know too."""
SECONDS = 10.0
KEPT_SECONDS = 600
LEEWAY = 60


@dataclass(frozen=True)
class Errand:
    """What a browser keeps between leaving for the provider and coming back; nobody else has it."""

    state: str
    nonce: str
    verifier: str


def new_errand() -> Errand:
    return Errand(*(secrets.token_urlsafe(32) for _ in range(3)))


def address(errand: Errand) -> str:
    """Where the provider asks the person. Raises NotFound where there is none, Busy where it does not answer."""
    with _client() as client:
        url, _ = client.create_authorization_url(
            _discovered("authorization_endpoint"),
            state=errand.state,
            code_verifier=errand.verifier,
            nonce=errand.nonce,
        )
    return str(url)


def claims_for(code: str, errand: Errand, issuer: str | None) -> dict[str, Any]:
    """What the provider says of the person whose browser brought `code`. `issuer` is the answer's own word for who gave
    it, where it has one. Raises Unauthorized for a code or a token that is not for us and this errand."""
    settings = get_settings()
    if issuer is not None and issuer != settings.oidc_issuer:
        raise _refused("the answer is another provider's")
    try:
        with _client() as client:
            given = client.fetch_token(
                _discovered("token_endpoint"), grant_type="authorization_code", code=code, code_verifier=errand.verifier
            )
            said = _checked(str(given.get("id_token") or ""), errand.nonce)
            if "userinfo_endpoint" in _discovery():
                more = client.get(_discovered("userinfo_endpoint"))
                more.raise_for_status()
                said = _together(said, more.json())
    except AuthlibError as error:
        raise _refused(f"it refused the code: {error.error}") from None
    except (httpx.HTTPError, ValueError) as error:
        raise _silent(error) from None
    return said


def forget() -> None:
    """Asks the provider anew where its parts are."""
    _fetched.cache_clear()


# -- private --------------------------------------------------------------------------------------


def _client() -> OAuth2Client:
    settings = get_settings()
    if not settings.oidc_issuer:
        raise NotFound("There is no sign-in with a company's account here.", hint="Sign in with a password.")
    return OAuth2Client(
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret or None,
        token_endpoint_auth_method="client_secret_basic" if settings.oidc_client_secret else "none",
        scope=SCOPES,
        redirect_uri=settings.base_url + CALLBACK,
        code_challenge_method="S256",
        timeout=SECONDS,
    )


def _discovery() -> dict[str, Any]:
    issuer = get_settings().oidc_issuer
    found = _document(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        raise _refused("it calls itself by another name than DEMODOCK_OIDC_ISSUER says")
    return found


def _discovered(part: str) -> str:
    """An address from the provider's own description; over TLS where the provider itself is."""
    url = str(_discovery().get(part) or "")
    if not url.startswith("https://" if get_settings().oidc_issuer.startswith("https://") else "http"):
        raise _refused(f"its {part} is no address that we may use")
    return url


def _document(url: str) -> dict[str, Any]:
    """A document of the provider, remembered for some minutes."""
    return _fetched(url, int(time.monotonic() // KEPT_SECONDS))


@functools.lru_cache(maxsize=8)
def _fetched(url: str, _period: int) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=SECONDS)
        answer.raise_for_status()
        found = answer.json()
    except (httpx.HTTPError, ValueError) as error:
        raise _silent(error) from None
    if not isinstance(found, dict):
        raise _silent(ValueError("no object"))
    return found


def _checked(token: str, nonce: str) -> dict[str, Any]:
    """The claims of an identity token that is the provider's, for us, of now, and for this errand."""
    settings = get_settings()
    try:
        claims = _decoded(token)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.oidc_issuer},
            sub={"essential": True},
            aud={"essential": True, "value": settings.oidc_client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
    except (JoseError, ValueError) as error:
        raise _refused(f"its identity token is not valid: {error}") from None
    party = claims.get("azp")
    audience = claims["aud"]
    if (party is not None or (isinstance(audience, list) and len(audience) > 1)) and party != settings.oidc_client_id:
        raise _refused("its identity token is for somebody else")
    if not isinstance(claims["sub"], str) or not 1 <= len(claims["sub"]) <= 255:
        raise _refused("its identity token names nobody")
    return claims


def _decoded(token: str) -> dict[str, Any]:
    """The claims, signed by one of the provider's keys; asks for them again where the key is new."""
    for again in (False, True):
        if again:
            forget()
        keys = KeySet.import_key_set(_document(_discovered("jwks_uri")))  # type: ignore[arg-type]
        try:
            return dict(jwt.decode(token, keys, algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError):
            if again:
                raise
    raise AssertionError("the second turn returns or raises")


def _together(said: dict[str, Any], more: object) -> dict[str, Any]:
    """What only the second answer says is taken from it, where it is about the same person."""
    if not isinstance(more, dict) or more.get("sub") != said["sub"]:
        raise _refused("its two answers are about different people")
    return more | said


def _refused(why: str) -> DemodockError:
    return Unauthorized(f"The company's provider was not believed: {why}.", hint="Try again.", code="company_refused")


def _silent(error: Exception) -> DemodockError:
    return Busy(
        "The company's provider does not answer.",
        hint="Try again, or sign in with a password.",
        retry_after=10,
        cause=type(error).__name__,
    )
