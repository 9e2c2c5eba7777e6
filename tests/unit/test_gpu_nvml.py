"""What is made of the driver's answers. The C library is not here, so its Python functions are replaced, one by one, by a
driver made of dictionaries; what is not in a card's dictionary the card does not support."""

from __future__ import annotations

import ctypes.util
from types import SimpleNamespace
from typing import Any

import pynvml
import pytest

from spaces.gpus.nvml import NvmlSource, profile_of
from spaces.gpus.source import SourceSilent

MIB = 1 << 20


class Driver:
    """`cards` as NVML tells of them; `xids` waits to be told; `broken` is what every call answers."""

    def __init__(self) -> None:
        self.cards: list[dict[str, Any]] = []
        self.xids: list[tuple[dict[str, Any], int]] = []
        self.broken: int | None = None
        self.opened = 0

    def add(self, uuid: str, name: str = "NVIDIA A100-SXM4-80GB", memory: int = 81920, **more: Any) -> dict[str, Any]:
        card = {"UUID": uuid, "Name": name, "MemoryInfo": SimpleNamespace(total=memory * MIB, used=512 * MIB)}
        self.cards.append(card | more)
        return self.cards[-1]

    def ask(self, key: str):  # type: ignore[no-untyped-def]
        def answer(card: dict[str, Any], *_: Any) -> Any:
            value = card.get(key, pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED))
            if isinstance(value, Exception):
                raise value
            return value

        return answer

    def init(self) -> None:
        self.opened += 1
        if self.broken is not None:
            raise pynvml.NVMLError(self.broken)

    def count(self) -> int:
        if self.broken is not None:
            raise pynvml.NVMLError(self.broken)
        return len(self.cards)

    def card(self, index: int) -> dict[str, Any]:
        found = self.cards[index]
        if "lost" in found:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)
        return found

    def instance(self, card: dict[str, Any], number: int) -> dict[str, Any]:
        if (found := card["instances"][number]) is None:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_NOT_FOUND)
        return found

    def wait(self, *_: Any) -> Any:
        if not self.xids:
            raise pynvml.NVMLError(pynvml.NVML_ERROR_TIMEOUT)
        card, number = self.xids.pop(0)
        return SimpleNamespace(device=card, eventData=number)


ANSWERS = """UUID Name MemoryInfo UtilizationRates RemappedRows RetiredPagesPendingStatus MigMode MaxMigDeviceCount
Attributes_v2""".split()


@pytest.fixture
def driver(monkeypatch):
    made = Driver()
    for key in ANSWERS:
        monkeypatch.setattr(pynvml, f"nvmlDeviceGet{key}", made.ask(key))
    for name, function in {
        "nvmlInit": made.init,
        "nvmlShutdown": lambda: None,
        "nvmlDeviceGetCount": made.count,
        "nvmlDeviceGetHandleByIndex": made.card,
        "nvmlDeviceGetMigDeviceHandleByIndex": made.instance,
        "nvmlEventSetCreate": lambda: "events",
        "nvmlDeviceRegisterEvents": lambda *_: None,
        "nvmlEventSetWait_v2": made.wait,
    }.items():
        monkeypatch.setattr(pynvml, name, function)
    return made


def test_devices_come_with_model_memory_and_use(driver):
    driver.add("GPU-1", UtilizationRates=SimpleNamespace(gpu=37))
    driver.add("GPU-2", "NVIDIA GeForce RTX 4090", 24564)
    first, second = NvmlSource().look().devices
    assert (first.uuid, first.model, first.memory, first.used_memory, first.busy) == ("GPU-1", "A100", 81920, 512, 0.37)
    assert (second.index, second.model, second.busy, second.failure) == (1, "RTX 4090", None, "")


def test_a_device_in_mig_mode_is_seen_as_its_instances(driver):
    parts = SimpleNamespace(gpuInstanceSliceCount=3, memorySizeMB=40192)
    instances = [
        {"UUID": "MIG-1", "Name": "NVIDIA A100-SXM4-80GB MIG 1g.10gb", "MemoryInfo": SimpleNamespace(total=9728 * MIB, used=0)},
        None,
        {"UUID": "MIG-2", "MemoryInfo": SimpleNamespace(total=40192 * MIB, used=0), "Attributes_v2": parts},
    ]  # fmt: skip
    driver.add("GPU-1", MigMode=(1, 1), MaxMigDeviceCount=3, instances=instances)
    one, other = NvmlSource().look().devices
    assert (one.uuid, one.mig_profile, one.parent, one.model, one.memory) == ("MIG-1", "1g.10gb", "GPU-1", "A100", 9728)
    assert (other.uuid, other.mig_profile, other.memory) == ("MIG-2", "3g.40gb", 40192)


