"""Compressed swap (zram): frozen Spaces are paged out there, and thaw in a tenth of a second.

Off by default, since it changes the host; `DEMODOCK_ZRAM` says how many MiB to set up.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from spaces.errors import SetupError
from spaces.host.report import Report

ALGORITHMS = ("zstd", "lzo-rle", "lz4")
OFFER = "no swap: idle Spaces keep their memory while frozen; DEMODOCK_ZRAM=4096 (as root) would hold about three times as many"


def swap_bytes(proc: Path = Path("/proc")) -> int:
    """Size of all swap in use by the kernel."""
    try:
        lines = (proc / "swaps").read_text().splitlines()[1:]
    except OSError:
        return 0
    return sum(int(line.split()[2]) * 1024 for line in lines if len(line.split()) > 2)


def ensure_swap(mebibytes: int, report: Report) -> None:
    """Sets zram up where a person asked for it and none is there; else says in one line what it would bring."""
    if swap_bytes():
        return
    if mebibytes <= 0:
        report(OFFER)
        return
    if os.geteuid() != 0:
        raise SetupError("Only root can set up zram.", hint="Run as root once, or set DEMODOCK_ZRAM=0.")
    report(f"setting up {mebibytes} MiB of compressed swap (zram)")
    device = _free_device()
    _set_up(device, mebibytes)


def end_swap(proc: Path = Path("/proc"), block: Path = Path("/sys/block")) -> None:
    """Takes every zram device out of use: for whoever set one up for a while. What lies there moves back into memory."""
    for line in (proc / "swaps").read_text().splitlines()[1:]:
        device = Path(line.split()[0]).name
        if device.startswith("zram"):
            subprocess.run(["swapoff", f"/dev/{device}"], check=True)
            (block / device / "reset").write_text("1")


# Private


def _free_device(block: Path = Path("/sys/block")) -> str:
    for device in sorted(block.glob("zram*")):
        if (device / "disksize").read_text().strip() == "0":
            return device.name
    control = Path("/sys/class/zram-control/hot_add")
    if not control.exists():
        subprocess.run(["modprobe", "zram"], capture_output=True, check=False)
    if fresh := [device for device in sorted(block.glob("zram*")) if (device / "disksize").read_text().strip() == "0"]:
        return fresh[0].name
    if control.exists():
        return f"zram{control.read_text().strip()}"
    raise SetupError("This kernel has no zram.", hint="Set DEMODOCK_ZRAM=0, or give the host ordinary swap.")


def _set_up(device: str, mebibytes: int) -> None:
    folder = Path("/sys/block") / device
    offered = (folder / "comp_algorithm").read_text()
    if algorithm := next((name for name in ALGORITHMS if name in offered), None):
        (folder / "comp_algorithm").write_text(algorithm)
    (folder / "disksize").write_text(f"{mebibytes}M")
    for argv in (["mkswap", f"/dev/{device}"], ["swapon", "--priority", "100", f"/dev/{device}"]):
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
        if done.returncode:
            (folder / "reset").write_text("1")
            raise SetupError(f"{argv[0]} failed: {done.stderr.strip()}", hint="Set DEMODOCK_ZRAM=0 to go on without.")
