"""What a flavor asks of GPUs, held against the devices there are; no I/O."""

from __future__ import annotations

from collections.abc import Iterable

from spaces.models import Flavor, GpuDevice

TOLERANCE = 0.9
"""A device sold with 24 GB tells its driver of up to a tenth less."""


def fits(flavor: Flavor, device: GpuDevice) -> bool:
    """True where `device`, whatever its state, is of the kind that `flavor` asks for."""
    return (
        device.slots == flavor.gpu_slots
        and device.mig_profile == flavor.mig_profile
        and (flavor.gpu_model is None or device.model.lower() == flavor.gpu_model.lower())
        and device.memory >= least_memory(flavor)
    )


def least_memory(flavor: Flavor) -> int:
    """MiB that a device has to report for this flavor."""
    return int(flavor.gpu_memory * TOLERANCE)


def offered(flavors: Iterable[Flavor], devices: Iterable[GpuDevice]) -> list[Flavor]:
    """Those that the devices could ever give at once, free or not; every one without GPUs."""
    there = [device for device in devices if device.state.holds]
    return [each for each in flavors if sum(fits(each, device) for device in there) >= each.gpus]
