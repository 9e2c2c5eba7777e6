"""The ways into a browser session: a password, a token where no password is set, a one-time link, registration.

Wrong name and wrong password look alike, take alike long, and count against account and address.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import Session, col, select

from spaces import db, limits, owners, passwords, sessions
from spaces.access import find_owner
from spaces.errors import DemodockError, Forbidden, NotFound, Unauthorized
from spaces.models import OneTimeLink, Owner, Password
from spaces.models.owner import OwnerKind
from spaces.models.types import now
from spaces.settings import get_settings


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from."""

    address: str = ""
    agent: str = ""


def sign_in(name: str, secret: str, browser: Browser) -> str:
    """A new session's cookie for whoever knows the password of `name`, or where none is set holds a write token of theirs.

    Raises Unauthorized, or TooMany."""
    with db.writing() as session:
        limits.take(session, limits.SIGN_IN_ADDRESS, browser.address)
        limits.take(session, limits.SIGN_IN_ACCOUNT, name)
    with db.reading() as session:
        owner = find_owner(session, name)
        owner = owner if owner and owner.kind == OwnerKind.USER else None
        password = session.get(Password, owner.id) if owner else None
    token_id = None
    if not passwords.matches(password, secret):
        token_id = _token_id(owner, secret) if password is None else None
        if token_id is None:
            raise Unauthorized(
                "Name or password is wrong.",
                hint="After several wrong ones you have to wait. An admin can make a new link: `demodock user link NAME`.",
                code="wrong_password",
            )
    assert owner is not None
    with db.writing() as session:
        limits.forget(session, limits.SIGN_IN_ACCOUNT, name)
        limits.give_back(session, limits.SIGN_IN_ADDRESS, browser.address)
        return sessions.open_session(session, owner, browser.agent, browser.address, token_id)


def register(name: str, password: str, browser: Browser) -> str:
    """A new user and their first session, where the settings let people make accounts themselves."""
    if not get_settings().registration:
        raise Forbidden("People do not register here by themselves.", hint="Ask an admin for a link.")
    with db.writing() as session:
        limits.take(session, limits.SIGN_UP_ADDRESS, browser.address)
    hashed = passwords.make_hash(password, name)
    with db.writing() as session:
        owner = owners.create_user(session, name)
        assert owner.id is not None
        passwords.store(session, owner.id, hashed)
        return sessions.open_session(session, owner, browser.agent, browser.address)


def change_password(owner_id: int, current: str, new: str, browser: Browser) -> str:
    """Sets a password where the present one is known or there is none; ends every session, and returns a new one's cookie."""
    with db.reading() as session:
        owner = session.get_one(Owner, owner_id)
        present = session.get(Password, owner_id)
    if present is not None:
        with db.writing() as session:
            limits.take(session, limits.SIGN_IN_ACCOUNT, owner.name)
        if not passwords.matches(present, current):
            raise Unauthorized("The present password is wrong.", code="wrong_present_password")
    return _set_password(owner, new, browser)


def make_link(session: Session, owner: Owner) -> tuple[str, dt.datetime]:
    """A URL with which the holder sets `owner`'s password, once, and until when; an earlier one no longer works."""
    text = secrets.token_urlsafe(24)
    expires = now() + dt.timedelta(seconds=get_settings().link_lifetime)
    session.merge(OneTimeLink(owner_id=owner.id, digest=owners.digest(text), created_at=now(), expires_at=expires))
    return f"{get_settings().base_url}/login/link/{text}", expires


def look_at_link(text: str) -> Owner:
    """Whose password the link sets; looking does not use it up. Raises NotFound for one that is used, over or made up."""
    with db.reading() as session:
        return _holder(session, text)


def use_link(text: str, password: str, browser: Browser) -> str:
    """Sets the password, and returns a new session's cookie. The link is used up, and earlier sessions end."""
    return _set_password(look_at_link(text), password, browser, link=text)


# -- private --------------------------------------------------------------------------------------


def _set_password(owner: Owner, password: str, browser: Browser, link: str | None = None) -> str:
    hashed = passwords.make_hash(password, owner.name)
    assert owner.id is not None
    with db.writing() as session:
        if link is not None:
            _holder(session, link)  # again, under the write lock: of two who come together one is second
        session.execute(delete(OneTimeLink).where(col(OneTimeLink.owner_id) == owner.id))
        passwords.store(session, owner.id, hashed)
        sessions.end_all(session, owner.id)
        limits.forget(session, limits.SIGN_IN_ACCOUNT, owner.name)
        return sessions.open_session(session, owner, browser.agent, browser.address)


def _holder(session: Session, text: str) -> Owner:
    found = session.exec(
        select(OneTimeLink, Owner)
        .join(Owner, col(Owner.id) == OneTimeLink.owner_id)
        .where(OneTimeLink.digest == owners.digest(text), col(OneTimeLink.expires_at) > now())
        .with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFound("This link does not work any more.", hint="Ask whoever sent it for a new one.", code="link_over")
    return found[1]


def _token_id(owner: Owner | None, text: str) -> int | None:
    """The token `text`, where it is `owner`'s and may write: one that may only read would grow by signing in."""
    try:
        actor = owners.authenticate(text.strip())
    except DemodockError:
        return None
    return actor.token_id if owner and actor.owner_id == owner.id and actor.writes and actor.reach is None else None
