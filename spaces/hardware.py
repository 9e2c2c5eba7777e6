"""Hardware flavors: which there are, and what a Space's idle times come to."""

from __future__ import annotations

from sqlmodel import Session, select

from spaces.errors import Invalid
from spaces.models import Flavor, Space
from spaces.settings import get_settings


def list_flavors(session: Session) -> list[Flavor]:
    """All flavors, smallest first."""
    return list(session.exec(select(Flavor).order_by(Flavor.position, Flavor.name)).all())  # type: ignore[arg-type]


def find_flavor(session: Session, name: str) -> Flavor:
    """The flavor `name`; raises Invalid with those there are."""
    flavor = session.get(Flavor, name[:100])
    if flavor is None:
        known = ", ".join(flavor.name for flavor in list_flavors(session))
        raise Invalid("No such hardware.", hint=f"Allowed: {known}.", code="unknown_hardware")
    return flavor


def sleep_seconds(space: Space, flavor: Flavor | None) -> int:
    """Idle seconds before sleep: the Space's, else the flavor's, else the platform's; -1 never."""
    return _first(space.sleep_after, flavor and flavor.sleep_after, get_settings().sleep_after)


def freeze_seconds(space: Space, flavor: Flavor | None) -> int:
    """Idle seconds before freeze, by the same rule."""
    return _first(space.freeze_after, flavor and flavor.freeze_after, get_settings().freeze_after)


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
