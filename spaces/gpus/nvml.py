"""What NVIDIA's driver says through NVML. The library comes with the driver: without it there are no devices, and a reason.

A device counts as failed when the driver has lost it, when it needs a reset, when its memory can mend itself no further, and at
an Xid that is not the app's own doing. What a card does not report counts for nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import pynvml

from spaces.gpus.source import Look, Seen, SourceSilent

MIB = 1 << 20
XIDS_OF_APPS = frozenset({13, 31, 43, 45, 68, 109})
"""An app's wrong memory access, its abort, its time-out: they end the app and leave the device well."""
ABSENT = {
    pynvml.NVML_ERROR_LIBRARY_NOT_FOUND: ("NVML is not here: no NVIDIA driver", ""),
    pynvml.NVML_ERROR_DRIVER_NOT_LOADED: ("the NVIDIA driver is not loaded", "modprobe nvidia"),
    pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH: ("NVML and the loaded driver are of different versions", "Reboot."),
    pynvml.NVML_ERROR_NO_PERMISSION: ("this user may not talk to the NVIDIA driver", "Allow it to use /dev/nvidiactl."),
}
"""Why there is nothing to look at, and what mends it."""
LOST = {pynvml.NVML_ERROR_GPU_IS_LOST: "The driver has lost it.", pynvml.NVML_ERROR_RESET_REQUIRED: "It needs a reset."}

T = TypeVar("T")


class NvmlSource:
    """Keeps NVML open between looks, as opening it can wake devices for seconds; after an error it is opened anew."""

    simulated = False

    def __init__(self) -> None:
        self._open = False
        self._events: Any = None

    def look(self) -> Look:
        try:
            self._ensure_open()
            xids = self._xids()
            found: list[Seen] = []
            for index in range(pynvml.nvmlDeviceGetCount()):
                found += _devices(index, xids)
        except pynvml.NVMLError as error:
            self._close()
            if error.value in ABSENT:
                return Look((), *ABSENT[error.value])
            raise SourceSilent(f"The NVIDIA driver does not answer: {error}.", hint="Look at `nvidia-smi`.") from error
        return Look(tuple(found), "" if found else "the NVIDIA driver knows of no device")

    # -- private

    def _ensure_open(self) -> None:
        if self._open:
            return
        pynvml.nvmlInit()
        self._open, self._events = True, told(pynvml.nvmlEventSetCreate)
        for index in range(pynvml.nvmlDeviceGetCount() if self._events else 0):
            if handle := told(pynvml.nvmlDeviceGetHandleByIndex, index):
                told(pynvml.nvmlDeviceRegisterEvents, handle, pynvml.nvmlEventTypeXidCriticalError, self._events)

    def _close(self) -> None:
        if self._open:
            self._open = False
            with contextlib.suppress(pynvml.NVMLError):
                pynvml.nvmlShutdown()

    def _xids(self) -> dict[str, int]:
        """Xids since the last look that count against a device, by its UUID."""
        found: dict[str, int] = {}
        while self._events and (event := told(pynvml.nvmlEventSetWait_v2, self._events, 0)):
            if event.eventData not in XIDS_OF_APPS and (uuid := told(pynvml.nvmlDeviceGetUUID, event.device)):
                found[uuid] = int(event.eventData)
        return found


def told(ask: Callable[..., T], *about: Any) -> T | None:
    """What the driver answers; None where the card does not know."""
    try:
        return ask(*about)
    except pynvml.NVMLError:
        return None


def failure_of(handle: Any) -> str:
    """Why the device cannot be counted on, by its own account; empty: it can."""
    try:
        pynvml.nvmlDeviceGetMemoryInfo(handle)
    except pynvml.NVMLError as error:
        if error.value in LOST:
            return LOST[error.value]
    _, _, pending, failed = told(pynvml.nvmlDeviceGetRemappedRows, handle) or (0, 0, 0, 0)
    if failed:
        return "Rows of its memory are broken beyond repair."
    if pending or told(pynvml.nvmlDeviceGetRetiredPagesPendingStatus, handle):
        return "Its memory had errors; it needs a reset to put them right."
    return ""


def profile_of(name: str, slices: int, memory: int, whole: int) -> str:
    """The MIG profile: as the device's name says it, or, with an older driver, by its compute slices and eighths of memory."""
    if " MIG " in name:
        return name.rpartition(" MIG ")[2]
    eighths = -(-memory * 8 // whole)
    return f"{slices}g.{round(eighths * -(-whole // 1024) / 8)}gb"


# -- private --------------------------------------------------------------------------------------


def _devices(index: int, xids: dict[str, int]) -> list[Seen]:
    """The device, or its MIG instances. One that the driver has lost so far that it does not name it is missing."""
    handle = told(pynvml.nvmlDeviceGetHandleByIndex, index)
    uuid = told(pynvml.nvmlDeviceGetUUID, handle) if handle else None
    if handle is None or uuid is None:
        return []
    failure, once = failure_of(handle), False
    if not failure and uuid in xids:
        failure, once = f"It reported Xid {xids[uuid]}.", True
    product = told(pynvml.nvmlDeviceGetName, handle) or "NVIDIA GPU"
    whole = Seen(uuid, index, product, **_use(handle), failure=failure, once=once)
    current, _ = told(pynvml.nvmlDeviceGetMigMode, handle) or (0, 0)
    return _instances(handle, whole) if current else [whole]


def _instances(handle: Any, whole: Seen) -> list[Seen]:
    """What ails the device ails each of them."""
    found = []
    for number in range(told(pynvml.nvmlDeviceGetMaxMigDeviceCount, handle) or 0):
        instance = told(pynvml.nvmlDeviceGetMigDeviceHandleByIndex, handle, number)
        uuid = told(pynvml.nvmlDeviceGetUUID, instance) if instance else None
        if uuid is None:
            continue  # not every number is taken
        use, parts = _use(instance), told(pynvml.nvmlDeviceGetAttributes_v2, instance)
        slices, memory = (parts.gpuInstanceSliceCount, parts.memorySizeMB) if parts else (1, use["memory"])
        profile = profile_of(told(pynvml.nvmlDeviceGetName, instance) or "", slices, memory, whole.memory)
        found.append(replace(whole, uuid=uuid, mig_profile=profile, parent=whole.uuid, **use))
    return found


def _use(handle: Any) -> dict[str, Any]:
    """Memory and use; MIG instances do not tell how busy they are."""
    memory, rates = told(pynvml.nvmlDeviceGetMemoryInfo, handle), told(pynvml.nvmlDeviceGetUtilizationRates, handle)
    return {
        "memory": memory.total // MIB if memory else 0,
        "used_memory": memory.used // MIB if memory else None,
        "busy": rates.gpu / 100 if rates else None,
    }
