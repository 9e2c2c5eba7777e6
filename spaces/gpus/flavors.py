"""What a flavor asks of GPUs, held against the devices there are; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spaces.gpus.board import Board
from spaces.gpus.fleet import Device, Need
from spaces.gpus.packing import refusal
from spaces.models import Flavor

TOLERANCE = 0.9
"""A device sold with 24 GB tells its driver of up to a tenth less."""


def need(flavor: Flavor) -> Need | None:
    """What the scheduler is asked for; None where the flavor has no GPUs."""
    if not flavor.gpus:
        return None
    memory = int(flavor.gpu_memory * TOLERANCE)
    return Need(flavor.gpus, flavor.gpu_model, memory, flavor.mig_profile, flavor.gpu_slots)


def misfit(flavor: Flavor, fleet: Iterable[Device]) -> tuple[str, str] | None:
    """Why this fleet could never give what the flavor asks for, were all of it free, and what there is; None if it could."""
    wanted = need(flavor)
    return refusal(Board(fleet), wanted) if wanted else None


def offered(flavors: Iterable[Flavor], fleet: Sequence[Device]) -> list[Flavor]:
    """Those that the fleet can give; every one without GPUs."""
    board = Board(fleet)
    needs = ((flavor, need(flavor)) for flavor in flavors)
    return [flavor for flavor, wanted in needs if wanted is None or refusal(board, wanted) is None]
