"""What a client learns of a person, scope by scope, under the Hub's names."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from spaces.models import Member, Owner, Profile
from spaces.settings import get_settings

CLAIMS = "sub name preferred_username profile picture website isPro canPay email email_verified orgs".split()


def of(session: Session, owner: Owner, scopes: Collection[str]) -> dict[str, Any]:
    """The claims about `owner` that `scopes` open."""
    assert owner.id is not None
    claims: dict[str, Any] = {"sub": subject(owner)}
    said = session.get(Profile, owner.id) or Profile(owner_id=owner.id)
    if "profile" in scopes:
        claims |= _described(owner, said.full_name) | {"website": "", "isPro": False, "canPay": False}
    if "email" in scopes and said.email:
        claims |= {"email": said.email, "email_verified": said.email_verified}
    if "read-memberships" in scopes:
        claims["orgs"] = _organizations(session, owner.id)
    return claims


def subject(owner: Owner) -> str:
    """A person's number, as `whoami` tells it too: a name may change hands, this never does."""
    return f"{owner.id:024x}"


# -- private --------------------------------------------------------------------------------------


def _described(owner: Owner, full_name: str) -> dict[str, Any]:
    base = get_settings().base_url
    return {
        "name": full_name or owner.name,
        "preferred_username": owner.name,
        "profile": f"{base}/{owner.name}",
        "picture": f"{base}/avatars/{owner.name}",
    }


def _organizations(session: Session, owner_id: int) -> list[dict[str, Any]]:
    mine = (
        select(Owner, Member, Profile)
        .join(Member, col(Member.organization_id) == Owner.id)
        .join(Profile, col(Profile.owner_id) == Owner.id, isouter=True)
        .where(Member.user_id == owner_id)
        .order_by(Owner.name_key)
    )
    return [
        {
            "sub": subject(found),
            **_described(found, said.full_name if said else ""),
            "isEnterprise": False,
            "roleInOrg": member.role.value,
        }
        for found, member, said in session.exec(mine)
    ]
