"""Signing in a device that has no browser: it shows a short code, and a person who is signed in elsewhere types it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Any

from sqlmodel import Session, col, delete, select

from spaces import db, limits
from spaces.access import Actor
from spaces.errors import NotFound
from spaces.limits import Limit
from spaces.models import OAuthGrant
from spaces.models.types import now
from spaces.oauth import scopes
from spaces.oauth.clients import Client
from spaces.oauth.exchange import DEVICE_INTERVAL
from spaces.owners import digest, new_token
from spaces.settings import get_settings

LIFETIME = 900
PREFIX = "dd_device_"
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so no words; nothing that looks like a digit."""
STARTS = Limit("device/start", 60, 900)
TRIES = Limit("device/try", 30, 900)
"""Of 20^8 codes, so many may one person try."""


def begin(session: Session, client: Client, asked: str, address: str) -> dict[str, Any]:
    """A new device code, with the short one that its person types."""
    limits.take(session, STARTS, address)
    moment = now()
    unclaimed = col(OAuthGrant.user_code).is_not(None), col(OAuthGrant.owner_id).is_(None)
    session.execute(
        delete(OAuthGrant).where(*unclaimed, col(OAuthGrant.code_expires_at) < moment - dt.timedelta(days=1))
    )
    text, short = new_token(PREFIX), "".join(secrets.choice(LETTERS) for _ in range(8))
    session.add(
        OAuthGrant(
            client_id=client.id,
            scopes=scopes.spell(scopes.granted(asked, client.scopes)),
            code_digest=digest(text),
            code_expires_at=moment + dt.timedelta(seconds=LIFETIME),
            user_code=short,
        )
    )
    page = f"{get_settings().base_url}/oauth/device"
    return {
        "device_code": text,
        "user_code": shown(short),
        "verification_uri": page,
        "verification_uri_complete": f"{page}?user_code={shown(short)}",
        "expires_in": LIFETIME,
        "interval": DEVICE_INTERVAL,
    }


def count_try(actor: Actor) -> None:
    """Counts one code that a person typed, also where it turns out wrong; raises TooMany."""
    with db.writing() as session:
        limits.take(session, TRIES, str(actor.owner_id))


def waiting(session: Session, typed: str) -> OAuthGrant:
    """The device that shows this code and waits; raises NotFound."""
    code = "".join(letter for letter in typed.upper() if letter in LETTERS)
    grant = session.exec(select(OAuthGrant).where(OAuthGrant.user_code == code)).one_or_none()
    if grant is None or grant.owner_id or grant.revoked_at or grant.code_expires_at <= now():
        raise NotFound(
            "No device waits with this code.", hint="Look at it again, or begin anew there.", code="no_device"
        )
    return grant


def allow(session: Session, actor: Actor, grant: OAuthGrant) -> None:
    """The device's next question is answered with tokens of this person."""
    grant.owner_id, grant.signed_in_at = actor.owner_id, now()
    session.add(grant)


def deny(session: Session, grant: OAuthGrant) -> None:
    grant.revoked_at = now()
    session.add(grant)


def shown(code: str) -> str:
    """`BCDF-GHJK`."""
    return f"{code[:4]}-{code[4:]}"
