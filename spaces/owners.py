"""Users, what they say about themselves, and their tokens. A token is shown once; only its digest is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import string

from sqlalchemy import update
from sqlmodel import Session, select

from spaces import db, names
from spaces.access import Actor, find_owner
from spaces.errors import Conflict, Invalid, Unauthorized
from spaces.models import Owner, Profile, Token
from spaces.models.grant import GRANTS, Grant
from spaces.models.owner import OwnerKind, Role, TokenScope
from spaces.models.types import now
from spaces.oauth.scopes import reach
from spaces.settings import Settings

ADMIN = "admin"
ADMIN_TOKEN = "admin-token"
"""File in the data directory with the first admin's token."""

_ALPHABET = string.ascii_letters + string.digits
_LENGTH = 40


def create_user(session: Session, name: str, role: Role = Role.MEMBER) -> Owner:
    """A new user; raises Invalid for a name that cannot be one, Conflict for one that is taken."""
    return _create(session, name, OwnerKind.USER, role)


def create_organization(session: Session, name: str) -> Owner:
    """A new organization without members; raises what `create_user` raises."""
    return _create(session, name, OwnerKind.ORGANIZATION)


def set_profile(session: Session, owner_id: int, full_name: str, email: str = "") -> None:
    """What the owner says about itself; empty: nothing. Raises Invalid."""
    if len(full_name) > 100 or not full_name.isprintable():
        raise Invalid("A full name has at most 100 characters, on one line.", code="full_name")
    if email and not valid_email(email):
        raise Invalid("This is no e-mail address.", hint="Write it as `name@example.org`.", code="email")
    present = session.get(Profile, owner_id) or Profile(owner_id=owner_id)
    verified = present.email_verified and (present.email or "").lower() == email.lower()
    present.full_name, present.email, present.email_verified = full_name, email or None, verified
    session.add(present)


def valid_email(text: str) -> bool:
    """True for what looks like an address; whether somebody reads there only a letter can tell."""
    return len(text) <= 254 and bool(re.fullmatch(r"[^\s@<>\",;:\\]+@[^\s@<>\",;:\\]+", text)) and text.isprintable()


def ensure_admin(settings: Settings) -> None:
    """First start: the user `admin`, and a write token in a file that only we can read.

    Where the file is there its token is made good again: an operator may put their own in beforehand."""
    text = settings.secret(ADMIN_TOKEN, new_token)
    with db.writing() as session:
        admin = find_owner(session, ADMIN) or create_user(session, ADMIN, Role.ADMIN)
        known = session.exec(select(Token).where(Token.digest == digest(text))).one_or_none()
        if known is None:
            session.add(
                Token(
                    owner_id=admin.id,
                    name="first admin",
                    prefix=text[:7],
                    digest=digest(text),
                    scope=TokenScope.WRITE,
                )
            )


def issue_token(
    session: Session,
    owner: Owner,
    name: str,
    scope: TokenScope,
    expires: dt.datetime | None = None,
    grants: tuple[Grant, ...] = (),
) -> tuple[Token, str]:
    """A new token's row, and its text, which nobody can read again. `grants` are of a fine-grained one."""
    if expires is not None and expires <= now():
        raise Invalid("The token would have expired already.", hint="Give a time in the future, with its zone.")
    text = new_token()
    token = Token(
        owner_id=owner.id,
        name=name,
        prefix=text[:7],
        digest=digest(text),
        scope=scope,
        grants=GRANTS.dump_json(grants).decode(),
        expires_at=expires,
    )
    session.add(token)
    session.flush()
    return token, text


def revoke_token(session: Session, token: Token) -> None:
    """From the next request on the token opens nothing. Revoking twice is once."""
    token.revoked_at = token.revoked_at or now()
    session.add(token)


def authenticate(text: str) -> Actor:
    """Whoever holds the token `text`, with the role its owner has now; raises Unauthorized."""
    with db.reading() as session:
        found = session.exec(
            select(Token, Owner).join(Owner, Owner.id == Token.owner_id).where(Token.digest == digest(text))  # type: ignore[arg-type]
        ).one_or_none()
    if found is None:
        raise Unauthorized("Invalid credentials in Authorization header", hint="Check the token.")
    token, owner = found
    if not holds(token):
        raise Unauthorized(
            "Invalid credentials in Authorization header", hint="The token is revoked or has expired: make a new one."
        )
    moment = now()
    if token.used_at is None or moment - token.used_at > dt.timedelta(minutes=1):
        with db.writing() as session:
            session.execute(update(Token).where(Token.id == token.id).values(used_at=moment))  # type: ignore[arg-type]
    return actor_of(token, owner)


def holds(token: Token) -> bool:
    """Neither revoked nor expired."""
    return token.revoked_at is None and (token.expires_at is None or token.expires_at > now())


def actor_of(token: Token, owner: Owner) -> Actor:
    """Whoever holds this token of `owner`."""
    if token.scopes is not None:
        return Actor(owner.id, owner.name, Role.MEMBER, token.scope, token.id, reach(token.scopes.split()))
    grants = GRANTS.validate_json(token.grants) if token.scope == TokenScope.FINE_GRAINED else None
    return Actor(owner.id, owner.name, owner.role, token.scope, token.id, grants=grants)


def new_token(prefix: str = names.TOKEN_PREFIX) -> str:
    """The prefix and 40 characters from the system's random source."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def digest(text: str) -> str:
    """What is kept of a token. It has 238 random bits, so a plain hash cannot be searched."""
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()


# -- private --------------------------------------------------------------------------------------


def _create(session: Session, name: str, kind: OwnerKind, role: Role = Role.MEMBER) -> Owner:
    if not names.valid_name(name):
        raise Invalid(
            f"{name[:100]!r} cannot be a name.",
            hint="Allowed: letters, digits, `.`, `_`, `-`, at most 96, no `--`, no `..`, no `-` or `.` at either end.",
            code="bad_name",
        )
    if name.lower() in names.RESERVED_OWNERS:
        raise Invalid(f"The name {name!r} is reserved.", hint="Choose another.", code="name_reserved")
    if find_owner(session, name):
        raise Conflict(f"The name {name!r} is taken.", hint="Names differ by more than case.", code="name_taken")
    owner = Owner(name=name, name_key=name.lower(), kind=kind, role=role)
    session.add(owner)
    session.flush()
    return owner
