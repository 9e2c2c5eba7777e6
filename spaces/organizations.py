"""Organizations: owners whose repositories several people look after, each by a role.

Nobody here asks who may: that is `spaces.access`. An organization always has an admin among its members.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import Session, col, func, select

from spaces import owners
from spaces.access import Actor, access_account, find_owner
from spaces.errors import Conflict, Forbidden, NotFound
from spaces.models import Invitation, Member, MemberRole, Owner, Profile
from spaces.models.owner import OwnerKind
from spaces.settings import get_settings


def create(session: Session, actor: Actor, name: str, full_name: str = "") -> Owner:
    """A new organization with `actor` as its admin. Raises Forbidden where the settings leave this to the platform's admins,
    Invalid, Conflict, and what `access_account` raises."""
    founder = access_account(session, actor)
    if not may_create(actor):
        raise Forbidden("Only admins create organizations here.", hint="Ask one of them.", code="no_organizations")
    made = owners.create_organization(session, name)
    assert made.id is not None
    owners.set_profile(session, made.id, full_name)
    session.add(Member(organization_id=made.id, user_id=founder.id, role=MemberRole.ADMIN))
    session.flush()
    return made


def may_create(actor: Actor) -> bool:
    """True where the settings let `actor` create organizations."""
    return actor.admin or (not actor.anonymous and get_settings().organizations == "everybody")


def members_of(session: Session, organization_id: int | None) -> Sequence[tuple[Member, Owner]]:
    """Its members by name."""
    statement = (
        select(Member, Owner)
        .join(Owner, col(Owner.id) == Member.user_id)
        .where(Member.organization_id == organization_id)
        .order_by(Owner.name_key)
    )
    return session.exec(statement).all()


def organizations_of(session: Session, user_id: int | None) -> Sequence[tuple[Member, Owner]]:
    """The organizations a user belongs to, by name."""
    statement = (
        select(Member, Owner)
        .join(Owner, col(Owner.id) == Member.organization_id)
        .where(Member.user_id == user_id)
        .order_by(Owner.name_key)
    )
    return session.exec(statement).all()


def find_member(session: Session, organization: Owner, name: str) -> Member:
    """The member of that name; raises NotFound."""
    user = find_owner(session, name)
    member = session.get(Member, (organization.id, user.id)) if user else None
    if member is None:
        raise NotFound(f"{name[:100]!r} is no member of {organization.name}.", hint="List them.", code="no_member")
    return member


def put_member(session: Session, organization: Owner, user: Owner, role: MemberRole) -> Member:
    """Makes `user` a member with that role, or gives the member another. Raises Conflict where no admin would be left."""
    if user.kind != OwnerKind.USER:
        raise Conflict("Only people are members.", hint="Name a user.", code="no_user")
    member = session.get(Member, (organization.id, user.id), with_for_update=True)
    if member is None:
        assert organization.id is not None and user.id is not None
        member = Member(organization_id=organization.id, user_id=user.id, role=role)
    elif role != MemberRole.ADMIN:
        _step_down(session, member)
    member.role = role
    session.add(member)
    session.flush()
    return member


def remove_member(session: Session, member: Member) -> None:
    """They lose what the organization gave them, from their next request on. Raises Conflict for the last admin."""
    _step_down(session, member)
    session.delete(member)
    session.flush()


def full_names(session: Session, ids: Sequence[int | None]) -> dict[int, str]:
    """What those of these owners call themselves who have said so."""
    rows = session.exec(select(Profile).where(col(Profile.owner_id).in_(ids), Profile.full_name != ""))
    return {row.owner_id: row.full_name for row in rows}


# -- private --------------------------------------------------------------------------------------


def _step_down(session: Session, member: Member) -> None:
    """An admin becomes something less: refused to the last one. Invitations they made go with their power to make them."""
    if member.role != MemberRole.ADMIN:
        return
    here = (Member.organization_id == member.organization_id, Member.role == MemberRole.ADMIN)
    # The organization's row is locked first, so that of two admins who leave together one stays.
    session.get(Owner, member.organization_id, with_for_update=True, populate_existing=True)
    if session.exec(select(func.count()).select_from(Member).where(*here)).one() < 2:
        raise Conflict(
            "An organization keeps at least one admin.",
            hint="Make another member admin first, or delete the organization.",
            code="last_admin",
        )
    session.execute(
        delete(Invitation).where(
            col(Invitation.organization_id) == member.organization_id, col(Invitation.inviter_id) == member.user_id
        )
    )
