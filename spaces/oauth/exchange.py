"""From a grant to tokens: codes, refresh tokens and device codes are exchanged, each once. What is seen a second time was
copied, and takes every token of its grant with it."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import re
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from spaces.errors import OAuthError
from spaces.models import OAuthConsent, OAuthGrant, OAuthRefresh, Owner, Token
from spaces.models.types import now
from spaces.oauth import claims, keys, scopes
from spaces.oauth.clients import Client
from spaces.owners import digest, new_token
from spaces.settings import get_settings

ACCESS = "dd_oauth_"
REFRESH = "dd_refresh_"
REFRESH_DAYS = 30
DEVICE_INTERVAL = 5
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")

Answer = dict[str, Any]


class Copied(Exception):
    """Something that is good once came twice: its grant falls, which must outlast the error that the caller gets."""

    def __init__(self, grant_id: int) -> None:
        self.grant_id = grant_id


def code(session: Session, client: Client, text: str, redirect_uri: str, verifier: str) -> Answer:
    """Tokens for the code of an authorization request."""
    grant = _grant_of(session, client, text)
    if grant is None or grant.user_code is not None:
        raise _invalid("The code is not known.")
    assert grant.id is not None
    if grant.spent_at is not None:
        raise Copied(grant.id)
    if grant.code_expires_at <= now() or grant.revoked_at:
        raise _invalid("The code has expired.")
    if redirect_uri != grant.redirect_uri:
        raise _invalid("redirect_uri is not the one that the code was sent to.")
    if not _proves(verifier, grant.challenge):
        raise _invalid("code_verifier does not fit the code's challenge.")
    _spend(session, grant)
    return _tokens(session, client, grant)


def device_code(session: Session, client: Client, text: str) -> Answer:
    """Tokens for a device, once somebody has allowed it; until then an error says to wait."""
    grant = _grant_of(session, client, text)
    if grant is None or grant.user_code is None:
        raise _invalid("The device code is not known.")
    assert grant.id is not None
    moment = now()
    if grant.spent_at is not None:
        raise Copied(grant.id)
    if grant.revoked_at:
        raise OAuthError("The person said no.", code="access_denied")
    if grant.code_expires_at <= moment:
        raise OAuthError("Nobody allowed it in time.", code="expired_token")
    hasty = grant.polled_at and moment - grant.polled_at < dt.timedelta(seconds=DEVICE_INTERVAL - 1)
    grant.polled_at = moment
    session.add(grant)
    if grant.owner_id is None:
        raise Waiting("slow_down" if hasty else "authorization_pending")
    _spend(session, grant)
    return _tokens(session, client, grant)


class Waiting(OAuthError):
    """Not an end: the device asks again, and that it asked is kept."""

    def __init__(self, code: str) -> None:
        super().__init__("Nobody has allowed it yet.", code=code)


def refresh(session: Session, client: Client, text: str, asked: str) -> Answer:
    """The next tokens for a refresh token, which is spent by it."""
    row = session.exec(
        select(OAuthRefresh, OAuthGrant)
        .join(OAuthGrant, col(OAuthGrant.id) == OAuthRefresh.grant_id)
        .where(OAuthRefresh.digest == digest(text), OAuthGrant.client_id == client.id)
    ).one_or_none()
    if row is None:
        raise _invalid("The refresh token is not known.")
    found, grant = row
    assert grant.id is not None
    if found.spent_at is not None:
        raise Copied(grant.id)
    if found.expires_at <= now() or grant.revoked_at:
        raise _invalid("The refresh token is revoked or has expired.")
    less = scopes.granted(asked, grant.scopes.split())
    if set(scopes.parse(asked)) - set(less) or not less:
        raise OAuthError("A refresh token gives no more than was allowed.", code="invalid_scope")
    taken = update(OAuthRefresh).where(col(OAuthRefresh.id) == found.id, col(OAuthRefresh.spent_at).is_(None))
    if session.execute(taken.values(spent_at=now())).rowcount != 1:  # type: ignore[attr-defined]
        raise Copied(grant.id)
    return _tokens(session, client, grant, less)


def revoke(session: Session, client: Client, text: str) -> None:
    """An access token goes alone, a refresh token with its whole grant. What is not this client's stays."""
    token = session.exec(
        select(Token).where(Token.digest == digest(text), col(Token.grant_id).is_not(None))
    ).one_or_none()
    if token is not None:
        grant = session.get(OAuthGrant, token.grant_id)
        if grant is not None and grant.client_id == client.id:
            token.revoked_at = token.revoked_at or now()
            session.add(token)
        return
    found = session.exec(select(OAuthRefresh).where(OAuthRefresh.digest == digest(text))).one_or_none()
    grant = session.get(OAuthGrant, found.grant_id) if found else None
    if grant is not None and grant.client_id == client.id:
        end(session, grant.id)