@pytest.mark.parametrize(
    ("slices", "memory", "whole", "profile"),
    [
        (1, 4864, 40960, "1g.5gb"),
        (2, 9856, 40960, "2g.10gb"),
        (7, 40192, 40960, "7g.40gb"),
        (1, 9728, 81920, "1g.10gb"),
        (1, 19968, 81920, "1g.20gb"),
        (4, 40192, 81920, "4g.40gb"),
        (1, 5952, 24576, "1g.6gb"),
    ],
)
def test_an_older_drivers_mig_profile_is_reckoned_from_slices_and_memory(slices, memory, whole, profile):
    assert profile_of("", slices, memory, whole) == profile


@pytest.mark.parametrize(
    ("says", "failed"),
    [
        ({"RemappedRows": (3, 1, 0, 0)}, ""),
        ({"RemappedRows": (0, 1, 0, 1)}, "beyond repair"),
        ({"RemappedRows": (0, 1, 1, 0)}, "reset"),
        ({"RetiredPagesPendingStatus": 1}, "reset"),
        ({"RetiredPagesPendingStatus": 0}, ""),
        ({"MemoryInfo": pynvml.NVMLError(pynvml.NVML_ERROR_GPU_IS_LOST)}, "lost"),
        ({"MemoryInfo": pynvml.NVMLError(pynvml.NVML_ERROR_RESET_REQUIRED)}, "reset"),
        ({"MemoryInfo": pynvml.NVMLError(pynvml.NVML_ERROR_NOT_SUPPORTED)}, ""),
    ],
)
def test_a_device_has_failed_by_its_own_account(driver, says, failed):
    driver.add("GPU-1", **says)
    (seen,) = NvmlSource().look().devices
    assert bool(seen.failure) == bool(failed) and failed in seen.failure and not seen.once


@pytest.mark.parametrize(("xid", "counts"), [(79, True), (48, True), (13, False), (31, False), (43, False)])
def test_an_xid_fails_the_device_once_unless_an_app_caused_it(driver, xid, counts):
    card = driver.add("GPU-1")
    driver.add("GPU-2")
    source = NvmlSource()
    source.look()
    driver.xids.append((card, xid))
    first, second = source.look().devices
    assert (bool(first.failure), first.once, second.failure) == (counts, counts, "")
    assert not source.look().devices[0].failure


def test_a_device_that_the_driver_has_lost_altogether_is_missing(driver):
    driver.add("GPU-1", lost=True)
    driver.add("GPU-2")
    assert [seen.uuid for seen in NvmlSource().look().devices] == ["GPU-2"]


def test_a_driver_without_a_device_says_so(driver):
    assert "no device" in NvmlSource().look().obstacle


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (pynvml.NVML_ERROR_LIBRARY_NOT_FOUND, "no NVIDIA driver"),
        (pynvml.NVML_ERROR_DRIVER_NOT_LOADED, "not loaded"),
        (pynvml.NVML_ERROR_LIB_RM_VERSION_MISMATCH, "versions"),
        (pynvml.NVML_ERROR_NO_PERMISSION, "may not"),
    ],
)
def test_no_driver_is_no_devices_with_a_reason(driver, error, why):
    driver.add("GPU-1")
    driver.broken = error
    look = NvmlSource().look()
    assert not look.devices and why in look.obstacle


def test_a_driver_that_stumbles_says_nothing_and_is_opened_anew(driver):
    driver.add("GPU-1")
    source = NvmlSource()
    source.look()
    source.look()
    assert driver.opened == 1
    driver.broken = pynvml.NVML_ERROR_UNKNOWN
    with pytest.raises(SourceSilent):
        source.look()
    driver.broken = None
    assert len(source.look().devices) == 1 and driver.opened == 2


@pytest.mark.skipif(ctypes.util.find_library("nvidia-ml") is not None, reason="there is a driver")
def test_the_real_module_without_the_library_has_no_devices():
    assert NvmlSource().look().obstacle == "NVML is not here: no NVIDIA driver"
