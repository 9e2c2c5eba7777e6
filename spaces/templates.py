"""Templates: Spaces whose owners offer them as the beginning of others."""

from __future__ import annotations

from sqlmodel import Session, col, select

from spaces.access import Actor, visible
from spaces.errors import NotFound
from spaces.lifecycle import Intent
from spaces.models import Owner, Space
from spaces.models.types import now


def listed(session: Session, actor: Actor) -> list[tuple[Space, str]]:
    """Every template that `actor` may see, with its owner's name; what was never built is none."""
    statement = select(Space, Owner.name).join(Owner, col(Owner.id) == Space.owner_id)
    offered = (col(Space.template).is_(True), Space.intent != Intent.GONE, col(Space.sdk).is_not(None))
    return list(session.exec(statement.where(*offered, visible(actor, Space)).order_by(Space.name_key, col(Space.id))))


def find(session: Session, actor: Actor, named: str) -> Space:
    """The template of that name, `owner/name` or `name` alone. Raises NotFound, and says what there is."""
    offered = listed(session, actor)
    for space, owner in offered:
        if named.lower() in (space.name_key, f"{owner}/{space.name}".lower()):
            return space
    known = ", ".join(f"{owner}/{space.name}" for space, owner in offered[:20])
    raise NotFound(
        f"There is no template {named[:100]!r}.", hint=f"There are: {known}." if known else "There are none."
    )


def offer(session: Session, space: Space, offered: bool) -> None:
    """Makes it a template, or not any more."""
    space.template, space.changed_at = offered, now()
    session.add(space)