def end(session: Session, grant_id: int | None) -> None:
    """From the next request on nothing that was given under the grant opens anything."""
    moment = now()
    open_grant = (col(OAuthGrant.id) == grant_id, col(OAuthGrant.revoked_at).is_(None))
    session.execute(update(OAuthGrant).where(*open_grant).values(revoked_at=moment))
    given = (col(Token.grant_id) == grant_id, col(Token.revoked_at).is_(None))
    session.execute(update(Token).where(*given).values(revoked_at=moment))


def forget(session: Session, owner_id: int, client_id: int) -> None:
    """A person takes back all that they allowed a client: it is asked about again, and what it holds is void."""
    consent = session.get(OAuthConsent, (client_id, owner_id))
    if consent is not None:
        session.delete(consent)
    theirs = (OAuthGrant.owner_id == owner_id, OAuthGrant.client_id == client_id)
    for grant_id in session.exec(select(OAuthGrant.id).where(*theirs, col(OAuthGrant.revoked_at).is_(None))).all():
        end(session, grant_id)


# -- private --------------------------------------------------------------------------------------


def _grant_of(session: Session, client: Client, text: str) -> OAuthGrant | None:
    return session.exec(
        select(OAuthGrant).where(OAuthGrant.code_digest == digest(text), OAuthGrant.client_id == client.id)
    ).one_or_none()


def _spend(session: Session, grant: OAuthGrant) -> None:
    taken = update(OAuthGrant).where(col(OAuthGrant.id) == grant.id, col(OAuthGrant.spent_at).is_(None))
    if session.execute(taken.values(spent_at=now())).rowcount != 1:  # type: ignore[attr-defined]
        assert grant.id is not None
        raise Copied(grant.id)


def _tokens(session: Session, client: Client, grant: OAuthGrant, allowed: list[str] | None = None) -> Answer:
    assert grant.id is not None and grant.owner_id is not None
    given = allowed or grant.scopes.split()
    owner, text, moment = session.get_one(Owner, grant.owner_id), new_token(ACCESS), now()
    lifetime = dt.timedelta(minutes=client.minutes)
    session.add(
        Token(
            owner_id=grant.owner_id,
            name=client.name,
            prefix=text[: len(ACCESS) + 4],
            digest=digest(text),
            scope=scopes.token_scope(scopes.reach(given)),
            scopes=scopes.spell(given),
            grant_id=grant.id,
            expires_at=moment + lifetime,
        )
    )
    answer: Answer = {
        "access_token": text,
        "token_type": "bearer",
        "expires_in": int(lifetime.total_seconds()),
        "scope": scopes.spell(given),
    }
    if "openid" in given:
        answer["id_token"] = keys.sign(_identity(session, client, grant, owner, given, moment, lifetime, text))
    if client.public:
        answer["refresh_token"] = _refresh_token(session, grant.id, moment)
    return answer


def _identity(
    session: Session,
    client: Client,
    grant: OAuthGrant,
    owner: Owner,
    given: list[str],
    moment: dt.datetime,
    lifetime: dt.timedelta,
    access_token: str,
) -> dict[str, Any]:
    half = hashlib.sha256(access_token.encode()).digest()[:16]
    signed_in = {"auth_time": int(grant.signed_in_at.timestamp())} if grant.signed_in_at else {}
    return {
        "iss": get_settings().hub_url,
        "aud": client.client_id,
        "iat": int(moment.timestamp()),
        "exp": int((moment + lifetime).timestamp()),
        "at_hash": _base64(half),
        **signed_in,
        **({"nonce": grant.nonce} if grant.nonce else {}),
        **claims.of(session, owner, given),
    }


def _refresh_token(session: Session, grant_id: int, moment: dt.datetime) -> str:
    text = new_token(REFRESH)
    expires = moment + dt.timedelta(days=REFRESH_DAYS)
    session.add(OAuthRefresh(grant_id=grant_id, digest=digest(text), expires_at=expires))
    return text


def _proves(verifier: str, challenge: str) -> bool:
    """A verifier where no challenge was given is refused too: somebody took the challenge out on the way."""
    if not challenge or not verifier:
        return not challenge and not verifier
    made = _base64(hashlib.sha256(verifier.encode(errors="replace")).digest())
    return bool(_VERIFIER.fullmatch(verifier)) and hmac.compare_digest(made, challenge)


def _base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _invalid(message: str) -> OAuthError:
    return OAuthError(message, code="invalid_grant")
