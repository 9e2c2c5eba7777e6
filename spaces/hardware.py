"""Hardware flavors: which there are, and what a Space's idle times come to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from spaces.access import ANONYMOUS, Actor
from spaces.errors import Conflict, Invalid, NotOffered
from spaces.gpus import flavors, inventory
from spaces.models import Audience, Flavor, FlavorOwner, Member, Owner, Space
from spaces.settings import get_settings

NEVER = -1
ZERO_GPU = "zero-a10g"
"""The Hub's name for GPUs that many Spaces share by the call."""
LONGEST_SLEEP_TIME = 365 * 24 * 3600


def list_flavors(session: Session) -> list[Flavor]:
    """All flavors, smallest first."""
    return list(session.exec(select(Flavor).order_by(Flavor.position, Flavor.name)).all())  # type: ignore[arg-type]


def offered(session: Session, actor: Actor = ANONYMOUS, owner_id: int | None = None) -> list[Flavor]:
    """The flavors that this installation has the devices for, smallest first: those that `actor` may give to Spaces of the
    owner, or without one, to a Space of theirs or of an organization of theirs."""
    owners = [owner_id] if owner_id else _belongings(session, actor)
    choice = [flavor for flavor in list_flavors(session) if _open_to(session, flavor, actor, owners)]
    return flavors.offered(choice, inventory.fleet(session))


def find_flavor(session: Session, name: str, owner_id: int | None, actor: Actor = ANONYMOUS) -> Flavor:
    """The flavor `name`, where `actor` may give it to Spaces of the owner; raises Invalid with those they may. What is not for
    them looks like what is not there."""
    flavor, choice = session.get(Flavor, name[:100]), offered(session, actor, owner_id)
    if flavor in choice:
        return flavor
    hint = f"Allowed: {', '.join(each.name for each in choice)}."
    if name == ZERO_GPU:
        raise NotOffered(
            "ZeroGPU is not offered here: a Space has its GPU to itself while it is awake.",
            hint=hint,
            code="no_zero_gpu",
        )
    if flavor is None or not _open_to(session, flavor, actor, [owner_id]):
        raise Invalid("No such hardware.", hint=hint, code="unknown_hardware")
    raise Invalid(f"No GPU of this installation fits {flavor.name}.", hint=hint, code="no_such_gpu")


def check_owner(session: Session, space: Space, owner: Owner, actor: Actor) -> None:
    """Raises Conflict where the Space's hardware is not for Spaces of `owner`, to whom it is about to move."""
    flavor = session.get(Flavor, space.hardware)
    if owner.id != space.owner_id and flavor and not _open_to(session, flavor, actor, [owner.id]):
        raise Conflict(
            f"{flavor.pretty_name} is not for Spaces of {owner.name}.",
            hint="Choose other hardware for the Space first.",
            code="not_their_hardware",
        )


def checked_sleep_time(seconds: int) -> int:
    """`seconds` where a Space may sleep after so long; raises Invalid."""
    if seconds != NEVER and not 1 <= seconds <= LONGEST_SLEEP_TIME:
        raise Invalid("No such sleep time.", hint=f"Allowed: -1 (never), or 1 to {LONGEST_SLEEP_TIME} seconds.")
    return seconds


def sleep_seconds(space: Space, flavor: Flavor | None) -> int:
    """Idle seconds before sleep: the Space's, else the flavor's, else the platform's; -1 never."""
    return _first(space.sleep_after, flavor and flavor.sleep_after, get_settings().sleep_after)


def freeze_seconds(space: Space, flavor: Flavor | None) -> int:
    """Idle seconds before freeze, by the same rule."""
    return _first(space.freeze_after, flavor and flavor.freeze_after, get_settings().freeze_after)


def _belongings(session: Session, actor: Actor) -> list[int | None]:
    """Owners whose Spaces `actor` may look after: themselves and their organizations."""
    return [actor.owner_id, *session.exec(select(Member.organization_id).where(Member.user_id == actor.owner_id))]


def _open_to(session: Session, flavor: Flavor, actor: Actor, owners: Sequence[int | None]) -> bool:
    if actor.admin or flavor.audience == Audience.EVERYBODY:
        return True
    named = select(FlavorOwner).where(FlavorOwner.flavor == flavor.name, col(FlavorOwner.owner_id).in_(owners))
    return flavor.audience == Audience.NAMED and session.exec(named).first() is not None


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
