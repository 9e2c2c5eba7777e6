"""What a decision about GPUs says: grants, warnings, what is asked back, who is told that it will never come, and who stands where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from spaces.gpus.fleet import Hold, Request, Slot


class Waits(StrEnum):
    """Why a request waits."""

    IN_LINE = "in_line"
    """Others have what it needs."""
    MAXIMUM = "maximum"
    """Its owner holds as much as it may at once."""
    BLOCKED = "blocked"
    """Its owner gets nothing new at present: `Share.blocked`."""
    CLOSED = "closed"
    """Too few of the devices that fit take new holders: an admin keeps them out, or they failed."""


class Basis(StrEnum):
    """What an estimate goes by."""

    RECLAIM = "reclaim"
    """Borrowers were asked to give back, and have a deadline."""
    TURNOVER = "turnover"
    """How often such devices come free: so many are held, for so long as is usual."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Give exactly these slots to the Space that asked."""

    request: Request
    slots: tuple[Slot, ...]
    borrowed: bool
    """Beyond its owner's guarantee: it may be asked back."""


@dataclass(frozen=True, slots=True)
class Warn:
    """Tell the holder that somebody within their guarantee waits for its devices."""

    hold: Hold
    request: Request
    idle_at: float
    """When it has to sleep if nobody uses it."""
    busy_at: float
    """When it has to sleep although somebody uses it."""


@dataclass(frozen=True, slots=True)
class Reclaim:
    """Put the holder to sleep now."""

    hold: Hold
    request: Request
    busy: bool
    """Somebody uses it, and its grace is over."""


@dataclass(frozen=True, slots=True)
class Spare:
    """The warning is void: nobody waits for the holder's devices any more."""

    hold: Hold


@dataclass(frozen=True, slots=True)
class Refuse:
    """The request can never be granted by this fleet."""

    request: Request
    reason: str
    hint: str
    """What would fit."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do now, and when to look again although nothing happens."""

    grants: tuple[Grant, ...] = ()
    warnings: tuple[Warn, ...] = ()
    reclaims: tuple[Reclaim, ...] = ()
    spared: tuple[Spare, ...] = ()
    refused: tuple[Refuse, ...] = ()
    promises: Mapping[str, float] = field(default_factory=dict)
    """When what a request waits for has been asked back, at the latest; by the request's id."""
    again_at: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands, for those who wait."""

    position: int | None
    """1 is next; none: it is not in line, for the reason told."""
    waiting: int
    """How many wait for the same devices, this one included."""
    seconds: float | None
    """Until it is granted, by estimate."""
    basis: Basis | None
    reason: Waits
