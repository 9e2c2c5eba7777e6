"""Users and organizations as the Hub's clients read them, and what we say beside it."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, func, select

from spaces import organizations
from spaces.access import Actor, visible
from spaces.hub.wire import when
from spaces.invitations import Invited
from spaces.lifecycle import Intent
from spaces.models import Member, Owner, Profile, RepoKind, Repository, Space


def user_overview(session: Session, actor: Actor, user: Owner) -> dict[str, Any]:
    """What `actor` may know of a user."""
    return {
        "_id": f"{user.id:024x}",
        "user": user.name,
        "fullname": full_name(session, user),
        "avatarUrl": "",
        "type": "user",
        "isPro": False,
        "createdAt": when(user.created_at),
        "orgs": [
            {"name": found.name, "fullname": full_name(session, found), "avatarUrl": ""}
            for _, found in organizations.organizations_of(session, user.id)
        ],
        **_counts(session, actor, user),
    }


def organization_overview(session: Session, actor: Actor, organization: Owner) -> dict[str, Any]:
    """What `actor` may know of an organization."""
    users = select(func.count()).select_from(Member).where(Member.organization_id == organization.id)
    return {
        "_id": f"{organization.id:024x}",
        "name": organization.name,
        "fullname": full_name(session, organization),
        "avatarUrl": "",
        "type": "org",
        "isVerified": False,
        "createdAt": when(organization.created_at),
        "numUsers": session.exec(users).one(),
        **_counts(session, actor, organization),
    }


def liker(session: Session, user: Owner) -> dict[str, Any]:
    """Somebody in a list of those who like something."""
    return {
        "_id": f"{user.id:024x}",
        "user": user.name,
        "fullname": full_name(session, user),
        "avatarUrl": "",
        "type": "user",
        "isPro": False,
    }


def membership(session: Session, member: Member, organization: Owner) -> dict[str, Any]:
    """An organization in `whoami`."""
    return {
        "type": "org",
        "id": f"{organization.id:024x}",
        "name": organization.name,
        "fullname": full_name(session, organization),
        "email": None,
        "canPay": False,
        "periodEnd": None,
        "avatarUrl": "",
        "roleInOrg": member.role.value,
        "isEnterprise": False,
    }


def member(session: Session, row: Member, user: Owner) -> dict[str, Any]:
    """A member in an organization's list."""
    return {
        "_id": f"{user.id:024x}",
        "user": user.name,
        "fullname": full_name(session, user),
        "avatarUrl": "",
        "type": "user",
        "isPro": False,
        "role": row.role.value,
        "since": when(row.since),
    }


def invitation(row: Invited) -> dict[str, Any]:
    """An invitation without what opens it."""
    return {
        "id": row.id,
        "organization": row.organization,
        "role": row.role.value,
        "inviter": row.inviter,
        "recipient": row.recipient,
        "expiresAt": when(row.expires_at),
    }


def full_name(session: Session, owner: Owner) -> str:
    """What the owner calls itself, else its name."""
    profile = session.get(Profile, owner.id)
    return (profile.full_name if profile else "") or owner.name


# -- private --------------------------------------------------------------------------------------


def _counts(session: Session, actor: Actor, owner: Owner) -> dict[str, int]:
    """How many repositories of each kind `actor` may see."""
    spaces = select(func.count()).select_from(Space).where(Space.owner_id == owner.id, Space.intent != Intent.GONE)
    others = (
        select(Repository.kind, func.count())
        .where(Repository.owner_id == owner.id, col(Repository.gone_at).is_(None), visible(actor, Repository))
        .group_by(col(Repository.kind))
    )
    count = dict(session.exec(others).all())
    return {
        "numSpaces": session.exec(spaces.where(visible(actor, Space))).one(),
        "numModels": count.get(RepoKind.MODEL, 0),
        "numDatasets": count.get(RepoKind.DATASET, 0),
    }
