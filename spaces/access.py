"""Who may do what. `access_space` is the only door to a Space's row in a route.

Unknown and forbidden look alike: whoever may not see a Space gets the very answer that a name without a Space gets. Every
Space is public for now; `_may_read` is the one place that will ask for its visibility.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from sqlmodel import Session, select

from spaces import names
from spaces.errors import Forbidden, NotFound, Unauthorized
from spaces.lifecycle import Intent
from spaces.models import Owner, Space
from spaces.models.owner import Role, TokenScope


@dataclass(frozen=True)
class Actor:
    """Whoever makes a request: an owner by one of their tokens, or nobody in particular."""

    owner_id: int | None = None
    name: str = "anonymous"
    role: Role = Role.MEMBER
    scope: TokenScope = TokenScope.READ
    token_id: int | None = None

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

    READ = 1
    """What visitors see: the card, the files, the stage."""
    INSPECT = 2
    """What only its people see: logs, builds, names of secrets. A read token suffices."""
    WRITE = 3
    """Push, restart, settings, secrets."""
    ADMIN = 4
    """Delete."""


def access_space(session: Session, actor: Actor, owner: str, name: str, permission: Permission) -> Space:
    """The Space `owner/name`, whatever the case of letters, where `actor` has `permission`.

    Raises NotFound where there is none or the actor may not see it; Unauthorized or Forbidden where it may see it and
    not do this."""
    space = find_space(session, owner, name)
    if space is None or not _may_read(actor, space):
        raise not_found(owner, name)
    if permission == Permission.READ:
        return space
    if actor.anonymous:
        raise Unauthorized(
            "This needs a token.", hint="Send it as `Authorization: Bearer TOKEN`, or as git's password."
        )
    if not (actor.admin or actor.owner_id == space.owner_id):
        raise Forbidden(f"{actor.name} may not do this to {owner}/{name}.", hint="Ask its owner.")
    _check_scope(actor, permission)
    return space


def access_owner(session: Session, actor: Actor, owner: str | None) -> Owner:
    """The owner under whose name `actor` may create Spaces: itself where none is named.

    Raises Unauthorized, Forbidden, or NotFound where no such owner exists and the actor, an admin, may know."""
    if actor.anonymous:
        raise Unauthorized("Creating a Space needs a token.", hint="Make one: `demodock token new`.")
    _check_scope(actor, Permission.WRITE)
    found = find_owner(session, owner or actor.name)
    if found is None and actor.admin:
        raise NotFound(f"There is no owner {owner!r}.", hint=f"Make one: `demodock user add {owner}`.")
    if found is None or not may_create_under(actor, found):
        raise Forbidden(f"{actor.name} may not create Spaces under {owner!r}.", hint=f"Use {actor.name}/NAME.")
    return found


def access_admin(actor: Actor) -> Actor:
    """`actor`, where it runs the platform; raises Unauthorized or Forbidden."""
    if actor.anonymous:
        raise Unauthorized("This needs an admin's token.")
    if not actor.admin:
        raise Forbidden("Only an admin may do this.")
    _check_scope(actor, Permission.WRITE)
    return actor


def may_create_under(actor: Actor, owner: Owner) -> bool:
    """True where `actor` may create Spaces owned by `owner`."""
    return actor.writes and (actor.admin or actor.owner_id == owner.id)


def find_space(session: Session, owner: str, name: str) -> Space | None:
    """The row, with no question asked about who wants it: for the platform itself, never for a route."""
    if not (names.valid_name(owner) and names.valid_name(name)):
        return None
    statement = (
        select(Space)
        .join(Owner, Owner.id == Space.owner_id)  # type: ignore[arg-type]
        .where(Owner.name_key == owner.lower(), Space.name_key == name.lower(), Space.intent != Intent.GONE)
    )
    return session.exec(statement).one_or_none()


def find_owner(session: Session, name: str) -> Owner | None:
    """The owner of that name, whatever the case of letters."""
    if not names.valid_name(name):
        return None
    return session.exec(select(Owner).where(Owner.name_key == name.lower())).one_or_none()


def not_found(owner: str, name: str) -> NotFound:
    """The one answer for a Space that is not there and for one that the actor may not see."""
    return NotFound("Repository not found.", hint=f"Check the spelling of {owner}/{name}, and your token.")


def _may_read(actor: Actor, space: Space) -> bool:
    return True


def _check_scope(actor: Actor, permission: Permission) -> None:
    if permission >= Permission.WRITE and not actor.writes:
        raise Forbidden(
            "This token may only read.", hint="Use one with scope `write`: `demodock token new --scope write`."
        )
