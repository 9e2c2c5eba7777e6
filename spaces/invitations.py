"""Invitations to organizations. Each is bound to its recipient, works once and for a while, and can be taken back.

Whoever is invited by name accepts with the account of that name, and nobody else can; the link only leads there. Whoever is
invited by e-mail accepts with an account of which the company's provider says that the address is theirs, or makes a new
account by the link, which the inviter sent to that address. An address that somebody merely typed proves nothing.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_
from sqlmodel import Session, col, select

from spaces import audit, db, organizations, owners, passwords, sessions
from spaces.access import Actor, find_owner
from spaces.errors import Conflict, Invalid, NotFound
from spaces.models import Invitation, Member, MemberRole, Owner, Profile
from spaces.models.owner import OwnerKind
from spaces.models.types import now
from spaces.settings import get_settings
from spaces.signin import Browser


@dataclass(frozen=True)
class Invited:
    """An invitation as its recipient sees it."""

    id: int
    organization: str
    role: MemberRole
    inviter: str
    recipient: str
    """A user's name, or an e-mail address."""
    by_email: bool
    expires_at: dt.datetime


def invite(
    session: Session, actor: Actor, organization: Owner, recipient: str, role: MemberRole
) -> tuple[Invited, str]:
    """Invites a user by name, or whoever has an e-mail address; returns the link as well, which is shown once. An earlier
    invitation of the same recipient no longer works. Raises Invalid, NotFound, Conflict."""
    recipient = recipient.strip()
    user, email = None, None
    if "@" in recipient:
        email = recipient.lower()
        if not owners.valid_email(email):
            raise Invalid("This is no e-mail address.", hint="Write it as `name@example.org`.", code="email")
    else:
        user = find_owner(session, recipient)
        if user is None or user.kind != OwnerKind.USER:
            raise NotFound(f"There is no user {recipient[:100]!r}.", hint="Or give an e-mail address.", code="no_user")
        if session.get(Member, (organization.id, user.id)):
            raise Conflict(f"{user.name} is a member already.", hint="Change the role instead.", code="member_already")
    same = Invitation.user_id == user.id if user else Invitation.email == email
    session.execute(delete(Invitation).where(col(Invitation.organization_id) == organization.id, same))  # type: ignore[arg-type]
    text = secrets.token_urlsafe(24)
    assert organization.id is not None and actor.owner_id is not None
    row = Invitation(
        organization_id=organization.id,
        role=role,
        user_id=user.id if user else None,
        email=email,
        digest=owners.digest(text),
        inviter_id=actor.owner_id,
        expires_at=now() + dt.timedelta(seconds=get_settings().invitation_lifetime),
    )
    session.add(row)
    session.flush()
    to = {"recipient": user.name if user else email, "role": role}
    audit.record(session, actor, "invitation.create", ("organization", organization.name), None, to)
    return _shown(session, row), f"{get_settings().base_url}/join/{text}"


def pending(session: Session, organization: Owner) -> list[Invited]:
    """Those of an organization, for its admins; what opens them is in none."""
    rows = session.exec(_living().where(Invitation.organization_id == organization.id).order_by(col(Invitation.id)))
    return [_shown(session, row) for row in rows]


def take_back(session: Session, organization: Owner, invitation_id: int) -> None:
    """Nobody can use it any more. Raises NotFound."""
    row = session.get(Invitation, invitation_id)
    if row is None or row.organization_id != organization.id:
        raise _nothing()
    session.delete(row)


def received(session: Session, actor: Actor) -> list[Invited]:
    """Those that `actor` may accept."""
    rows = session.exec(_living().where(_for(session, actor)).order_by(col(Invitation.id)))
    return [_shown(session, row) for row in rows]


def accept(session: Session, actor: Actor, invitation_id: int) -> Member:
    """Makes its recipient a member; raises NotFound where `actor` is not that, whoever else it is for."""
    row = _own(session, actor, invitation_id)
    organization, user = session.get_one(Owner, row.organization_id), session.get_one(Owner, actor.owner_id)
    return _join(session, row, organization, user)


def decline(session: Session, actor: Actor, invitation_id: int) -> None:
    """The recipient does not want it."""
    session.delete(_own(session, actor, invitation_id))


def look_at(session: Session, text: str) -> Invited:
    """What the link is about; looking uses nothing up. Raises NotFound for one that is used, over, taken back or made up."""
    return _shown(session, _by_link(session, text))


def join_as_new(text: str, name: str, password: str, browser: Browser) -> str:
    """A new account for whoever was invited by e-mail, and its first session's cookie. The invitation is used up.

    Raises NotFound for an invitation of a user who has an account, and what `owners.create_user` raises."""
    with db.reading() as session:
        _by_email(session, text)
    hashed = passwords.make_hash(password, name)
    with db.writing() as session:
        row = _by_email(session, text)
        user = owners.create_user(session, name)
        assert user.id is not None
        passwords.store(session, user.id, hashed)
        owners.set_profile(session, user.id, "", row.email or "")
        _join(session, row, session.get_one(Owner, row.organization_id), user)
        return sessions.open_session(session, user, browser.agent, browser.address)


# -- private --------------------------------------------------------------------------------------


def _living():  # type: ignore[no-untyped-def]
    return select(Invitation).where(col(Invitation.expires_at) > now())


def _for(session: Session, actor: Actor) -> ColumnElement[bool]:
    """The condition under which an invitation is `actor`'s."""
    mine = col(Invitation.user_id) == (actor.owner_id or 0)
    profile = session.get(Profile, actor.owner_id) if actor.owner_id else None
    if profile is None or not profile.email or not profile.email_verified:
        return mine
    return or_(mine, col(Invitation.email) == profile.email.lower())


def _own(session: Session, actor: Actor, invitation_id: int) -> Invitation:
    row = session.exec(
        _living().where(Invitation.id == invitation_id, _for(session, actor)).with_for_update()
    ).one_or_none()
    if row is None:
        raise _nothing()
    return row


def _by_link(session: Session, text: str) -> Invitation:
    row = session.exec(_living().where(Invitation.digest == owners.digest(text)).with_for_update()).one_or_none()
    if row is None:
        raise _nothing()
    return row


def _by_email(session: Session, text: str) -> Invitation:
    row = _by_link(session, text)
    if row.email is None:
        raise _nothing()
    return row


def _join(session: Session, row: Invitation, organization: Owner, user: Owner) -> Member:
    session.delete(row)
    return organizations.put_member(session, organization, user, row.role)


def _shown(session: Session, row: Invitation) -> Invited:
    assert row.id is not None
    return Invited(
        row.id,
        session.get_one(Owner, row.organization_id).name,
        row.role,
        session.get_one(Owner, row.inviter_id).name,
        row.email or session.get_one(Owner, row.user_id).name,
        row.email is not None,
        row.expires_at,
    )


def _nothing() -> NotFound:
    return NotFound(
        "There is no such invitation for you.",
        hint="It may be used, over, taken back, or somebody else's: ask for a new one.",
        code="no_invitation",
    )
