"""Who may do what. `access_repository` and `access_space` are the only doors to a row in a route.

Unknown and forbidden look alike: whoever may not see a repository gets the very answer that a name without one gets. What
somebody may do is the role they hold now (owner, member, visitor), cut by the visibility and by their token's scope.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from spaces import names
from spaces.errors import Forbidden, Moved, NotFound, Unauthorized
from spaces.lifecycle import Intent
from spaces.models import FormerName, Member, MemberRole, Owner, RepoKind, Repository, Space, Visibility
from spaces.models.grant import Grant, Power
from spaces.models.owner import OwnerKind, Reach, Role, TokenScope


@dataclass(frozen=True)
class Actor:
    """Whoever makes a request: an owner by one of their tokens, or nobody in particular."""

    owner_id: int | None = None
    name: str = "anonymous"
    role: Role = Role.MEMBER
    scope: TokenScope = TokenScope.READ
    token_id: int | None = None
    reach: Reach | None = None
    """Set: an app acts in its name, and gets no further than that."""
    grants: tuple[Grant, ...] | None = None
    """Set: a fine-grained token, which opens what everybody sees and what it was given."""

    @property
    def anonymous(self) -> bool:
        return self.owner_id is None

    @property
    def admin(self) -> bool:
        return not self.anonymous and self.role == Role.ADMIN

    @property
    def writes(self) -> bool:
        """The token lets it change things; whose things is another question."""
        return not self.anonymous and self.scope == TokenScope.WRITE


ANONYMOUS = Actor()


class Permission(IntEnum):
    """Each includes those before it."""

    VISIT = 0
    """Open the app, and see that it is there and how it is: all that a protected Space shows to others."""
    READ = 1
    """The files and the card."""
    INSPECT = 2
    """What only its people see: logs, builds, names of secrets. A read token suffices."""
    WRITE = 3
    """Push, restart, settings, secrets."""
    ADMIN = 4
    """Delete, move, change who sees it."""


def access_space(session: Session, actor: Actor, owner: str, name: str, permission: Permission) -> Space:
    """The Space `owner/name`, whatever the case of letters, where `actor` has `permission`. Raises what
    `access_repository` raises."""
    found = access_repository(session, actor, RepoKind.SPACE, owner, name, permission)
    assert isinstance(found, Space)
    return found


def access_space_at(session: Session, actor: Actor, subdomain: str, permission: Permission = Permission.VISIT) -> Space:
    """The Space that answers at `subdomain`, for visitors who need not know its name. Raises NotFound."""
    at = select(Space).where(Space.subdomain == subdomain.lower(), Space.intent != Intent.GONE)
    found = session.exec(at).one_or_none()
    power = permission_on(session, actor, found) if found else None
    if found is None or power is None or power < permission:
        raise NotFound("There is no Space at this address.")
    return found


def access_repository(
    session: Session, actor: Actor, kind: RepoKind, owner: str, name: str, permission: Permission
) -> Space | Repository:
    """The repository of that kind where `actor` has `permission`.

    Raises NotFound where there is none or the actor may not see it; Unauthorized or Forbidden where it may see it and
    not do this; Moved where it would have the permission, had it used the name of today."""
    today = find_repository(session, kind, owner, name)
    found = today or _find_moved(session, kind, owner, name)
    power = permission_on(session, actor, found) if found else None
    if found is None or power is None or (permission == Permission.READ and power < permission):
        raise not_found(owner, name)
    if power >= permission:
        if actor.grants is None:
            _check_scope(actor, permission)
        if today is None:
            raise Moved(f"{owner}/{name}", f"{session.get_one(Owner, found.owner_id).name}/{found.name}")
        return found
    if actor.anonymous:
        raise Unauthorized(
            "This needs a token.", hint="Send it as `Authorization: Bearer TOKEN`, or as git's password."
        )
    if actor.grants is not None:
        raise Forbidden(f"This token may not do this to {owner}/{name}.", hint="Use one that was given it.")
    raise Forbidden(f"{actor.name} may not do this to {owner}/{name}.", hint="Ask its owner.")


def access_contribution(
    session: Session, actor: Actor, kind: RepoKind, owner: str, name: str
) -> tuple[Space | Repository, bool]:
    """The repository where `actor` may propose changes, as every person may who reads it; and whether it may write itself.

    Raises what `access_repository` raises."""
    found = access_repository(session, actor, kind, owner, name, Permission.READ)
    power = permission_on(session, actor, found)
    if power is not None and power >= Permission.WRITE:
        return access_repository(session, actor, kind, owner, name, Permission.WRITE), True
    _check_scope(access_self(actor), Permission.WRITE)
    return found, False


def access_liking(
    session: Session, actor: Actor, kind: RepoKind, owner: str, name: str
) -> tuple[Space | Repository, int]:
    """The repository that `actor`, a person themself, may like, since they see it; and who they are.

    Raises what `access_repository` raises, and Forbidden for an app and for a token that may only read."""
    found = access_repository(session, actor, kind, owner, name, Permission.VISIT)
    _check_scope(access_self(actor), Permission.WRITE)
    assert actor.owner_id is not None
    return found, actor.owner_id


def permission_on(session: Session, actor: Actor, found: Space | Repository) -> Permission | None:
    """The most that `actor` may do by who it is and what its token was given; a token that only reads allows less still.
    None: not even know of it."""
    return powers_on(session, actor, [found])[0]


def powers_on(session: Session, actor: Actor, rows: Sequence[Space | Repository]) -> list[Permission | None]:
    """`permission_on` each of `rows`, in one question."""
    actor = _seeing(actor)
    owners = {row.owner_id for row in rows} - {actor.owner_id}
    roles: dict[int, MemberRole] = {}
    if owners and not actor.anonymous and not actor.admin:
        mine = select(Member).where(Member.user_id == actor.owner_id, col(Member.organization_id).in_(owners))
        roles = {member.organization_id: member.role for member in session.exec(mine)}
    return [_cut(actor, _power(actor, roles.get(row.owner_id), row), row) for row in rows]


def visible(actor: Actor, table: Any) -> ColumnElement[bool]:
    """The condition under which a row of `table` (Space or Repository) is listed for `actor`."""
    return _open_or_theirs(actor, table, col(table.visibility) != Visibility.PRIVATE)


def readable(actor: Actor, table: Any) -> ColumnElement[bool]:
    """The condition under which `actor` reads the files of a row of `table`, and so may find it by what they say."""
    return _open_or_theirs(actor, table, col(table.visibility) == Visibility.PUBLIC)


def access_owner(session: Session, actor: Actor, owner: str | None) -> Owner:
    """The owner under whose name `actor` may create repositories: itself where none is named.

    Raises Unauthorized, Forbidden, or NotFound where no such owner exists and the actor, an admin, may know."""
    if actor.anonymous:
        raise Unauthorized("Creating a Space needs a token.", hint="Make one: `demodock token new`.")
    if actor.grants is None:
        _check_scope(actor, Permission.WRITE)
    found = find_owner(session, owner or actor.name)
    if found is None and actor.admin:
        raise NotFound(f"There is no owner {owner!r}.", hint=f"Make one: `demodock user add {owner}`.")
    if found is None or not may_create_under(session, actor, found):
        raise Forbidden(f"{actor.name} may not create Spaces under {owner!r}.", hint=f"Use {actor.name}/NAME.")
    return found


def access_people(session: Session, actor: Actor, owner: str) -> Owner:
    """The owner, where `actor` is it or one of its people: for what only they see. Raises Unauthorized, or NotFound where
    there is none and where the actor is a stranger to it."""
    if actor.anonymous:
        raise Unauthorized("This needs a token.")
    actor = _seeing(actor)
    found = find_owner(session, owner)
    if found is None or not (
        (actor.admin or actor.owner_id == found.id or session.get(Member, (found.id, actor.owner_id)))
        and _given(actor, found, Power.READ)
    ):
        raise NotFound(f"There is no owner {owner!r} that you belong to.", hint="Check the spelling, and your token.")
    return found


def access_organization(session: Session, actor: Actor, name: str, permission: Permission) -> Owner:
    """The organization where `actor` has `permission`: everybody visits it, its members inspect it, its admins look after it.

    Raises NotFound, Unauthorized or Forbidden."""
    found = find_owner(session, name)
    if found is None or found.kind != OwnerKind.ORGANIZATION:
        raise NotFound("There is no such organization.", hint="Check the spelling.", code="no_organization")
    if permission == Permission.VISIT:
        return found
    if actor.anonymous:
        raise Unauthorized("This needs a token.")
    actor = access_self(actor) if permission > Permission.INSPECT else _seeing(actor)
    member = None if actor.anonymous else session.get(Member, (found.id, actor.owner_id))
    holds = Permission.INSPECT if member else Permission.VISIT
    if actor.admin or (member and member.role == MemberRole.ADMIN):
        holds = Permission.ADMIN
    if not _given(actor, found, Power.READ):
        holds = Permission.VISIT
    if holds < permission:
        raise Forbidden(f"{actor.name} may not do this to {found.name}.", hint="Ask one of its admins.")
    _check_scope(actor, permission)
    return found


def access_account(session: Session, actor: Actor, name: str | None = None) -> Owner:
    """The person whose tokens and browsers `actor` may look after: itself; an admin names others.

    Never an organization: a token of one would outlive every membership. Never for an app: what it holds must not become
    more, or last longer. Raises Unauthorized, Forbidden, or NotFound where
    no such person exists and the actor, an admin, may know."""
    _check_scope(access_self(actor), Permission.WRITE)
    found = find_owner(session, name or actor.name)
    found = found if found and found.kind == OwnerKind.USER else None
    if found is None and actor.admin:
        raise NotFound(f"There is no user {name!r}.", hint="List them: `demodock user ls`.")
    if found is None or not (actor.admin or found.id == actor.owner_id):
        raise Forbidden(f"{actor.name} may not do this for others.", hint="Leave the name out.")
    return found


def access_defaults(session: Session, actor: Actor, name: str) -> Owner:
    """The owner whose defaults `actor` sets: itself, or an organization that it looks after."""
    found = find_owner(session, name)
    if found is not None and found.kind == OwnerKind.ORGANIZATION:
        return access_organization(session, actor, name, Permission.ADMIN)
    return access_account(session, actor, name)


def access_self(actor: Actor) -> Actor:
    """`actor`, where it is a person themself and no app in their name; raises Unauthorized or Forbidden."""
    if actor.anonymous:
        raise Unauthorized("This needs a token.")
    if actor.reach is not None:
        raise Forbidden("An app may not do this in your name.", hint="Use a token of your own.", code="app")
    return actor


def access_admin(actor: Actor) -> Actor:
    """`actor`, where it runs the platform; raises Unauthorized or Forbidden."""
    if actor.anonymous:
        raise Unauthorized("This needs an admin's token.")
    if not actor.admin:
        raise Forbidden("Only an admin may do this.")
    _check_scope(actor, Permission.WRITE)
    return actor


def may_create_under(session: Session, actor: Actor, owner: Owner) -> bool:
    """True where `actor` may create repositories owned by `owner`."""
    writes = actor.writes if actor.grants is None else _given(actor, owner, Power.WRITE)
    if not writes or actor.reach == Reach.EDIT:
        return False
    if actor.admin or actor.owner_id == owner.id:
        return True
    member = session.get(Member, (owner.id, actor.owner_id))
    return member is not None and member.role != MemberRole.READ


def find_space(session: Session, owner: str, name: str) -> Space | None:
    """The row, with no question asked about who wants it: for the platform itself, never for a route."""
    found = find_repository(session, RepoKind.SPACE, owner, name)
    return found if isinstance(found, Space) else None


def find_repository(session: Session, kind: RepoKind, owner: str, name: str) -> Space | Repository | None:
    """As `find_space`, for every kind."""
    if not (names.valid_name(owner) and names.valid_name(name)):
        return None
    owned = Owner.name_key == owner.lower()
    if kind == RepoKind.SPACE:
        spaces = select(Space).join(Owner, col(Owner.id) == Space.owner_id)
        return session.exec(
            spaces.where(owned, Space.name_key == name.lower(), Space.intent != Intent.GONE)
        ).one_or_none()
    others = select(Repository).join(Owner, col(Owner.id) == Repository.owner_id).where(Repository.kind == kind)
    return session.exec(
        others.where(owned, Repository.name_key == name.lower(), col(Repository.gone_at).is_(None))
    ).one_or_none()


def find_by_number(session: Session, kind: RepoKind, number: int) -> Space | Repository | None:
    """As `find_space`, whatever the repository is called by now."""
    if kind == RepoKind.SPACE:
        space = session.get(Space, number)
        return space if space and space.intent != Intent.GONE else None
    found = session.get(Repository, number)
    return found if found and found.gone_at is None else None


def find_owner(session: Session, name: str) -> Owner | None:
    """The owner of that name, whatever the case of letters."""
    if not names.valid_name(name):
        return None
    return session.exec(select(Owner).where(Owner.name_key == name.lower())).one_or_none()


def not_found(owner: str, name: str) -> NotFound:
    """The one answer for a repository that is not there and for one that the actor may not see."""
    return NotFound("Repository not found.", hint=f"Check the spelling of {owner}/{name}, and your token.")


_POWERS = {Power.READ: Permission.INSPECT, Power.WRITE: Permission.WRITE, Power.ADMIN: Permission.ADMIN}
_WRITERS = (MemberRole.ADMIN, MemberRole.WRITE)
_OTHERS = {
    Visibility.PUBLIC: Permission.READ,
    Visibility.PROTECTED: Permission.VISIT,
    Visibility.PRIVATE: None,
}
"""What people see of a repository that is not theirs."""


def _open_or_theirs(actor: Actor, table: Any, open_to_all: ColumnElement[bool]) -> ColumnElement[bool]:
    """That condition, or that the row belongs to what `actor` holds."""
    actor = _seeing(actor)
    if actor.anonymous:
        return open_to_all
    organizations = select(Member.organization_id).where(Member.user_id == actor.owner_id)
    theirs = or_(col(table.owner_id) == actor.owner_id, col(table.owner_id).in_(organizations))
    if actor.admin:
        theirs = col(table.id).is_not(None)
    if actor.grants is not None:
        given = [grant.owner_id for grant in actor.grants], [grant.number for grant in actor.grants]
        theirs = and_(theirs, or_(col(table.owner_id).in_(given[0]), col(table.id).in_(given[1])))
    return or_(open_to_all, theirs)


def _power(actor: Actor, role: MemberRole | None, found: Space | Repository) -> Permission | None:
    if actor.admin or (not actor.anonymous and actor.owner_id == found.owner_id):
        return Permission.ADMIN
    if role:
        made = role == MemberRole.CONTRIBUTOR and found.creator_id == actor.owner_id
        return Permission.ADMIN if made or role in _WRITERS else Permission.READ
    return _OTHERS[found.visibility]


def _find_moved(session: Session, kind: RepoKind, owner: str, name: str) -> Space | Repository | None:
    """The repository that had that name before it was moved."""
    holder = find_owner(session, owner)
    former = session.get(FormerName, (kind, holder.id, name.lower())) if holder else None
    return find_by_number(session, kind, former.number) if former else None


def _seeing(actor: Actor) -> Actor:
    """Whose eyes `actor` has: an app that only knows who somebody is sees no more than everybody."""
    return ANONYMOUS if actor.reach == Reach.IDENTITY else actor


def _cut(actor: Actor, held: Permission | None, found: Space | Repository) -> Permission | None:
    """What is left of a permission by a token that was given power over some things only."""
    if held is None or actor.grants is None:
        return held
    given = [_POWERS[grant.power] for grant in actor.grants if grant.covers(found.owner_id, found.id)]
    ways = [min(held, max(given))] if given else []
    open_to_all = _OTHERS[found.visibility]
    return max(ways if open_to_all is None else [*ways, open_to_all], default=None)


def _given(actor: Actor, owner: Owner, power: Power) -> bool:
    """A fine-grained token was given at least that with all of the owner's; other tokens need not be given anything."""
    if actor.grants is None:
        return True
    return any(grant.owner_id == owner.id and _POWERS[grant.power] >= _POWERS[power] for grant in actor.grants)


def _check_scope(actor: Actor, permission: Permission) -> None:
    if permission >= Permission.ADMIN and actor.reach == Reach.EDIT:
        raise Forbidden("This app may not do this in your name.", hint="It was not given `manage-repos`.", code="app")
    if permission >= Permission.WRITE and not actor.writes:
        raise Forbidden(
            "This token may only read." if actor.grants is None else "A fine-grained token may not do this.",
            hint="Use one with scope `write`: `demodock token new --scope write`.",
        )
