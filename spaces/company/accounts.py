"""Whose account here somebody at the company's provider has. The provider's subject decides, and nothing else: names and
addresses change hands, and one that somebody chose freely must not open another's account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from spaces import names, organizations, owners
from spaces.access import find_owner
from spaces.errors import Conflict, DemodockError, Forbidden
from spaces.models import Identity, Member, MemberRole, Owner, Profile
from spaces.models.owner import OwnerKind
from spaces.settings import Settings, get_settings

Claims = Mapping[str, Any]
TRIES = 50


def account_of(session: Session, claims: Claims) -> Owner:
    """The account of whoever the claims are about, made where the settings say so. Raises Forbidden."""
    settings = get_settings()
    check_admitted(claims, settings)
    known = session.get(Identity, (settings.oidc_issuer, claims["sub"]))
    if known:
        owner = session.get_one(Owner, known.owner_id)
    elif settings.oidc_create:
        owner = owners.create_user(session, _free_name(session, claims))
        assert owner.id is not None
        session.add(Identity(issuer=settings.oidc_issuer, subject=claims["sub"], owner_id=owner.id))
    else:
        raise Forbidden(
            "No account here belongs to your company's account.",
            hint="Sign in another way and connect it on your account page, or ask an admin for an account.",
            code="company_unknown",
        )
    _take_over(session, owner, claims, settings)
    return owner


def connect(session: Session, owner: Owner, claims: Claims) -> None:
    """From now on this company's account opens `owner`'s. Raises Conflict where it opens another's already."""
    settings = get_settings()
    check_admitted(claims, settings)
    known = session.get(Identity, (settings.oidc_issuer, claims["sub"]))
    if known is not None and known.owner_id != owner.id:
        raise Conflict("This company's account belongs to somebody else here.", code="company_taken")
    assert owner.id is not None
    session.merge(Identity(issuer=settings.oidc_issuer, subject=claims["sub"], owner_id=owner.id))
    _take_over(session, owner, claims, settings)


def check_admitted(claims: Claims, settings: Settings) -> None:
    """Raises Forbidden for people that the settings leave out, however they are known here."""
    domains, groups = _list(settings.oidc_domains.lower()), _list(settings.oidc_groups)
    email = verified_email(claims)
    if domains and (email is None or email.rpartition("@")[2] not in domains):
        raise _left_out("your e-mail address is not of an allowed domain, or not verified")
    if groups and not groups & groups_of(claims, settings):
        raise _left_out("you are in none of the allowed groups")


def verified_email(claims: Claims) -> str | None:
    """The address that the provider vouches for, in lower case; one that it does not vouch for is none."""
    email = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(email, str) or not owners.valid_email(email):
        return None
    return email.lower()


def groups_of(claims: Claims, settings: Settings) -> set[str]:
    """The groups that the provider puts the person into."""
    found = claims.get(settings.oidc_groups_claim)
    return {group for group in found if isinstance(group, str)} if isinstance(found, list) else set()


def memberships(claims: Claims, settings: Settings) -> list[tuple[str, MemberRole]]:
    """Organizations and roles that the person's groups stand for. Raises ValueError for a setting that cannot be read."""
    groups = groups_of(claims, settings)
    found = []
    for entry in sorted(_list(settings.oidc_organizations)):
        group, _, rest = entry.rpartition("=")
        organization, _, role = rest.partition(":")
        if group in groups:
            found.append((organization, MemberRole(role or MemberRole.READ)))
    return found


# -- private --------------------------------------------------------------------------------------


def _take_over(session: Session, owner: Owner, claims: Claims, settings: Settings) -> None:
    """What the provider knows better: the address, and a full name where there is none. Groups add memberships; nothing
    takes one away but people, who may have given another role on purpose."""
    profile = session.get(Profile, owner.id) or Profile(owner_id=owner.id or 0)
    if email := verified_email(claims):
        profile.email, profile.email_verified = email, True
    name = claims.get("name")
    if not profile.full_name and isinstance(name, str) and name.isprintable():
        profile.full_name = name[:100]
    session.add(profile)
    for called, role in memberships(claims, settings):
        organization = find_owner(session, called)
        if organization is None or organization.kind != OwnerKind.ORGANIZATION:
            continue
        if session.get(Member, (organization.id, owner.id)) is None:
            organizations.put_member(session, organization, owner, role)


def _free_name(session: Session, claims: Claims) -> str:
    """A name for a new account: what the provider calls the person, with a number where somebody has that name."""
    wanted = claims.get("preferred_username") or (verified_email(claims) or "").partition("@")[0]
    kept = re.sub(r"[^A-Za-z0-9._]+", "-", str(wanted).partition("@")[0])[:80]
    name = re.sub(r"\.{2,}", ".", re.sub(r"-{2,}", "-", kept)).strip("-._") or "user"
    for number in range(1, TRIES):
        tried = name if number == 1 else f"{name}-{number}"
        free = names.valid_name(tried) and tried.lower() not in names.RESERVED_OWNERS
        if free and find_owner(session, tried) is None:
            return tried
    raise Conflict("No name is free that looks like yours.", hint="Ask an admin for an account.")


def _list(text: str) -> set[str]:
    return {part.strip() for part in text.split(",") if part.strip()}


def _left_out(why: str) -> DemodockError:
    return Forbidden(f"You may not sign in here: {why}.", hint="Ask an admin.", code="company_left_out")
