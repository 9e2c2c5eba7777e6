"""What a fine-grained token was given: so much with all of an owner's repositories, or with one repository."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, TypeAdapter


class Power(StrEnum):
    """Each includes those before it."""

    READ = "read"
    """Files, logs, names of secrets."""
    WRITE = "write"
    """Push, restart, settings; create, where it is on an owner."""
    ADMIN = "admin"
    """Delete, move, change who sees it."""


class Grant(BaseModel, frozen=True):
    """By number, so that it stays with what it was given for whatever that is called by then."""

    owner_id: int | None = None
    number: int | None = None
    """Of one repository, where there is no `owner_id`."""
    power: Power

    def covers(self, owner_id: int | None, number: int | None) -> bool:
        """True where it is about that repository of that owner."""
        return (self.owner_id is not None and self.owner_id == owner_id) or (
            self.number is not None and self.number == number
        )


GRANTS = TypeAdapter(tuple[Grant, ...])
"""Reads and writes the column of a token."""
