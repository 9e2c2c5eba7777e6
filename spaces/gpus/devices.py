"""A device's life: five states, and the only function that decides a move; no I/O.

Two voices move a device: an admin gives orders, the driver tells of its health. Health is louder, but an order is never
forgotten: a device that fails while it is cordoned comes back cordoned.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class DeviceState(StrEnum):
    """What a device is good for now."""

    READY = "ready"
    CORDONED = "cordoned"
    """Takes no new holder; who holds it keeps it."""
    DRAINING = "draining"
    """Takes no new holder; who holds it is asked away: the idle now, the rest at their next sleep or after a deadline."""
    FAILED = "failed"
    """The driver says that it is broken: nobody holds it."""
    GONE = "gone"
    """The driver does not tell of it any more: nobody holds it."""

    @property
    def open(self) -> bool:
        """It takes new holders."""
        return self is DeviceState.READY

    @property
    def holds(self) -> bool:
        """Who holds it may go on."""
        return self not in (DeviceState.FAILED, DeviceState.GONE)


class Order(StrEnum):
    """What an admin last said about a device; it stands until the next one."""

    READY = "ready"
    CORDONED = "cordoned"
    DRAINING = "draining"


class Health(StrEnum):
    """What the driver says about a device, at every look."""

    WELL = "well"
    FAILED = "failed"
    MISSING = "missing"


class Standing(NamedTuple):
    """Where a device is, and where it returns to when it is well."""

    state: DeviceState
    order: Order


def move(was: Standing, word: Order | Health) -> Standing:
    """The standing after an admin's order or the driver's word."""
    match word:
        case Health.FAILED:
            return Standing(DeviceState.FAILED, was.order)
        case Health.MISSING:
            return Standing(DeviceState.GONE, was.order)
        case Health.WELL:
            return Standing(DeviceState(was.order), was.order)
        case Order():
            return Standing(DeviceState(word) if was.state.holds else was.state, word)
