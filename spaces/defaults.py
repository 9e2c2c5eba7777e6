"""What a new repository gets where its creator says nothing: its owner's defaults, else the platform's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from spaces import hardware
from spaces.errors import Invalid
from spaces.models import Owner, OwnerDefaults, Space, Visibility

PLATFORM_HARDWARE = str(Space.model_fields["hardware"].default)


@dataclass(frozen=True)
class Defaults:
    """One owner's; None: the platform's."""

    visibility: Visibility | None = None
    hardware: str | None = None
    sleep_after: int | None = None

    @property
    def visibility_of_files(self) -> Visibility:
        """For models and datasets, which have no app that could be open while the files are not."""
        if self.visibility is None:
            return Visibility.PUBLIC
        return Visibility.PRIVATE if self.visibility == Visibility.PROTECTED else self.visibility

    def flavor(self, session: Session, owner: Owner) -> str:
        """The hardware of a new Space. One that is not offered to its owner any more counts as not said."""
        try:
            return hardware.find_flavor(session, self.hardware, owner.id).name if self.hardware else PLATFORM_HARDWARE
        except Invalid:
            return PLATFORM_HARDWARE


def of(session: Session, owner: Owner) -> Defaults:
    """`owner`'s defaults."""
    row = session.get(OwnerDefaults, owner.id)
    return Defaults(row.visibility, row.hardware, row.sleep_after) if row else Defaults()


def put(session: Session, owner: Owner, wanted: Defaults) -> None:
    """Sets all three; raises Invalid for hardware or a time that there is not."""
    if wanted.hardware:
        hardware.find_flavor(session, wanted.hardware, owner.id)
    if wanted.sleep_after is not None:
        hardware.checked_sleep_time(wanted.sleep_after)
    session.merge(
        OwnerDefaults(
            owner_id=owner.id,
            visibility=wanted.visibility,
            hardware=wanted.hardware or None,
            sleep_after=wanted.sleep_after,
        )
    )
