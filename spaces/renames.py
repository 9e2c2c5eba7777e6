"""A repository gets another name or another owner. Its number stays, and with that its files, data, logs and settings.

Its old name leads to it until somebody takes that. A Space answers at a new host; nobody else gets the old one for a while.
"""

from __future__ import annotations

from sqlmodel import Session

from spaces import actions, former_names, hardware
from spaces.access import Actor, access_owner, find_repository
from spaces.errors import Conflict
from spaces.models import RepoKind, Repository, Space
from spaces.models.types import now
from spaces.moves import full_name
from spaces.repositories import check_name


def move_repository(
    session: Session, actor: Actor, kind: RepoKind, found: Space | Repository, owner: str, name: str
) -> None:
    """`found` is `owner/name` from now on. Raises Invalid, Conflict where that is another's, and what `access_owner` raises.
    A Space that runs goes on; its next instance, which knows the new name, is started at once."""
    holder = access_owner(session, actor, owner)
    check_name(kind, name)
    taken = find_repository(session, kind, holder.name, name)
    if taken is not None and taken.id != found.id:
        called = full_name(session, taken)
        raise Conflict(f"A {kind.value} repository called {called} already exists.", hint="Choose another name.")
    if taken is None:
        former_names.forget(session, kind, holder.id, name)
        former_names.keep(session, kind, found)
    if isinstance(found, Space):
        hardware.check_owner(session, found, holder, actor)
        actions.move_host(session, found, holder, name)
    assert holder.id is not None
    found.owner_id, found.name, found.name_key = holder.id, name, name.lower()
    found.changed_at = now()
    session.add(found)
    session.flush()
