"""Hardware flavors: which there are, and what a Space's idle times come to."""

from __future__ import annotations

from sqlmodel import Session, select

from spaces.errors import Invalid
from spaces.gpus import flavors, inventory
from spaces.models import Flavor, Space
from spaces.settings import get_settings

NEVER = -1
LONGEST_SLEEP_TIME = 365 * 24 * 3600


def list_flavors(session: Session) -> list[Flavor]:
    """All flavors, smallest first."""
    return list(session.exec(select(Flavor).order_by(Flavor.position, Flavor.name)).all())  # type: ignore[arg-type]


def offered(session: Session) -> list[Flavor]:
    """The flavors that this installation has the devices for, smallest first."""
    return flavors.offered(list_flavors(session), inventory.fleet(session))


def find_flavor(session: Session, name: str) -> Flavor:
    """The flavor `name`, where it is offered; raises Invalid with those that are."""
    flavor, choice = session.get(Flavor, name[:100]), offered(session)
    if flavor in choice:
        return flavor
    known = f"Allowed: {', '.join(each.name for each in choice)}."
    if flavor is None:
        raise Invalid("No such hardware.", hint=known, code="unknown_hardware")
    raise Invalid(f"No GPU of this installation fits {flavor.name}.", hint=known, code="no_such_gpu")


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


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
