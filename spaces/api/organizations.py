"""Organizations: who is there, as what, who is invited, and what their new repositories get. Overviews stand on the Hub's paths."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from spaces import audit, db, defaults, farewells, invitations, organizations, owners
from spaces.access import (
    Permission,
    access_account,
    access_admin,
    access_defaults,
    access_organization,
    access_self,
    find_owner,
)
from spaces.api.deps import Caller, Segment
from spaces.defaults import Defaults
from spaces.errors import NotFound
from spaces.hub import people
from spaces.models import MemberRole, Owner, Visibility
from spaces.models.owner import OwnerKind

router = APIRouter(tags=["organizations"])


class NewOrganization(BaseModel):
    name: str
    fullname: str = ""


class Naming(BaseModel):
    fullname: str


class Membership(BaseModel):
    role: MemberRole


class NewInvitation(Membership):
    recipient: str = Field(max_length=300, description="A user's name, or an e-mail address.")


class NewDefaults(BaseModel):
    """What is left out, or null, is the platform's."""

    visibility: Visibility | None = None
    hardware: str | None = None
    sleepTimeSeconds: int | None = None


@router.get("/api/users/{user}/overview")
def user_overview(user: Segment, actor: Caller) -> dict[str, Any]:
    with db.reading() as session:
        found = find_owner(session, user)
        if found is None or found.kind != OwnerKind.USER:
            raise NotFound("There is no such user.", hint="Check the spelling.", code="no_user")
        return people.user_overview(session, actor, found)


@router.get("/api/organizations/{organization}/overview")
def overview(organization: Segment, actor: Caller) -> dict[str, Any]:
    with db.reading() as session:
        found = access_organization(session, actor, organization, Permission.VISIT)
        return people.organization_overview(session, actor, found)


@router.post("/api/organizations", status_code=201)
def create(body: NewOrganization, actor: Caller) -> dict[str, Any]:
    """A new organization, with the caller as its admin."""
    with db.writing() as session:
        made = organizations.create(session, actor, body.name, body.fullname)
        return people.organization_overview(session, actor, made)


@router.patch("/api/organizations/{organization}")
def rename(organization: Segment, body: Naming, actor: Caller) -> dict[str, Any]:
    """What it calls itself; its name stays, since addresses are made of it."""
    with db.writing() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        assert found.id is not None
        owners.set_profile(session, found.id, body.fullname)
        return people.organization_overview(session, actor, found)


@router.delete("/api/organizations/{organization}")
def delete(organization: Segment, actor: Caller) -> dict[str, bool]:
    """Refused while it owns anything."""
    with db.writing() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        farewells.delete_organization(session, found, actor)
    return {"success": True}


# -- members ---------------------------------------------------------------------------------------


@router.get("/api/organizations/{organization}/members")
def list_members(organization: Segment, actor: Caller) -> list[dict[str, Any]]:
    with db.reading() as session:
        found = access_organization(session, actor, organization, Permission.INSPECT)
        return [people.member(session, row, user) for row, user in organizations.members_of(session, found.id)]


@router.put("/api/organizations/{organization}/members/{user}")
def put_member(organization: Segment, user: Segment, body: Membership, actor: Caller) -> dict[str, Any]:
    """Another role for a member. People join by an invitation; only an admin of the platform adds them without."""
    with db.writing() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        if actor.admin:
            person = access_account(session, actor, user)
        else:
            person = session.get_one(Owner, organizations.find_member(session, found, user).user_id)
        row = organizations.put_member(session, found, person, body.role)
        audit.record(session, actor, "member.put", ("organization", found.name), None, {person.name: body.role})
        return people.member(session, row, person)


@router.delete("/api/organizations/{organization}/members/{user}")
def remove_member(organization: Segment, user: Segment, actor: Caller) -> dict[str, bool]:
    """Members may leave by themselves."""
    leaving = user.lower() == actor.name.lower()
    with db.writing() as session:
        permission = Permission.INSPECT if leaving else Permission.ADMIN
        found = access_organization(session, actor, organization, permission)
        if leaving:
            access_account(session, actor)
        organizations.remove_member(session, organizations.find_member(session, found, user))
        audit.record(session, actor, "member.remove", ("organization", found.name), {"member": user})
    return {"success": True}


# -- invitations -----------------------------------------------------------------------------------


@router.get("/api/organizations/{organization}/invitations")
def list_invitations(organization: Segment, actor: Caller) -> list[dict[str, Any]]:
    with db.reading() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        return [people.invitation(row) for row in invitations.pending(session, found)]


@router.post("/api/organizations/{organization}/invitations", status_code=201)
def invite(organization: Segment, body: NewInvitation, actor: Caller) -> dict[str, Any]:
    """The link is in this answer and never again."""
    with db.writing() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        made, link = invitations.invite(session, actor, found, body.recipient, body.role)
    return people.invitation(made) | {"link": link}


@router.delete("/api/organizations/{organization}/invitations/{invitation_id}")
def take_back(organization: Segment, invitation_id: int, actor: Caller) -> dict[str, bool]:
    with db.writing() as session:
        found = access_organization(session, actor, organization, Permission.ADMIN)
        invitations.take_back(session, found, invitation_id)
    return {"success": True}


@router.get("/api/invitations")
def received(actor: Caller) -> list[dict[str, Any]]:
    """Those that the caller may accept."""
    with db.reading() as session:
        return [people.invitation(row) for row in invitations.received(session, access_self(actor))]


@router.post("/api/invitations/{invitation_id}/accept")
def accept(invitation_id: int, actor: Caller) -> dict[str, Any]:
    with db.writing() as session:
        me = access_account(session, actor)
        row = invitations.accept(session, actor, invitation_id)
        return people.member(session, row, me)


@router.delete("/api/invitations/{invitation_id}")
def decline(invitation_id: int, actor: Caller) -> dict[str, bool]:
    with db.writing() as session:
        access_account(session, actor)
        invitations.decline(session, actor, invitation_id)
    return {"success": True}


# -- defaults --------------------------------------------------------------------------------------


@router.get("/api/owners/{owner}/defaults")
def get_defaults(owner: Segment, actor: Caller) -> dict[str, Any]:
    """What new repositories of a user or an organization get where their creator says nothing."""
    with db.reading() as session:
        return _defaults(defaults.of(session, access_defaults(session, actor, owner)))


@router.put("/api/owners/{owner}/defaults")
def put_defaults(owner: Segment, body: NewDefaults, actor: Caller) -> dict[str, Any]:
    wanted = Defaults(body.visibility, body.hardware, body.sleepTimeSeconds)
    with db.writing() as session:
        defaults.put(session, access_defaults(session, actor, owner), wanted)
    return _defaults(wanted)


@router.delete("/api/admin/users/{name}")
def delete_user(name: Segment, actor: Caller) -> dict[str, bool]:
    """Refused while they own anything, and to the one who asks."""
    access_admin(actor)
    with db.writing() as session:
        farewells.delete_user(session, access_account(session, actor, name), actor)
    return {"success": True}


# -- private --------------------------------------------------------------------------------------


def _defaults(found: Defaults) -> dict[str, Any]:
    return {
        "visibility": found.visibility.value if found.visibility else None,
        "hardware": found.hardware,
        "sleepTimeSeconds": found.sleep_after,
    }
