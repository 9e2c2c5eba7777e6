"""Deleting owners. Refused as long as something is theirs: what others use does not go with a person by accident."""

from __future__ import annotations

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, func, select

from spaces import audit, likes, organizations
from spaces.access import Actor
from spaces.errors import Conflict
from spaces.models import (
    BrowserSession,
    FlavorOwner,
    FormerName,
    GpuRequest,
    Identity,
    Import,
    Invitation,
    Member,
    OAuthConsent,
    OAuthGrant,
    OAuthRefresh,
    OneTimeLink,
    Owner,
    OwnerDefaults,
    Password,
    Profile,
    PullRequest,
    Quota,
    Repository,
    Reservation,
    ShareLink,
    Space,
    SpacePass,
    Token,
    Tombstone,
)

THEIRS = (
    SpacePass,  # before the sessions and tokens that it names
    ShareLink,
    BrowserSession,
    FlavorOwner,
    FormerName,
    GpuRequest,
    Identity,
    OAuthConsent,
    OAuthGrant,
    OneTimeLink,
    Password,
    Profile,
    OwnerDefaults,
    Quota,
    Token,
)
"""What goes with its `owner_id`."""
NOBODY = 0
"""Whose the host names of deleted owners' Spaces are: a number that no owner gets."""


def delete_organization(session: Session, organization: Owner, actor: Actor) -> None:
    """The organization goes, with its members' roles and its invitations. Raises Conflict while it owns a repository."""
    _refuse_owner(session, organization)
    audit.record(session, actor, "organization.delete", ("organization", organization.name))
    _delete(session, organization)


def delete_user(session: Session, user: Owner, actor: Actor) -> None:
    """The person's account goes, and with it every token and session. Raises Conflict while they own a repository, are an
    organization's last admin, or `actor` themselves: so the platform keeps an admin."""
    if user.id == actor.owner_id:
        raise Conflict("Nobody deletes themselves.", hint="Ask another admin.", code="oneself")
    _refuse_owner(session, user)
    for member, organization in organizations.organizations_of(session, user.id):
        try:
            organizations.remove_member(session, member)
        except Conflict as last:
            raise Conflict(
                f"{user.name} is the last admin of {organization.name}.", hint=last.hint, code=last.code
            ) from None
    audit.record(session, actor, "user.delete", ("user", user.name), {"role": user.role})
    _delete(session, user)


# -- private --------------------------------------------------------------------------------------


def _refuse_owner(session: Session, owner: Owner) -> None:
    """Rows of what is being deleted count as well: the controller still needs to know whose they were."""
    for table, what in ((Space, "Spaces"), (Repository, "models or datasets"), (Reservation, "GPUs in use")):
        count = session.exec(select(func.count()).select_from(table).where(table.owner_id == owner.id)).one()
        if count:
            raise Conflict(
                f"{owner.name} still owns {count} {what}.",
                hint="Delete them or move them to somebody else first; what was just deleted takes a moment to go.",
                code="owns_repositories",
            )


def _delete(session: Session, owner: Owner) -> None:
    for table in (Space, Repository):
        session.execute(update(table).where(col(table.creator_id) == owner.id).values(creator_id=None))
    likes.forget_person(session, owner.id)
    session.execute(update(PullRequest).where(col(PullRequest.author_id) == owner.id).values(author_id=None))
    session.execute(update(Tombstone).where(col(Tombstone.owner_id) == owner.id).values(owner_id=NOBODY))
    invited = (Invitation.organization_id, Invitation.user_id, Invitation.inviter_id)
    session.execute(delete(Invitation).where(or_(*(col(column) == owner.id for column in invited))))
    session.execute(delete(Member).where(or_(col(Member.organization_id) == owner.id, col(Member.user_id) == owner.id)))
    session.execute(delete(Import).where(col(Import.actor_id) == owner.id))
    grants = select(OAuthGrant.id).where(OAuthGrant.owner_id == owner.id)
    session.execute(delete(OAuthRefresh).where(col(OAuthRefresh.grant_id).in_(grants)))
    for theirs in THEIRS:
        session.execute(delete(theirs).where(col(theirs.owner_id) == owner.id))
    session.delete(owner)
    session.flush()
