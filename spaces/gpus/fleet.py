"""What a decision about GPUs looks at: devices, what is asked of them, who holds them, who waits. Plain values, no I/O.

Moments are seconds since the epoch, as `datetime.timestamp()` gives them. What is held is counted in thousandths of a
GPU, in whole numbers: adding and taking away never drifts, and all parts of a device together are at most one.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

Slot = tuple[str, int]
"""A device's UUID, and which of its slots."""

GPU = 1000
"""Thousandths in a whole one."""


@dataclass(frozen=True, slots=True)
class Device:
    """A GPU, or a MIG instance of one. `open`: it takes new holders (neither cordoned, draining, failed nor gone)."""

    uuid: str
    model: str
    memory: int
    """MiB."""
    mig_profile: str | None = None
    parent: str | None = None
    """UUID of the GPU that a MIG instance is part of."""
    slots: int = 1
    """How many may hold it side by side. It never changes while somebody holds the device."""
    open: bool = True

    @property
    def cost(self) -> int:
        """Thousandths of a GPU that one slot counts for."""
        return part(self.mig_profile, self.slots)


@dataclass(frozen=True, slots=True)
class Need:
    """What a flavor asks for: so many devices of one kind. Nothing asked of a model or of memory means any; MIG instances and
    shared devices are only for those who ask for them by name."""

    count: int = 1
    model: str | None = None
    min_memory: int = 0
    """MiB."""
    mig_profile: str | None = None
    slots: int = 1
    """Slots that its devices are divided into; 1: whole devices."""

    @property
    def cost(self) -> int:
        """Thousandths of a GPU."""
        return self.count * part(self.mig_profile, self.slots)

    def fits(self, device: Device) -> bool:
        """True where `device`, free or not, is of the kind that is asked for."""
        return (
            device.slots == self.slots
            and device.mig_profile == self.mig_profile
            and (self.model is None or device.model.lower() == self.model.lower())
            and device.memory >= self.min_memory
        )

    def __str__(self) -> str:
        what = self.model or "GPU"
        if self.mig_profile:
            what += f" {self.mig_profile}"
        if self.min_memory:
            what += f" with {self.min_memory} MiB"
        return f"{self.count} x {what}" + (f", shared by {self.slots}" if self.slots > 1 else "")


@dataclass(frozen=True, slots=True)
class Hold:
    """What one instance has. `id` is whatever tells holds apart."""

    id: str
    space_id: int
    owner_id: int
    slots: tuple[Slot, ...]
    since: float
    idle_since: float | None = None
    """Last use, where nobody uses it; none: it is in use."""
    warned_at: float | None = None
    """When its people were told that another waits for it."""
    ending: bool = False
    """It is being given back: nobody needs to ask for it again."""
    preemptible: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """A Space that waits for devices."""

    id: str
    space_id: int
    owner_id: int
    need: Need
    asked_at: float


@dataclass(frozen=True, slots=True)
class Share:
    """What an owner may hold at once, in GPUs, and how much of the rest is its part."""

    guarantee: float = 0
    weight: float = 1
    maximum: float | None = None
    blocked: str | None = None
    """Why it gets nothing new at present, such as used up GPU-seconds, in words for a person."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Settings, in seconds."""

    warn: float = 120
    """From an idle borrower's warning to its sleep."""
    grace: float = 1800
    """How long a busy borrower keeps its devices once somebody within their guarantee waits for them."""
    idle: float = 60
    """Nobody used it for so long: it counts as idle."""
    half_life: float = 24 * 3600
    """After so long, use counts half."""
    ageing: float = 24 * 3600
    """So long a wait makes good for a whole fair share of use."""
    reserve_after: float = 1800
    """A request for several devices that waits longer has free ones kept for it."""


@dataclass(frozen=True, slots=True)
class Usage:
    """GPU-seconds that an owner had lately, older ones counting less."""

    gpu_seconds: float = 0.0
    at: float = 0.0
    """The moment it is true for."""


@functools.lru_cache(1000)
def part(mig_profile: str | None, slots: int) -> int:
    """Thousandths of a GPU in one slot of a device, by its MIG profile and by how many share it."""
    found = _SLICE.match(mig_profile or "")
    slices = min(int(found[1]), _SLICES) if found else _SLICES
    return max(GPU * slices // (_SLICES * max(slots, 1)), 1)


# -- private --------------------------------------------------------------------------------------

_SLICE = re.compile(r"(\d+)g\.")
_SLICES = 7
"""Compute slices of a device in MIG mode."""
